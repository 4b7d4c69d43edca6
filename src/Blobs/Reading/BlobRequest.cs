namespace OpenGradient.Blobs.Reading;

/// <summary>One blob that somebody wants.</summary>
/// <param name="Hash">Which.</param>
public sealed record BlobRequest(BlobHash Hash)
{
    /// <summary>Where a stranger says that it can be had, as a version's <c>uris</c> do: asked after the configured places.</summary>
    public IReadOnlyList<string> Uris { get; init; } = [];

    /// <summary>The most bytes that it may have; <see cref="BlobReaderOptions.MaxBytes"/> where that is less.</summary>
    public long MaxBytes { get; init; } = long.MaxValue;

    /// <summary>Whether only the cache and places of this machine are asked: for whoever may make nobody fetch anything.</summary>
    public bool IsOnlyHere { get; init; }

    /// <summary>Is told how far it is, from the fetch's own thread.</summary>
    public IProgress<BlobProgress>? Progress { get; init; }
}

/// <summary>How far a blob is.</summary>
/// <param name="Source">Who gives it.</param>
/// <param name="Bytes">How many bytes are here, those of former attempts included.</param>
/// <param name="TotalBytes">How many it will have, as far as the place says so.</param>
public readonly record struct BlobProgress(string Source, long Bytes, long? TotalBytes);
