using OpenGradient.Blobs.Http;
using OpenGradient.Blobs.S3;

namespace OpenGradient.Blobs.Addresses;

/// <summary>
/// Says what a uri means that a stranger wrote: <c>blob:</c> any configured place; <c>https://…</c> that file; <c>ipfs://cid/path</c> by the
/// configured gateway; <c>s3://bucket/key</c> in the configured storage. Whatever comes of it is checked against the blob's hash all the same.
/// </summary>
/// <param name="strangers">Asks where strangers say: it should allow no private addresses. Stays the caller's.</param>
/// <param name="ipfs">The gateway; null where there is none.</param>
/// <param name="s3">The storage; null where there is none.</param>
public sealed class BlobUris(HttpBlobClient strangers, IpfsGateway? ipfs = null, S3BlobStore? s3 = null)
{
    /// <summary>The longest uri that is looked at.</summary>
    public const int MaxLength = 2048;

    private const int ShownLength = 120;
    private const string Blob = "blob:";
    private const string Ipfs = "ipfs://";
    private const string S3 = "s3://";

    public UriMeaning Resolve(string uri)
    {
        if (uri.Length > MaxLength)
            return new UriMeaning.Refused(Shown(uri), $"It is longer than {MaxLength} characters.");
        if (uri.StartsWith(Blob, StringComparison.Ordinal))
            return new UriMeaning.Anywhere();
        if (uri.StartsWith(Ipfs, StringComparison.Ordinal))
            return ResolveIpfs(uri, uri[Ipfs.Length..]);
        return uri.StartsWith(S3, StringComparison.Ordinal) ? ResolveS3(uri, uri[S3.Length..]) : ResolveHttp(uri);
    }

    // Queries and user information may hold a credential, and control characters do no good to a log.
    private static string Shown(string uri)
    {
        var end = uri.IndexOfAny(['?', '#']);
        var plain = end < 0 ? uri : uri[..end] + "?…";
        var authority = plain.IndexOf("://", StringComparison.Ordinal);
        var user = plain.LastIndexOf('@');
        if (authority >= 0 && user > authority)
            plain = plain[..(authority + 3)] + "…" + plain[user..];
        plain = string.Concat(plain.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter));
        return plain.Length <= ShownLength ? plain : plain[..ShownLength] + "…";
    }

    private UriMeaning ResolveHttp(string uri)
    {
        if (!Uri.TryCreate(uri, UriKind.Absolute, out var address))
            return new UriMeaning.Refused(Shown(uri), "It is no uri.");
        return strangers.Fault(address) is { } fault
            ? new UriMeaning.Refused(Shown(uri), fault)
            : new UriMeaning.Place(new HttpFile(Shown(uri), address, strangers));
    }

    private UriMeaning ResolveIpfs(string uri, string path) =>
        ipfs is null ? new UriMeaning.Refused(Shown(uri), "No IPFS gateway is configured.")
        : ipfs.Find(Shown(uri), path) is { } source ? new UriMeaning.Place(source)
        : new UriMeaning.Refused(Shown(uri), "It names no content of IPFS.");

    private UriMeaning ResolveS3(string uri, string name)
    {
        if (s3 is null)
            return new UriMeaning.Refused(Shown(uri), "No S3 storage is configured.");

        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && s3.FindObject(name[..slash], name[(slash + 1)..]) is { } source
            ? new UriMeaning.Place(source)
            : new UriMeaning.Refused(Shown(uri), "It names no bucket and key that this node reads for strangers.");
    }
}
