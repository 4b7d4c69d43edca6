using System.Diagnostics;

namespace OpenGradient.Blobs.S3;

/// <summary>A bucket of an S3-compatible storage, and who asks.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record S3Options
{
    /// <summary>The storage's address, such as <c>https://s3.eu-central-1.amazonaws.com</c>. Buckets stand in the path.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Where blobs are put and looked for.</summary>
    public required string Bucket { get; init; }

    /// <summary>The region that requests are signed for; storages without regions take <c>us-east-1</c>.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Stands before the hash in each key, as it is: a folder ends in a slash.</summary>
    public string Prefix { get; init; } = string.Empty;

    /// <summary>What <c>s3://bucket/key</c> may name besides <see cref="Bucket"/>: strangers write those, and these credentials read them.</summary>
    public IReadOnlyList<string> ReadableBuckets { get; init; } = [];

    public required S3Credentials Credentials { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long storing one blob may take.</summary>
    public TimeSpan PutTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Where it is; never the credentials.</summary>
    public override string ToString() => $"s3 {Bucket} at {Endpoint.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)}";

    internal void Validate()
    {
        Bounds.Holds(
            Endpoint.IsAbsoluteUri && Endpoint.Scheme is "http" or "https" && Endpoint.UserInfo.Length == 0
                && Endpoint.PathAndQuery == "/" && Endpoint.Fragment.Length == 0,
            nameof(Endpoint), "The storage's address is http or https and a host, without a path.");
        Bounds.Holds(S3Names.IsBucket(Bucket), nameof(Bucket), "A bucket's name has 3 to 63 small letters, digits, dots and hyphens.");
        Bounds.Holds(ReadableBuckets.All(S3Names.IsBucket), nameof(ReadableBuckets), "One of these is no bucket's name.");
        Bounds.Holds(
            Region.Length is > 0 and <= 64 && Region.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'),
            nameof(Region), "A region's name has letters, digits and hyphens.");
        Bounds.Holds(Prefix.Length == 0 || S3Names.IsKey(Prefix), nameof(Prefix), "This cannot stand before a key.");
        Bounds.Duration(ConnectTimeout, nameof(ConnectTimeout));
        Bounds.Duration(PutTimeout, nameof(PutTimeout));
    }
}

/// <summary>A key of the storage. Kept as it is told; shown never.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class S3Credentials(string accessKeyId, string secretAccessKey, string? sessionToken = null)
{
    internal string AccessKeyId { get; } = Checked(accessKeyId, nameof(accessKeyId));

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal string SecretAccessKey { get; } = Checked(secretAccessKey, nameof(secretAccessKey));

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal string? SessionToken { get; } = sessionToken is null ? null : Checked(sessionToken, nameof(sessionToken));

    public override string ToString() => "S3 credentials";

    // They go into headers. What is wrong is not repeated.
    private static string Checked(string value, string name) =>
        value.Length > 0 && value.All(letter => letter is > ' ' and < '\x7f')
            ? value
            : throw new ArgumentException("A credential is printable ASCII without spaces.", name);
}
