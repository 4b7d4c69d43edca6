using OpenGradient.Attestation.Collateral;
using OpenGradient.Relayer.Attesting.Archive;

namespace OpenGradient.Cli.Attest;

/// <summary>What <c>og attest collateral list</c> found.</summary>
public sealed record CollateralList(IReadOnlyList<CurrentCollateral> Files);

/// <summary>What became of each source.</summary>
public sealed record CollateralRefresh(IReadOnlyList<RefreshOutcome> Sources);

/// <summary>A file of collateral by itself.</summary>
/// <param name="Hash">SHA-256 of its bytes.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Facts">What it is; null where it does not hold now, by what is in use.</param>
/// <param name="Reason">Why it does not hold; null where it does.</param>
/// <param name="History">When it was taken into use.</param>
public sealed record CollateralShown(string Hash, int Bytes, CollateralFacts? Facts, string? Reason, IReadOnlyList<CollateralRecord> History)
{
    public static CollateralShown Of(string hash, int bytes, CollateralInspection found, IReadOnlyList<CollateralRecord> history) => found switch
    {
        CollateralInspection.Sound(var facts) => new CollateralShown(hash, bytes, facts, null, history),
        CollateralInspection.Unsound(var reason) => new CollateralShown(hash, bytes, null, reason, history),
        _ => throw new InvalidOperationException("There is an inspection that cannot be shown."),
    };
}
