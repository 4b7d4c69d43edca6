using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Database.Cursors;

/// <summary>A follower's place as it is stored.</summary>
public sealed class CursorRow
{
    private const int BlockLength = sizeof(ulong) + Hash32.ByteLength;

    public byte[] Recent { get; init; } = [];

    public string? Stop { get; init; }

    public ChainCursor ToCursor() => new(Unpack(Recent))
    {
        Stop = Stop is null ? null : JsonSerializer.Deserialize(Stop, CursorJson.Default.StoredStop)?.ToStop(),
    };

    internal static byte[] Pack(IReadOnlyList<BlockRef> blocks)
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
