using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Api.Operations;

/// <summary>
/// From which age on the last block says that the chain stands still, or the node that tells of it: such a node agrees with whatever is stored, for days.
/// </summary>
internal static class TipAge
{
    // Slots are missed and producers restart: nobody is called for less.
    private const int Blocks = 20;
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(15);

    // Chains on a developer's machine make a block when somebody asks for one, and are quiet else.
    private static readonly ulong[] Development = [1337, 31337];

    /// <summary>What an operator has set; else twenty blocks as they come on this chain, and at least a quarter of an hour. Null where any age will do.</summary>
    public static TimeSpan? LimitOf(ApiOptions options, ChainId chain, TimeSpan? blockTime) =>
        options.ReadyTipAge is { } set ? (set > TimeSpan.Zero ? set : null)
        : Development.Contains(chain.Value) ? null
        : blockTime * Blocks is { } usual && usual > Least ? usual
        : Least;
}
