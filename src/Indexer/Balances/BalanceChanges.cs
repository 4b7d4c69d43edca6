using System.Buffers.Binary;
using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Rows;

namespace OpenGradient.Indexer.Balances;

/// <summary>Whose balance of which contract.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BalanceKey(Address Emitter, Address Account);

/// <summary>What some transfers come to for one holder.</summary>
/// <param name="Sum">What came less what went, modulo 2^256.</param>
/// <param name="LastId">The last of the transfers.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BalanceChange(UInt256 Sum, long LastId)
{
    public BalanceChange And(BalanceChange later) => new(unchecked(Sum + later.Sum), Math.Max(LastId, later.LastId));
}

/// <summary>What transfers come to, by holder.</summary>
internal sealed class BalanceChanges
{
    // The places of id and emitter among the columns that every table of events begins with.
    private const int IdPlace = 0;
    private const int EmitterPlace = 4;

    private readonly Dictionary<BalanceKey, BalanceChange> _changes = [];

    private IReadOnlyList<BalanceKey>? _ordered;

    public IReadOnlyDictionary<BalanceKey, BalanceChange> All => _changes;

    /// <summary>Whose they are, in the order of the table.</summary>
    public IReadOnlyList<BalanceKey> Ordered => _ordered ??= BalanceStore.Ordered(_changes.Keys);

    public void Clear()
    {
        _changes.Clear();
        _ordered = null;
    }

    /// <summary>Adds one transfer as it is encoded for its table.</summary>
    public void Add(BalanceRule rule, ReadOnlySpan<byte> row)
    {
        var reader = new RowReader(row);
        var fields = reader.StartRow();
        var (id, emitter, from, to, value) = (0L, default(Address), default(Address), default(Address), default(UInt256));
        for (var i = 0; i < fields; i++)
        {
            reader.TryRead(out var field);
            if (i == IdPlace)
                id = BinaryPrimitives.ReadInt64BigEndian(field);
            else if (i == EmitterPlace)
                emitter = new Address(field);
            else if (i == rule.FromPlace)
                from = new Address(field);
            else if (i == rule.ToPlace)
                to = new Address(field);
            else if (i == rule.ValuePlace)
                value = UInt256.FromBigEndian(field);
        }

        Add(id, emitter, from, to, value);
    }

    public void Add(long id, Address emitter, Address from, Address to, UInt256 value)
    {
        Add(new BalanceKey(emitter, from), new BalanceChange(unchecked(UInt256.Zero - value), id));
        Add(new BalanceKey(emitter, to), new BalanceChange(value, id));
    }

    private void Add(BalanceKey key, BalanceChange change)
    {
        _ordered = null;
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_changes, key, out _);
        sum = sum.And(change);
    }
}

/// <summary>A holder's row.</summary>
/// <param name="Now">As of the tip; without a transfer, which has the id zero, there is no row.</param>
/// <param name="Final">As of the last final block.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BalanceState(BalanceChange Now, BalanceChange Final);
