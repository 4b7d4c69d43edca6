using OpenGradient.Prover.Layout;

namespace OpenGradient.Prover.Planning;

/// <summary>How long proving takes, as far as can be told without having done it: from docs/benchmarks/prover.md, for cores as they are there. How many answers a proof has matters little.</summary>
public static class ExpectedTime
{
    // A thread's time: for a coefficient in a short proof, with its transforms; for a term of a long one; for a small number in the filling of a cache.
    private static readonly TimeSpan PerCoefficient = TimeSpan.FromMicroseconds(13);
    private static readonly TimeSpan PerTerm = TimeSpan.FromMicroseconds(7);
    private static readonly TimeSpan PerFilledTerm = TimeSpan.FromMicroseconds(0.25);

    // What no thread takes from another.
    private static readonly TimeSpan OfLong = TimeSpan.FromMilliseconds(20);

    /// <summary>A proof of the short form.</summary>
    public static TimeSpan OfShortProof(WeightLayout layout, int threads) => PerCoefficient * layout.Coefficients / threads;

    /// <summary>A proof of the long form, once the version's cache is there.</summary>
    public static TimeSpan OfLongProof(WeightLayout layout, int threads) => OfLong + (PerTerm * ((2.0 * layout.Rows) + (4.0 * layout.Columns)) / threads);

    /// <summary>Filling a version's cache, which is done once.</summary>
    public static TimeSpan OfCache(WeightLayout layout, int threads) => PerFilledTerm * (0.5 * layout.Rows * (layout.Rows + 1) * layout.Columns) / threads;
}
