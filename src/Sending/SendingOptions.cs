using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Sending;

/// <summary>How the transactions of one key are sent.</summary>
public sealed record SendingOptions
{
    /// <summary>The most that is ever offered for a unit of gas. At it nothing is raised any more, and the alarm is given.</summary>
    public Wei MaxFeePerGas { get; init; } = Wei.FromGwei("500");

    /// <summary>The least that is offered to whoever proposes the block.</summary>
    public Wei MinTipPerGas { get; init; } = Wei.FromGwei("0.1");

    /// <summary>The least by which a fee is raised, whatever a fifth of it is.</summary>
    public Wei MinBump { get; init; } = Wei.FromGwei("0.1");

    /// <summary>What is offered covers the base fee this many times, from 1 to 10: twice outlasts six full blocks in a row.</summary>
    public int BaseFeeFactor { get; init; } = 2;

    /// <summary>What is added to an estimate of gas, in hundredths of it, from 0 to 400.</summary>
    public int GasMarginPercent { get; init; } = 20;

    /// <summary>How many transactions of the key may wait for a block, from 1 to 10000. Nodes keep 64 of an account for certain.</summary>
    public int MaxInFlight { get; init; } = 64;

    /// <summary>How many are signed, stored and sent together, from 1 to 256.</summary>
    public int GroupSize { get; init; } = 64;

    /// <summary>After so many blocks without inclusion the fee is raised, from 1 to 1000.</summary>
    public int BumpAfterBlocks { get; init; } = 4;

    /// <summary>How many of the lowest nonces are raised in one block, from 1 to 256.</summary>
    public int BumpDepth { get; init; } = 16;

    /// <summary>After so many blocks at a price that others are mined at, the lowest nonce is stuck, from 1 to 10000.</summary>
    public int StuckAfterBlocks { get; init; } = 30;

    /// <summary>An order is given up when its estimate reverted at so many heads, from 1 to 100.</summary>
    public int EstimateHeads { get; init; } = 3;

    /// <summary>
    /// Null trusts the chain's own finalised block; else what lies this many blocks below the head is final, from 1 to 100000.
    /// </summary>
    public int? FinalityDepth { get; init; }

    /// <summary>
    /// How many endpoints must tell the same receipt before it counts as final, and how many the key's nonce at its first use; null is more
    /// than half of them.
    /// </summary>
    public int? FinalQuorum { get; init; }

    /// <summary>Below this balance the alarm is given.</summary>
    public Wei LowBalance { get; init; } = Wei.FromEther("0.1");

    /// <summary>How often a new block is looked for.</summary>
    public TimeSpan HeadPoll { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>For how long a replica may send with the key before it must say so again.</summary>
    public TimeSpan LeaseLength { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The waits after failures.</summary>
    public BackoffPolicy Backoff { get; init; } = new() { First = TimeSpan.FromMilliseconds(100), Longest = TimeSpan.FromSeconds(5) };

    internal SendingOptions Validated()
    {
        Within(BaseFeeFactor, 1, 10, nameof(BaseFeeFactor));
        Within(GasMarginPercent, 0, 400, nameof(GasMarginPercent));
        Within(MaxInFlight, 1, 10_000, nameof(MaxInFlight));
        Within(GroupSize, 1, 256, nameof(GroupSize));
        Within(BumpAfterBlocks, 1, 1000, nameof(BumpAfterBlocks));
        Within(BumpDepth, 1, 256, nameof(BumpDepth));
        Within(StuckAfterBlocks, 1, 10_000, nameof(StuckAfterBlocks));
        Within(EstimateHeads, 1, 100, nameof(EstimateHeads));
        Within(FinalityDepth ?? 1, 1, 100_000, nameof(FinalityDepth));
        Within(FinalQuorum ?? 1, 1, 100, nameof(FinalQuorum));
        Within((int)HeadPoll.TotalMilliseconds, 1, 60_000, nameof(HeadPoll));
        Within((int)LeaseLength.TotalSeconds, 1, 3600, nameof(LeaseLength));
        if (MinTipPerGas > MaxFeePerGas)
            throw new InvalidOperationException($"{nameof(MinTipPerGas)} is above {nameof(MaxFeePerGas)}.");
        return this;
    }

    private static void Within(int value, int least, int most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"This lies between {least} and {most}.");
    }
}

/// <summary>Where a key's transactions go.</summary>
public sealed class SendingEndpoints
{
    /// <param name="open">Whom the chain is asked from, and who gets whatever is not private. Their clients should not retry by
    /// themselves.</param>
    /// <param name="hidden">For purposes that must not be seen before they are mined: who gets those alone.</param>
    public SendingEndpoints(IReadOnlyList<EthereumClient> open, IReadOnlyDictionary<string, IReadOnlyList<EthereumClient>>? hidden = null)
    {
        if (open.Count == 0 || (hidden is not null && hidden.Values.Any(clients => clients.Count == 0)))
            throw new ArgumentException("There is at least one endpoint, and one for each private purpose.", nameof(open));
        Open = open;
        Hidden = hidden ?? new Dictionary<string, IReadOnlyList<EthereumClient>>(StringComparer.Ordinal);
    }

    public IReadOnlyList<EthereumClient> Open { get; }

    public IReadOnlyDictionary<string, IReadOnlyList<EthereumClient>> Hidden { get; }

    internal IEnumerable<EthereumClient> All => Open.Concat(Hidden.Values.SelectMany(clients => clients)).Distinct();

    internal IReadOnlyList<EthereumClient> For(string purpose) => Hidden.TryGetValue(purpose, out var clients) ? clients : Open;
}
