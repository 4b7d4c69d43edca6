using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Database.Cursors;

/// <summary>
/// Where followers keep their place on the chain: a table of <c>recent</c> and <c>stop</c>, one row for each follower, written in the transaction that
/// writes what it was told.
/// </summary>
/// <typeparam name="TKey">What followers are told apart by.</typeparam>
public sealed class CursorTable<TKey>
    where TKey : notnull
{
    private const int BlockLength = sizeof(ulong) + Hash32.ByteLength;

    private readonly string _select;
    private readonly string _write;
    private readonly string _stop;
    private readonly string _remove;

    /// <param name="table">The table's name.</param>
    /// <param name="key">Its key column.</param>
    public CursorTable(string table, string key)
    {
        _select = $"SELECT recent AS Recent, stop AS Stop FROM {table} WHERE {key} = @follower";
        _write = $"INSERT INTO {table} ({key}, recent) VALUES (@follower, @Recent) ON CONFLICT ({key}) DO UPDATE SET recent = excluded.recent";
        _stop = $"UPDATE {table} SET stop = @Stop WHERE {key} = @follower";
        _remove = $"DELETE FROM {table} WHERE {key} = @follower";
    }

    /// <summary>A follower's place; <see cref="ChainCursor.None"/> where it has none yet.</summary>
    public Task<ChainCursor> ReadAsync(DatabaseSession session, TKey follower) => ReadAsync(session, follower, _select);

    /// <summary>As <see cref="ReadAsync(DatabaseSession, TKey)"/>; until the transaction ends nobody else moves it.</summary>
    public Task<ChainCursor> ReadToWriteAsync(DatabaseSession session, TKey follower) =>
        ReadAsync(session, follower, session.Sql(_select, _select + " FOR UPDATE"));

    public Task WriteAsync(DatabaseSession session, TKey follower, ChainCursor cursor) =>
        session.ExecuteAsync(_write, new { follower, Recent = Pack(cursor.Recent) });

    /// <summary>Notes that it stopped for good, and over what.</summary>
    public Task StopAsync(DatabaseSession session, TKey follower, FollowerStop stop) =>
        session.ExecuteAsync(_stop, new { follower, Stop = JsonSerializer.Serialize(StoredStop.Of(stop), CursorJson.Default.StoredStop) });

    public Task RemoveAsync(DatabaseSession session, TKey follower) => session.ExecuteAsync(_remove, new { follower });

    private static async Task<ChainCursor> ReadAsync(DatabaseSession session, TKey follower, string select)
    {
        var row = await session.QuerySingleOrDefaultAsync<CursorRow>(select, new { follower });
        if (row is null)
            return ChainCursor.None;
        return new ChainCursor(Unpack(row.Recent))
        {
            Stop = row.Stop is null ? null : JsonSerializer.Deserialize(row.Stop, CursorJson.Default.StoredStop)?.ToStop(),
        };
    }

    private static byte[] Pack(IReadOnlyList<BlockRef> blocks)
    {
        var packed = new byte[blocks.Count * BlockLength];
        for (var i = 0; i < blocks.Count; i++)
        {
            var place = packed.AsSpan(i * BlockLength, BlockLength);
            BinaryPrimitives.WriteUInt64BigEndian(place, blocks[i].Number.Value);
            blocks[i].Hash.CopyTo(place[sizeof(ulong)..]);
        }

        return packed;
    }

    private static BlockRef[] Unpack(byte[] packed)
    {
        var blocks = new BlockRef[packed.Length / BlockLength];
        for (var i = 0; i < blocks.Length; i++)
        {
            var place = packed.AsSpan(i * BlockLength, BlockLength);
            blocks[i] = new BlockRef(new BlockNumber(BinaryPrimitives.ReadUInt64BigEndian(place)), new Hash32(place[sizeof(ulong)..]));
        }

        return blocks;
    }
}

internal sealed class CursorRow
{
    public byte[] Recent { get; init; } = [];

    public string? Stop { get; init; }
}

internal sealed record StoredBlock(ulong Number, string Hash)
{
    public static StoredBlock Of(BlockRef block) => new(block.Number.Value, block.Hash.ToString());

    public BlockRef ToBlock() => new(new BlockNumber(Number), Hash32.Parse(Hash));
}

internal sealed record StoredStop(StoredBlock Ours, StoredBlock Theirs, IReadOnlyList<string> Endpoints, DateTimeOffset At)
{
    public static StoredStop Of(FollowerStop stop) => new(StoredBlock.Of(stop.Ours), StoredBlock.Of(stop.Theirs), stop.Endpoints, stop.At);

    public FollowerStop ToStop() => new(Ours.ToBlock(), Theirs.ToBlock(), Endpoints, At);
}

[JsonSerializable(typeof(StoredStop))]
internal sealed partial class CursorJson : JsonSerializerContext;
