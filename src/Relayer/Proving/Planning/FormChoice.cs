using OpenGradient.Prover.Layout;

namespace OpenGradient.Relayer.Proving.Planning;

/// <summary>
/// Which form a proof has. The short one costs the chain 67,000 gas less and needs nothing at hand; the long one is quick for large models, once their cache
/// is filled.
/// </summary>
public static class FormChoice
{
    // A thread's time for one coefficient of a short proof, on a slow machine: until a proof of the model was made and measured.
    private static readonly TimeSpan PerCoefficient = TimeSpan.FromMicroseconds(12);

    /// <summary>How long a short proof takes, as far as can be told without having made one.</summary>
    public static TimeSpan Expected(int coefficients, int threads) => PerCoefficient * coefficients / threads;

    /// <summary>Whether the long form is to be made, and a cache to be filled for it.</summary>
    public static bool WantsCache(TimeSpan shortTakes, TimeSpan limit) => shortTakes > limit;

    public static ProofForm Of(TimeSpan shortTakes, TimeSpan limit, bool hasCache) => hasCache && WantsCache(shortTakes, limit) ? ProofForm.Long : ProofForm.Short;
}
