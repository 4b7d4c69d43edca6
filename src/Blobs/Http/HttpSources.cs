namespace OpenGradient.Blobs.Http;

/// <summary>A gateway: blobs at <c>address/hash</c>, where the hash is 64 hexadecimal digits.</summary>
public sealed class HttpGateway : IBlobSource
{
    private readonly HttpBlobClient _client;
    private readonly Uri _address;

    /// <param name="address">What the hashes are put behind, with or without a slash at its end.</param>
    /// <param name="client">Stays the caller's.</param>
    public HttpGateway(Uri address, HttpBlobClient client)
    {
        if (client.Fault(address) is { } fault)
            throw new ArgumentException(fault, nameof(address));
        if (address.Query.Length > 0 || address.Fragment.Length > 0)
            throw new ArgumentException("A gateway's address ends in a path.", nameof(address));
        (_client, _address) = (client, new Uri(address.AbsoluteUri.TrimEnd('/') + "/"));
    }

    public string Name => _address.AbsoluteUri.TrimEnd('/');

    public Task<BlobOffer> OpenAsync(BlobHash hash, long offset, CancellationToken cancellationToken) =>
        _client.OpenAsync(new Uri(_address, hash.Digits), offset, cancellationToken);

    public override string ToString() => Name;
}

/// <summary>One file at an address of its own. Whichever blob is asked for, this is what it gives.</summary>
internal sealed class HttpFile(string name, Uri address, HttpBlobClient client) : IBlobSource
{
    public string Name => name;

    public Task<BlobOffer> OpenAsync(BlobHash hash, long offset, CancellationToken cancellationToken) =>
        client.OpenAsync(address, offset, cancellationToken);
}
