using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Signing.Remote;

/// <summary>A remote signer that speaks web3signer's API, and whose account is expected.</summary>
public sealed record RemoteSignerOptions
{
    /// <summary>Where it answers: <c>/api/v1/eth1/…</c> comes behind this.</summary>
    public required Uri Url { get; init; }

    /// <summary>The account that every signature must be by.</summary>
    public required Address Address { get; init; }

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often it is asked. Signing the same bytes again gives nothing away and costs nothing, so that asking again is safe.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>The wait before another attempt.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The address without what may be a secret.</summary>
    public string Name => Url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    public override string ToString() => $"the remote signer at {Name} for {Address}";

    /// <summary>Why an address cannot be a signer's; null where it can.</summary>
    internal static string? FaultOf(Uri url) =>
        !url.IsAbsoluteUri || url.Scheme is not ("http" or "https") ? "A signer is asked over http or https."
        : url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0 ? "A signer's address has no user, query or fragment."
        : null;

    internal void Validate()
    {
        Require(FaultOf(Url) is null, nameof(Url), "A signer's address is http or https and a host, without user, query or fragment.");
        Require(AttemptTimeout > TimeSpan.Zero && AttemptTimeout <= TimeSpan.FromMinutes(10), nameof(AttemptTimeout), "This lies between zero and ten minutes.");
        Require(RetryDelay >= TimeSpan.Zero && RetryDelay <= TimeSpan.FromMinutes(1), nameof(RetryDelay), "This lies between zero and a minute.");
        Require(Attempts is >= 1 and <= 20, nameof(Attempts), "This lies between 1 and 20.");
    }

    private static void Require(bool condition, string name, string rule)
    {
        if (!condition)
            throw new ArgumentException(rule, name);
    }
}
