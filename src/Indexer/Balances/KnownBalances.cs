using OpenGradient.Ethereum.Following;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Balances;

/// <summary>
/// Holders' states as this process last wrote them, which need not be read again while everything stands as it did then.
/// </summary>
internal sealed class KnownBalances
{
    private const int MostHolders = 65_536;

    private readonly Dictionary<BalanceKey, BalanceState> _states = [];
    private Standing? _of;

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
        _of = Standing.Of(after, entry);
    }

    private bool IsOf(ChainCursor place, FamilyEntry entry) => Standing.Of(place, entry) is { } standing && standing == _of;
}
