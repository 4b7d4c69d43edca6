using OpenGradient.Blobs;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Fetching;

/// <summary>What rows say that a blob is.</summary>
[Flags]
internal enum BlobKinds
{
    None = 0,

    /// <summary>What people read of a model or a node: its owner names it, whoever that is.</summary>
    Metadata = 1,

    /// <summary>The evidence of a key: attesters, or a verifier on the chain, have seen it before it was named.</summary>
    Evidence = 2,
}

/// <summary>A blob that rows name, as the database knows it. Times are milliseconds since 1970.</summary>
internal sealed record BlobRow
{
    public const string Waiting = "waiting";
    public const string Held = "held";
    public const string Evicted = "evicted";
    public const string GivenUp = "given_up";

    public Hash32 Hash { get; init; }

    public long Kinds { get; init; }

    public string State { get; init; } = Waiting;

    public long FoundAt { get; init; }

    public long Attempts { get; init; }

    /// <summary>How many of them ended with the word of every source that there is none: these are what giving up is decided by.</summary>
    public long Misses { get; init; }

    /// <summary>When it is tried next, and of one that was given up the earliest time at which it may be tried anew; zero where there is nothing to try.</summary>
    public long NextAt { get; init; }

    public long? FetchedAt { get; init; }

    public long? Length { get; init; }

    /// <summary>Who gave it.</summary>
    public string? Source { get; init; }

    /// <summary>Why nobody did, the last time; for strangers, and so without what they may not learn of what is not given out.</summary>
    public string? Reason { get; init; }

    public BlobHash Name => new(Hash);

    public bool Is(BlobKinds kind) => ((BlobKinds)Kinds & kind) != BlobKinds.None;

    /// <summary>The longest that it may be for what it is said to be.</summary>
    public int MaxBytes => Is(BlobKinds.Evidence) ? FetchOptions.MaxEvidenceBytes : MetadataDocument.MaxBytes;
}
