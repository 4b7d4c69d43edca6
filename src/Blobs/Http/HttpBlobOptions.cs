namespace OpenGradient.Blobs.Http;

/// <summary>How far blobs are fetched over HTTP.</summary>
public sealed record HttpBlobOptions
{
    /// <summary>
    /// Whether this machine and private networks may be asked: for gateways that the operator chose, never for addresses that strangers name.
    /// </summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>Whether addresses that start with <c>http:</c> may be asked. The hash keeps the content right; who reads what is then seen by others.</summary>
    public bool AllowPlainHttp { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many redirects are followed, each to the same scheme and to an address that is allowed.</summary>
    public int MaxRedirects { get; init; } = 4;

    /// <summary>How many connections one host may take.</summary>
    public int MaxConnections { get; init; } = 8;

    internal void Validate()
    {
        Bounds.Duration(ConnectTimeout, nameof(ConnectTimeout));
        Bounds.Within(MaxRedirects, 0, 20, nameof(MaxRedirects));
        Bounds.Within(MaxConnections, 1, 10_000, nameof(MaxConnections));
    }
}
