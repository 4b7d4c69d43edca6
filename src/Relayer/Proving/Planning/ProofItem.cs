using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Proving.Planning;

/// <summary>An answer that waits for its proof, as far as the planning of batches has to know it.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="VersionId">Only answers of one version go into one proof.</param>
/// <param name="ReadySince">Since when it could be proven.</param>
/// <param name="Before">Chain time by which it has to be settled: the deadline, or the end of our claim.</param>
/// <param name="Gas">What it takes in the transaction at the most, its callback included.</param>
/// <param name="Bytes">What it adds to the transaction.</param>
/// <param name="FailedProofs">How many proofs with it came to nothing.</param>
public sealed record ProofItem(Hash32 RequestId, Hash32 VersionId, DateTimeOffset ReadySince, ulong Before, ulong Gas, long Bytes, int FailedProofs);

/// <summary>How large proofs become, and how long they wait for more answers.</summary>
public sealed record ProofLimits
{
    public const int MostItems = 128;

    /// <summary>The most answers in one proof.</summary>
    public int Items { get; init; } = 64;

    /// <summary>The most gas that one transaction asks for.</summary>
    public ulong Gas { get; init; } = 15_000_000;

    /// <summary>The most bytes of one transaction.</summary>
    public long Bytes { get; init; } = 100_000;

    /// <summary>How long a lone answer waits for others, and a batch for those that are known to come; the more are together, the less for one that only may come.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whoever has to be settled within so many seconds waits for nobody: what a proof and its transaction take.</summary>
    public ulong UrgentSeconds { get; init; } = 120;

    /// <summary>What is wrong with these limits; null where nothing is.</summary>
    public string? Fault() =>
        Items is < 1 or > MostItems ? $"A proof of {Items} answers is outside 1–{MostItems}."
        : Gas is < 1_000_000 or > 1 << 24 ? $"{Gas} gas for a proof is outside 1000000–{1 << 24}."
        : Bytes is < 8_192 or > 131_072 ? $"{Bytes} bytes for a proof are outside 8192–131072."
        : Wait < TimeSpan.Zero || Wait > TimeSpan.FromMinutes(10) ? $"An answer cannot wait {Wait} for others: at most ten minutes."
        : null;
}
