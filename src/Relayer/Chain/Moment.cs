using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Chain;

/// <summary>What time it is: here, on the chain, and at the hub, whose clock stands still during a pause.</summary>
/// <param name="Time">Here.</param>
/// <param name="HeadTime">The time of the last block of the endpoint that was asked: the chain's own word, behind which it never goes.</param>
/// <param name="ChainTime">The time that the next block will have, as far as can be told: margins are reckoned by it, and nothing is given up by it.</param>
/// <param name="ActiveTime">The hub's clock at that time.</param>
/// <param name="Tip">The last block whose events are stored.</param>
public sealed record Moment(DateTimeOffset Time, ulong HeadTime, ulong ChainTime, ulong ActiveTime, BlockNumber Tip)
{
    /// <summary>
    /// The time of the last block whose events are stored, or an earlier one: by this alone is anything given up or called final, since what came after it is not
    /// known here. It is the head's where nothing else is said.
    /// </summary>
    public ulong TipTime { get; init; } = HeadTime;

    /// <summary>The hub's clock at that block, or earlier: a pause since then only sets it back.</summary>
    public ulong TipActiveTime => ChainTime - ActiveTime is var paused && TipTime > paused ? TipTime - paused : 0;

    /// <summary>Whether the hub is paused: it takes no claims and no answers.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Whether other nodes answer here, too: then each waits for its turn to claim.</summary>
    public bool HasRivals { get; init; }

    /// <summary>How long transactions take to be mined, as measured by our own, in seconds: see <see cref="Claiming.InclusionPolicy"/>; zero where too few are known.</summary>
    public ulong InclusionSeconds { get; init; }

    // Whatever lies further ahead is looked at again by then.
    private const ulong MostSeconds = 86_400;

    /// <summary>The chain's time at an active time, if the hub is not paused again.</summary>
    public ulong ChainTimeAt(ulong activeTime) => activeTime + (ChainTime - ActiveTime);

    /// <summary>When, here, the chain's time will be this: now where it was.</summary>
    public DateTimeOffset WhenChainTimeIs(ulong chainTime) =>
        chainTime <= ChainTime ? Time : Time + TimeSpan.FromSeconds(Math.Min(chainTime - ChainTime, MostSeconds));

    /// <summary>When, here, the chain's time was or will be this.</summary>
    public DateTimeOffset WhenChainTimeWas(ulong chainTime) =>
        chainTime >= ChainTime ? WhenChainTimeIs(chainTime) : Time - TimeSpan.FromSeconds(Math.Min(ChainTime - chainTime, MostSeconds));

    /// <summary>When, here, the hub's clock will show this.</summary>
    public DateTimeOffset WhenActiveTimeIs(ulong activeTime) => WhenChainTimeIs(ChainTimeAt(activeTime));
}
