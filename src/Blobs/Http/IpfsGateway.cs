namespace OpenGradient.Blobs.Http;

/// <summary>
/// Files of IPFS through a gateway, at <c>address/ipfs/cid/path</c>. A CID is a hash too, but mostly of a tree of chunks and not of the
/// file; it is not computed here. What counts is the blob's SHA-256, which the file is checked against like any other: a gateway that lies
/// is found out, and a CID that names something else is a wrong uri.
/// </summary>
public sealed class IpfsGateway
{
    private const int MaxPathSegments = 32;
    private const int ShortestCid = 46;
    private const int LongestCid = 128;

    private readonly HttpBlobClient _client;
    private readonly Uri _address;

    /// <param name="address">Such as <c>https://ipfs.io</c> or <c>http://127.0.0.1:8080</c>.</param>
    /// <param name="client">May allow private addresses, if the gateway is at one. Stays the caller's.</param>
    public IpfsGateway(Uri address, HttpBlobClient client)
    {
        if (client.Fault(address) is { } fault)
            throw new ArgumentException(fault, nameof(address));
        (_client, _address) = (client, new Uri(address.AbsoluteUri.TrimEnd('/') + "/ipfs/"));
    }

    /// <summary>The place that <c>cid/path</c> means; null where it is none.</summary>
    internal IBlobSource? Find(string name, string path)
    {
        var segments = path.Split('/');
        var isContent = segments[0].Length is >= ShortestCid and <= LongestCid && segments[0].All(char.IsAsciiLetterOrDigit)
            && segments.Length <= MaxPathSegments && segments.Skip(1).All(IsName);
        return isContent
            ? new HttpFile(name, new Uri(_address, string.Join('/', segments.Select(Uri.EscapeDataString))), _client)
            : null;
    }

    // Nothing that climbs, ends the path, or is escaped in some way of its own.
    private static bool IsName(string segment) =>
        segment.Length > 0 && segment is not ("." or "..") && !segment.Any(letter => char.IsControl(letter) || letter is '?' or '#' or '%' or '\\');
}
