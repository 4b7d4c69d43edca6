using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Balances;

/// <summary>
/// Holders' states as this process last wrote them, which need not be read again. They hold for the place on the chain that they were written with, which is its tip and its final
/// block, and for the family as it stood then: whoever else writes balances moves the one or changes the other, and then nothing is known any more.
/// </summary>
internal sealed class KnownBalances
{
    private const int MostHolders = 65_536;

    private readonly Dictionary<BalanceKey, BalanceState> _states = [];
    private (BlockRef Tip, BlockRef Final, Hash32 Fingerprint, long? GapLast)? _of;

    /// <summary>Writes what is known of the holders in their places. Gives the places of the others.</summary>
    public List<int> Read(ChainCursor place, FamilyEntry entry, IReadOnlyList<BalanceKey> keys, BalanceState[] states)
    {
        List<int> missing = [];
        var isOfThis = IsOf(place, entry);
        for (var i = 0; i < keys.Count; i++)
        {
            if (!isOfThis || !_states.TryGetValue(keys[i], out states[i]))
                missing.Add(i);
        }

        return missing;
    }

    /// <summary>Takes what an advance wrote, once that is committed: all other holders are as they were at <paramref name="before"/>.</summary>
    public void Take(ChainCursor before, ChainCursor after, FamilyEntry entry, IReadOnlyList<BalanceKey> keys, BalanceState[] states)
    {
        if (_states.Count + keys.Count > MostHolders || !IsOf(before, entry))
            _states.Clear();
        for (var i = 0; i < Math.Min(keys.Count, MostHolders); i++)
            _states[keys[i]] = states[i];
        _of = (after.Tip, after.Final, entry.Fingerprint, entry.GapLast);
    }

    private bool IsOf(ChainCursor place, FamilyEntry entry) => !place.IsEmpty && _of == (place.Tip, place.Final, entry.Fingerprint, entry.GapLast);
}
