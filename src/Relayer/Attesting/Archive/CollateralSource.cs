using System.Diagnostics.CodeAnalysis;

namespace OpenGradient.Relayer.Attesting.Archive;

/// <summary>Where a file of collateral is had, and what it is called then.</summary>
public sealed record CollateralSource(string Name, Uri Address)
{
    /// <summary>More are not asked.</summary>
    public const int MostSources = 32;

    /// <summary>The name of the certificates that a service sends beside what they signed.</summary>
    public string IssuersName => $"{Name}.issuers.pem";

    /// <summary>Reads <c>NAME=URL</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out CollateralSource? source)
    {
        source = null;
        var at = text.IndexOf('=', StringComparison.Ordinal);
        if (at <= 0 || !CollateralArchive.IsName(text[..at]) || !CollateralArchive.IsName(text[..at] + ".issuers.pem")
            || !Uri.TryCreate(text[(at + 1)..], UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
            return false;
        source = new CollateralSource(text[..at], address);
        return true;
    }
}
