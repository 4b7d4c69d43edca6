using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Storage;

/// <summary>A follower's place on the chain, as a row.</summary>
internal static partial class LaneRow
{
    private const int BlockLength = sizeof(ulong) + Hash32.ByteLength;
    private const string Select = "SELECT recent AS Recent, stop AS Stop FROM index_lanes WHERE name = @lane";

    public static Task<ChainCursor> ReadAsync(DatabaseSession session, string lane) => ReadAsync(session, lane, Select);

    /// <summary>As <see cref="ReadAsync(DatabaseSession, string)"/>; until the transaction ends nobody else moves it.</summary>
    public static Task<ChainCursor> ReadToWriteAsync(DatabaseSession session, string lane) =>
        ReadAsync(session, lane, session.Sql(Select, Select + " FOR UPDATE"));

    public static Task WriteAsync(DatabaseSession session, string lane, ChainCursor cursor) => session.ExecuteAsync(
        """
        INSERT INTO index_lanes (name, recent) VALUES (@lane, @Recent)
        ON CONFLICT (name) DO UPDATE SET recent = excluded.recent
        """,
        new { lane, Recent = Pack(cursor.Recent) });

    public static Task StopAsync(DatabaseSession session, string lane, FollowerStop stop) => session.ExecuteAsync(
        "UPDATE index_lanes SET stop = @Stop WHERE name = @lane",
        new { lane, Stop = JsonSerializer.Serialize(StoredStop.Of(stop), StopJson.Default.StoredStop) });

    public static Task RemoveAsync(DatabaseSession session, string lane) =>
        session.ExecuteAsync("DELETE FROM index_lanes WHERE name = @lane", new { lane });

    private static async Task<ChainCursor> ReadAsync(DatabaseSession session, string lane, string select)
    {
        var row = await session.QuerySingleOrDefaultAsync<Row>(select, new { lane });
        if (row is null)
            return ChainCursor.None;
        return new ChainCursor(Unpack(row.Recent))
        {
            Stop = row.Stop is null ? null : JsonSerializer.Deserialize(row.Stop, StopJson.Default.StoredStop)?.ToStop(),
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

    private sealed class Row
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
    private sealed partial class StopJson : JsonSerializerContext;
}
