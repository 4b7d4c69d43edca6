using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Storage;

/// <summary>
/// A lane's place on the chain, which is its tip and its final block, and a family as the database has it. Whoever else writes of the family moves the one or changes the
/// other: while both are as they were, what this process wrote last is what is there.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Standing(BlockRef Tip, BlockRef Final, Hash32 Fingerprint, long? GapLast)
{
    /// <summary>Null where the lane has no place yet.</summary>
    public static Standing? Of(ChainCursor place, FamilyEntry entry) => place.IsEmpty ? null : new(place.Tip, place.Final, entry.Fingerprint, entry.GapLast);
}

/// <summary>A family's state hash as this process last wrote it.</summary>
internal sealed class KnownState
{
    private Standing? _of;
    private Hash32 _state;

    /// <summary>Null where it must be read.</summary>
    public Hash32? At(Standing? standing) => standing is not null && standing == _of ? _state : null;

    public void Take(Standing? standing, Hash32 state) => (_of, _state) = (standing, state);
}
