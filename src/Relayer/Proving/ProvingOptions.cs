using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Setup;
using OpenGradient.Relayer.Proving.Planning;

namespace OpenGradient.Relayer.Proving;

/// <summary>How proofs are made.</summary>
public sealed record ProvingOptions
{
    /// <summary>Opens the setup that proofs stand on; a verifier on the chain must have the same. Its failures are those of files.</summary>
    public required Func<CancellationToken, Task<SetupReading>> Setup { get; init; }

    /// <summary>Whether proofs are left to another process on the same database: then this one only checks versions by the setup, and proves what it challenges.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>Whose answers a process proves that does nothing else: it has no key that would tell.</summary>
    public Address? Node { get; init; }

    /// <summary>Where points are kept that are costly to compute and fixed for a version.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>How many threads one proof is made by; one proof is made at a time.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The most memory that versions may take, with one proof of them and the multiples that long proofs go by.</summary>
    public long MemoryBytes { get; init; } = 1L << 30;

    /// <summary>A proof that takes longer is given up; so much time is left before deadlines.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Where a short proof takes longer than this, the long form is made, once its version's cache is filled.</summary>
    public TimeSpan ShortLimit { get; init; } = TimeSpan.FromSeconds(1);

    public ProofLimits Batches { get; init; } = new();

    /// <summary>When to look for work though nothing rang.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many proofs with an answer may come to nothing before it is given up.</summary>
    public int MostFailures { get; init; } = 3;

    /// <summary>What is wrong with these options; null where nothing is.</summary>
    public string? Fault() =>
        Threads is < 1 or > 256 ? $"{Threads} threads for a proof are outside 1–256."
        : Limit < TimeSpan.FromSeconds(1) || Limit > TimeSpan.FromHours(1) ? $"A proof cannot take {Limit}: a second to an hour."
        : MemoryBytes < 1 << 20 ? $"{MemoryBytes} bytes are too few for any model: a MiB is the least."
        : MostFailures < 1 ? "A proof must be tried once."
        : Batches.Fault();
}
