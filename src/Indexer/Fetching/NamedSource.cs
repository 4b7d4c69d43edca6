using OpenGradient.Blobs;

namespace OpenGradient.Indexer.Fetching;

/// <summary>A source under a name that strangers may read: which of the operator's it is, and not where.</summary>
internal sealed class NamedSource(string name, IBlobSource source) : IBlobSource
{
    public string Name => name;

    public bool IsHere => source.IsHere;

    /// <summary>Where it is, for the operator.</summary>
    public string Place => source.Name;

    public Task<BlobOffer> OpenAsync(BlobHash hash, long offset, CancellationToken cancellationToken) => source.OpenAsync(hash, offset, cancellationToken);
}
