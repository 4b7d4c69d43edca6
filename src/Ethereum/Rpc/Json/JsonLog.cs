using System.Text.Json;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>Reads logs: the longest answers there are, so that little but the log itself is allocated.</summary>
internal static class JsonLog
{
    private const LogField Required = LogField.Address | LogField.Topics | LogField.Data | LogField.BlockHash | LogField.BlockNumber | LogField.TransactionHash
        | LogField.TransactionIndex | LogField.LogIndex;

    // Of a node that writes each log in a way of its own nothing is learnt.
    private const int MostStrange = 4;

    // What is between the values of a log is copied: a long one, which may be all that, is none to learn from.
    private const int MostLearnt = 16 * 1024;

    /// <summary>Reads logs of one answer, which share memory.</summary>
    /// <param name="reader">Where the array begins.</param>
    /// <param name="what">Whose they are.</param>
    /// <param name="text">What the reader reads, so that logs that are written alike need not go through it; empty where that is not at hand.</param>
    public static List<LocatedLog> ReadAll(ref Utf8JsonReader reader, string what, ReadOnlySpan<byte> text = default)
    {
        reader.ExpectArray(what);
        var memory = new LogMemory();
        var logs = new List<LocatedLog>();
        for (var strange = 0; reader.TryReadItem();)
        {
            if (logs.Count == JsonReceipt.MaxLogs)
                throw JsonRead.Malformed(what, $"has more than {JsonReceipt.MaxLogs} items");
            var isAtHand = text.Overlaps(reader.ValueSpan, out var start);
            logs.Add(Read(ref reader, memory));
            if (isAtHand && strange < MostStrange && text.Overlaps(reader.ValueSpan, out var end) && end - start < MostLearnt)
                strange = TryReadAlike(ref reader, text[start..(end + 1)], text[(end + 1)..], logs, memory) ? 0 : strange + 1;
        }

        return logs;
    }

    public static LocatedLog Read(ref Utf8JsonReader reader) => Read(ref reader, new LogMemory());

    // Reads what follows the last log as long as it is written as that one was.
    private static bool TryReadAlike(ref Utf8JsonReader reader, ReadOnlySpan<byte> last, ReadOnlySpan<byte> text, List<LocatedLog> logs, LogMemory memory)
    {
        var rest = text;
        if (rest.StartsWith(","u8))
        {
            var shape = LogShape.Of(last, logs[^1].Removed, reader.CurrentState.Options);
            while (logs.Count < JsonReceipt.MaxLogs && rest.StartsWith(","u8))
            {
                var next = rest[1..];
                if (!shape.TryRead(ref next, memory, out var log))
                    break;
                logs.Add(log);
                rest = next;
            }
        }

        if (rest.Length == text.Length)
            return false;
        // Behind the last of them the reader is as it was behind the first, but for the places that its errors name.
        reader = new Utf8JsonReader(rest, isFinalBlock: true, reader.CurrentState);
        return true;
    }

    private static LocatedLog Read(ref Utf8JsonReader reader, LogMemory memory)
    {
        reader.ExpectObject("log");
        var values = new LogValues();
        var seen = LogField.None;
        while (reader.TryReadField(out var name))
        {
            var field = Identify(name);
            if ((seen & field) != LogField.None)
                throw JsonRead.Twice("log", name);
            seen |= field;
            switch (field)
            {
                case LogField.Address: values.Address = reader.ReadAddress("log.address"); break;
                case LogField.Topics: values.Topics = ReadTopics(ref reader, memory); break;
                case LogField.Data: values.Data = reader.ReadBytes("log.data", memory); break;
                case LogField.BlockHash: values.BlockHash = reader.ReadHash("log.blockHash"); break;
                case LogField.BlockNumber: values.BlockNumber = reader.ReadUInt64("log.blockNumber"); break;
                case LogField.TransactionHash: values.TransactionHash = reader.ReadHash("log.transactionHash"); break;
                case LogField.TransactionIndex: values.TransactionIndex = reader.ReadUInt32("log.transactionIndex"); break;
                case LogField.LogIndex: values.LogIndex = reader.ReadUInt32("log.logIndex"); break;
                case LogField.Removed: values.IsRemoved = reader.ReadBoolean("log.removed"); break;
                case LogField.BlockTimestamp: values.BlockTimestamp = ReadTimestamp(ref reader); break;
                default: reader.Skip(); break;
            }
        }

        if ((seen & Required) != Required)
            throw JsonRead.Missing("log", (Required & ~seen).ToString());
        return values.ToLog();
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

    public static LogField Identify(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("data"u8) => LogField.Data,
        6 when name.SequenceEqual("topics"u8) => LogField.Topics,
        7 when name.SequenceEqual("address"u8) => LogField.Address,
        7 when name.SequenceEqual("removed"u8) => LogField.Removed,
        8 when name.SequenceEqual("logIndex"u8) => LogField.LogIndex,
        9 when name.SequenceEqual("blockHash"u8) => LogField.BlockHash,
        11 when name.SequenceEqual("blockNumber"u8) => LogField.BlockNumber,
        14 when name.SequenceEqual("blockTimestamp"u8) => LogField.BlockTimestamp,
        15 when name.SequenceEqual("transactionHash"u8) => LogField.TransactionHash,
        16 when name.SequenceEqual("transactionIndex"u8) => LogField.TransactionIndex,
        _ => LogField.None,
    };
}
