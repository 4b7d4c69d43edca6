using OpenGradient.Database.Cursors;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Chain;

/// <summary>The follower's place on the chain.</summary>
internal static class HubCursor
{
    public static CursorTable<ChainId> Table { get; } = new("chain_cursors", "chain_id");
}
