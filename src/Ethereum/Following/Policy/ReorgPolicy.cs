using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Following;

/// <summary>How an endpoint's chain relates to ours, judged by the tips alone.</summary>
public enum TipRelation
{
    /// <summary>It is at least as high as our tip and therefore has an opinion about that height, which decides.</summary>
    Decides,

    /// <summary>It ends below our tip: it lags, or the chain went back. The endpoint alone cannot say which.</summary>
    Shorter,

    /// <summary>It calls final what contradicts us: our branch is dead, however high it is.</summary>
    ContradictsByFinality,
}

/// <summary>
/// What counts as a reorg.
/// <list type="number">
/// <item>An endpoint at or above our tip's height that has another block there: the chain has replaced ours. A sibling of equal height
/// counts, because fork choice is by weight and not by height.</item>
/// <item>An endpoint whose <i>final</i> block contradicts one of ours: replaced, even if its head is still below our tip.</item>
/// <item>An endpoint that ends below our tip lags. Whether it agrees with us up to its head, or sits on a stale sibling, or goes back on
/// what it said before (a gateway that switched nodes): nothing is undone, another endpoint is asked.</item>
/// <item>Only when <i>every</i> endpoint, the unreachable ones included, has said that it ends below our tip, for
/// <see cref="ShorterChainPatience"/> and without a sight of one at or above it, has the chain really become shorter: a development chain
/// that was rolled back and mines nothing new. Once such a chain has grown to our height, the first rule sees it at once.</item>
/// <item>None of these goes below a block that we know to be final; what would, stops the follower.</item>
/// </list>
/// </summary>
public sealed record ReorgPolicy
{
    /// <summary>How long all endpoints must stay below our tip until it is believed to be gone.</summary>
    public TimeSpan ShorterChainPatience { get; init; } = TimeSpan.FromMinutes(10);

    public static TipRelation Compare(ChainCursor local, RemoteTip remote)
    {
        if (remote.FinalBlock is { } final && local.Contradicts(final))
            return TipRelation.ContradictsByFinality;
        return remote.Head.Number >= local.Tip.Number ? TipRelation.Decides : TipRelation.Shorter;
    }
}

/// <summary>What an endpoint says about its chain at one moment.</summary>
/// <param name="Head">The block up to which is followed, if only it were ours.</param>
/// <param name="Final">The highest number that counts as final.</param>
/// <param name="FinalBlock">The block that the endpoint itself calls final, where it was asked.</param>
public sealed record RemoteTip(SealedHeader Head, BlockNumber Final, BlockRef? FinalBlock);

/// <summary>Since when which endpoints have been below our tip; immutable, and about one tip only.</summary>
public sealed record ShorterChainWatch
{
    private readonly IReadOnlyDictionary<string, DateTimeOffset> _since = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
    private readonly BlockRef? _tip;

    public static ShorterChainWatch None { get; } = new();

    public ShorterChainWatch AfterShorter(BlockRef tip, string endpoint, DateTimeOffset now)
    {
        var kept = _tip == tip ? _since : None._since;
        return kept.ContainsKey(endpoint)
            ? this
            : new ShorterChainWatch(tip, new Dictionary<string, DateTimeOffset>(kept, StringComparer.Ordinal) { [endpoint] = now });
    }

    /// <summary>Whether the chain has really become shorter.</summary>
    /// <param name="endpoints">All that there are.</param>
    /// <param name="patience">For how long they must have said so.</param>
    /// <param name="now">The time.</param>
    public bool IsProven(IEnumerable<string> endpoints, TimeSpan patience, DateTimeOffset now) =>
        endpoints.All(endpoint => _since.TryGetValue(endpoint, out var since) && now - since >= patience);

    private ShorterChainWatch()
    {
    }

    private ShorterChainWatch(BlockRef tip, IReadOnlyDictionary<string, DateTimeOffset> since)
    {
        _tip = tip;
        _since = since;
    }
}
