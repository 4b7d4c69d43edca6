using OpenGradient.Blobs;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Fetching;

/// <summary>What rows say that a blob is.</summary>
[Flags]
internal enum BlobKinds
{
    None = 0,

    /// <summary>What people read of a model: its owner names it, whoever that is.</summary>
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

    public long NextAt { get; init; }

    public long? FetchedAt { get; init; }

    public long? Length { get; init; }

    /// <summary>Who gave it.</summary>
    public string? Source { get; init; }

    /// <summary>Why nobody did, the last time; for strangers, too.</summary>
    public string? Reason { get; init; }

    public BlobHash Name => new(Hash);

    public bool Is(BlobKinds kind) => ((BlobKinds)Kinds & kind) != BlobKinds.None;

    /// <summary>The longest that it may be for what it is said to be.</summary>
    public int MaxBytes => Is(BlobKinds.Evidence) ? FetchOptions.MaxEvidenceBytes : MetadataDocument.MaxBytes;
}
