using System.Text.Json;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>Reads logs: the longest answers there are, so that little but the log itself is allocated.</summary>
internal static class JsonLog
{
    private const Field Required = Field.Address | Field.Topics | Field.Data | Field.BlockHash | Field.BlockNumber | Field.TransactionHash
        | Field.TransactionIndex | Field.LogIndex;

    [Flags]
    private enum Field
    {
        None = 0,
        Address = 1,
        Topics = 2,
        Data = 4,
        BlockHash = 8,
        BlockNumber = 16,
        TransactionHash = 32,
        TransactionIndex = 64,
        LogIndex = 128,
        Removed = 256,
        BlockTimestamp = 512,
    }

    /// <summary>Reads logs of one answer, which share memory.</summary>
    public static List<LocatedLog> ReadAll(ref Utf8JsonReader reader, string what)
    {
        var memory = new LogMemory();
        return reader.ReadArray(what, JsonReceipt.MaxLogs, (ref Utf8JsonReader item) => Read(ref item, memory));
    }

    public static LocatedLog Read(ref Utf8JsonReader reader) => Read(ref reader, new LogMemory());

    private static LocatedLog Read(ref Utf8JsonReader reader, LogMemory memory)
    {
        reader.ExpectObject("log");
        Address address = default;
        LogTopics topics = default;
        ReadOnlyMemory<byte> data = default;
        Hash32 blockHash = default, transactionHash = default;
        BlockNumber blockNumber = default;
        uint transactionIndex = 0, logIndex = 0;
        ulong? timestamp = null;
        var removed = false;
        var seen = Field.None;
        while (reader.TryReadField(out var name))
        {
            var field = Identify(name);
            if ((seen & field) != Field.None)
                throw JsonRead.Twice("log", name);
            seen |= field;
            switch (field)
            {
                case Field.Address: address = reader.ReadAddress("log.address"); break;
                case Field.Topics: topics = ReadTopics(ref reader, memory); break;
                case Field.Data: data = reader.ReadBytes("log.data", memory); break;
                case Field.BlockHash: blockHash = reader.ReadHash("log.blockHash"); break;
                case Field.BlockNumber: blockNumber = reader.ReadBlockNumber("log.blockNumber"); break;
                case Field.TransactionHash: transactionHash = reader.ReadHash("log.transactionHash"); break;
                case Field.TransactionIndex: transactionIndex = reader.ReadUInt32("log.transactionIndex"); break;
                case Field.LogIndex: logIndex = reader.ReadUInt32("log.logIndex"); break;
                case Field.Removed: removed = reader.ReadBoolean("log.removed"); break;
                case Field.BlockTimestamp: timestamp = ReadTimestamp(ref reader); break;
                default: reader.Skip(); break;
            }
        }

        if ((seen & Required) != Required)
            throw JsonRead.Missing("log", (Required & ~seen).ToString());

        return new LocatedLog(
            new BlockRef(blockNumber, blockHash), transactionHash, transactionIndex, logIndex, new Log(address, topics, data))
        {
            BlockTimestamp = timestamp,
            Removed = removed,
        };
    }

    private static LogTopics ReadTopics(ref Utf8JsonReader reader, LogMemory memory)
    {
        reader.ExpectArray("log.topics");
        Span<Hash32> topics = [default, default, default, default];
        var count = 0;
        for (; reader.TryReadItem(); count++)
        {
            if (count == Log.MaxTopics)
                throw JsonRead.Malformed("log.topics", $"has more than {Log.MaxTopics} items");
            topics[count] = reader.ReadHash("log.topics");
        }

        return memory.Keep(topics[..count]);
    }

    // An addition of some nodes that no standard defines: what is not a quantity is left out rather than refused.
    private static ulong? ReadTimestamp(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && Quantity.TryParse(reader.ValueSpan, out ulong seconds))
            return seconds;

        reader.Skip();
        return null;
    }

    private static Field Identify(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("data"u8) => Field.Data,
        6 when name.SequenceEqual("topics"u8) => Field.Topics,
        7 when name.SequenceEqual("address"u8) => Field.Address,
        7 when name.SequenceEqual("removed"u8) => Field.Removed,
        8 when name.SequenceEqual("logIndex"u8) => Field.LogIndex,
        9 when name.SequenceEqual("blockHash"u8) => Field.BlockHash,
        11 when name.SequenceEqual("blockNumber"u8) => Field.BlockNumber,
        14 when name.SequenceEqual("blockTimestamp"u8) => Field.BlockTimestamp,
        15 when name.SequenceEqual("transactionHash"u8) => Field.TransactionHash,
        16 when name.SequenceEqual("transactionIndex"u8) => Field.TransactionIndex,
        _ => Field.None,
    };
}
