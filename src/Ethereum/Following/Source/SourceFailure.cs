using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Following;

/// <summary>Why an endpoint gave no usable answer. A closed family: what to do about each is policy, and policy needs to know them all.</summary>
public abstract record SourceFailure
{
    private SourceFailure(string reason) => Reason = reason;

    /// <summary>For people: the endpoint's own words where it gave any, without credentials.</summary>
    public string Reason { get; }

    /// <summary>In one word, for figures.</summary>
    public string Code => this switch
    {
        Unavailable => "unavailable",
        RateLimited => "rate_limited",
        RangeTooLarge => "range_too_large",
        UnknownBlock => "unknown_block",
        Unsupported => "unsupported",
        Malformed => "malformed",
        _ => "inconsistent",
    };

    public sealed override string ToString() => Reason;

    /// <summary>No answer: connection refused or broken, time limit reached, server error.</summary>
    public sealed record Unavailable(string Detail) : SourceFailure(Detail);

    /// <summary>The endpoint asks for patience (HTTP 429 or its JSON-RPC kin).</summary>
    /// <param name="RetryAfter">How long, when the endpoint says so.</param>
    /// <param name="Detail">The endpoint's own words.</param>
    public sealed record RateLimited(TimeSpan? RetryAfter, string Detail) : SourceFailure(Detail);

    /// <summary>The endpoint answers such a question only for fewer blocks, or for fewer results.</summary>
    /// <param name="SuggestedBlocks">The most blocks that the endpoint said it would take, counted from the range's first.</param>
    /// <param name="Detail">The endpoint's own words.</param>
    public sealed record RangeTooLarge(ulong? SuggestedBlocks, string Detail) : SourceFailure(Detail);

    /// <summary>The endpoint does not have the block: it is not there yet, not there any more, or pruned.</summary>
    public sealed record UnknownBlock(BlockTag Block) : SourceFailure($"It does not have block {Block}.");

    /// <summary>The endpoint has no such method or block tag, and will not learn it.</summary>
    public sealed record Unsupported(string Detail) : SourceFailure(Detail);

    /// <summary>The answer could not be decoded.</summary>
    public sealed record Malformed(string Detail) : SourceFailure(Detail);

    /// <summary>The answer was decoded and contradicts the question, itself or another answer of the same endpoint.</summary>
    public sealed record Inconsistent(Inconsistency Kind, string Detail) : SourceFailure(Detail);
}

/// <summary>The ways in which an answer is refused.</summary>
public enum Inconsistency
{
    /// <summary>A header with another number than the one asked for.</summary>
    OtherNumber,

    /// <summary>A header with another hash than the one asked for.</summary>
    OtherHash,

    /// <summary>A header whose contents do not hash to its hash.</summary>
    ForgedHash,

    /// <summary>Headers that do not follow each other, or not the number that was asked for.</summary>
    BrokenLink,

    /// <summary>The finalised block lies above the head.</summary>
    FinalizedAboveHead,

    /// <summary>Another block in place of one that is final, which other endpoints still have.</summary>
    FinalBlockReplaced,

    /// <summary>A log of another block, or of one outside the range.</summary>
    LogOfOtherBlock,

    /// <summary>Logs of one height that name two blocks.</summary>
    TwoBlocksAtOneNumber,

    /// <summary>Two logs of a block with the same index.</summary>
    DuplicateLogIndex,

    /// <summary>Log indices and transaction indices that do not rise together.</summary>
    TransactionOrder,

    /// <summary>A log marked as removed, which only subscriptions may send.</summary>
    RemovedLog,

    /// <summary>A log that the filter did not ask for.</summary>
    UnaskedLog,

    /// <summary>A log that the block's bloom filter rules out.</summary>
    LogOutsideBloom,

    /// <summary>Fewer logs than the block's bloom filter proves.</summary>
    MissingLogs,
}
