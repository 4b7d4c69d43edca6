using System.Runtime.InteropServices;
using OpenGradient.Prover.Layout;

namespace OpenGradient.Prover.Planning;

/// <summary>Whether the points are at hand that long proofs of a version are made by.</summary>
public enum CacheState
{
    /// <summary>There never will be any: the verifier has no power for so many columns.</summary>
    Impossible = 0,

    /// <summary>They can be computed.</summary>
    Missing = 1,

    Ready = 2,
}

/// <summary>All that the form of a proof is chosen by.</summary>
public sealed record FormCase
{
    public required CacheState Cache { get; init; }

    /// <summary>How long a proof of each form takes: as the last one did, or as is expected.</summary>
    public required TimeSpan ShortTakes { get; init; }

    public required TimeSpan LongTakes { get; init; }

    /// <summary>How much longer a lone answer may wait for its proof to save it what the long form costs the chain.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>The part of a lone answer's gas that the long form adds, and that of an answer of this batch: the more answers share it, the less is saved by waiting.</summary>
    public required double LoneShare { get; init; }

    public required double Share { get; init; }

    /// <summary>A proof that takes longer is given up.</summary>
    public required TimeSpan Limit { get; init; }

    /// <summary>When the proof has to be there.</summary>
    public required TimeSpan TimeLeft { get; init; }
}

/// <summary>A form, and what was in its way.</summary>
/// <param name="Form">The form; null where no proof would be there within its limit, and one will be once there is a cache.</param>
/// <param name="IsLongBetter">Whether the long form is the better one, be its cache there or not.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ChosenForm(ProofForm? Form, bool IsLongBetter);

/// <summary>
/// Which form a proof has, by gas, time and deadline. The short one costs the chain 69,000 gas less and needs nothing at hand; the long one is quick for large models, once their
/// cache is there. It asks nothing and changes nothing.
/// </summary>
public static class FormChoice
{
    public static ChosenForm Of(FormCase known)
    {
        if (known.Cache == CacheState.Impossible)
            return new ChosenForm(ProofForm.Short, IsLongBetter: false);
        var isQuicker = known.LongTakes < known.ShortTakes;
        var isLongBetter = isQuicker && (known.ShortTakes > PatienceOf(known) || known.ShortTakes > known.TimeLeft || known.ShortTakes > known.Limit);
        return known.Cache == CacheState.Ready ? new ChosenForm(isLongBetter ? ProofForm.Long : ProofForm.Short, isLongBetter)
            // A proof that is given up half-way is none, and keeps others waiting.
            : known.ShortTakes > known.Limit ? new ChosenForm(null, IsLongBetter: true)
            : new ChosenForm(ProofForm.Short, isLongBetter);
    }

    // As long as is set for a lone answer, whose share of the gas is the greatest; less in proportion.
    private static TimeSpan PatienceOf(FormCase known) => known.LoneShare > 0 ? known.Patience * Math.Min(1, known.Share / known.LoneShare) : known.Patience;
}
