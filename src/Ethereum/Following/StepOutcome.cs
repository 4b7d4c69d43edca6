using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Following;

/// <summary>What one step of a follower came to.</summary>
public abstract record StepOutcome
{
    private StepOutcome()
    {
    }

    /// <summary>Rows and cursor were stored.</summary>
    /// <param name="Advance">What was stored.</param>
    /// <param name="Remote">What the endpoint said about its chain.</param>
    /// <param name="IsAtTarget">Nothing more could have been taken now.</param>
    public sealed record Advanced(ChainAdvance Advance, RemoteTip Remote, bool IsAtTarget) : StepOutcome;

    /// <summary>The endpoint agrees with our tip and has nothing to add.</summary>
    public sealed record UpToDate(ChainCursor Cursor, RemoteTip Remote) : StepOutcome;

    /// <summary>The endpoint ends below our tip, which is not a reorg.</summary>
    public sealed record EndpointBehind(string Endpoint, BlockRef Tip, RemoteTip Remote) : StepOutcome;

    /// <summary>The endpoint gave no usable answer; nothing was changed.</summary>
    public sealed record EndpointFailed(string Endpoint, SourceFailure Failure) : StepOutcome;

    /// <summary>Too few endpoints said the same; nothing was changed.</summary>
    public sealed record NoQuorum(int Agreeing, int Needed) : StepOutcome;

    /// <summary>Every endpoint is being left alone after failures.</summary>
    public sealed record NoEndpoint(TimeSpan RetryAfter) : StepOutcome;

    /// <summary>Somebody else moved the sink's cursor; nothing was changed.</summary>
    public sealed record Contended : StepOutcome;

    /// <summary>A final block was replaced. Nothing will be changed any more until a person has looked.</summary>
    public sealed record Stopped(FollowerStop Stop) : StepOutcome;
}

/// <summary>Endpoints that contradict each other, each in its own words; who is right is not averaged.</summary>
/// <param name="Block">The highest block in question.</param>
/// <param name="Testimonies">Everyone who was asked.</param>
public sealed record Disagreement(BlockNumber Block, IReadOnlyList<Testimony> Testimonies);

/// <summary>What one endpoint said when it was asked to confirm what another had said.</summary>
/// <param name="Endpoint">Who.</param>
/// <param name="Vote">Whether that agrees.</param>
/// <param name="BlockHash">The block that it has at the height in question.</param>
/// <param name="LogsHash">The digest of its logs.</param>
/// <param name="Reason">Why it did not say.</param>
public sealed record Testimony(string Endpoint, Vote Vote, Hash32? BlockHash = null, Hash32? LogsHash = null, SourceFailure? Reason = null);

/// <summary>Whether an endpoint confirms what another said.</summary>
public enum Vote
{
    Agrees,
    Differs,

    /// <summary>It does not have the block yet, or gave no usable answer.</summary>
    Silent,
}
