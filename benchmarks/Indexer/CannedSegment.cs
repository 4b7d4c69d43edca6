using System.Globalization;
using System.Text.Json;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Benchmarks.Indexer;

/// <summary>What a follower would make of some blocks of a canned chain, read from the same bytes, for what is measured without one.</summary>
internal static class CannedSegment
{
    public static ChainSegment Of(CannedChain chain, IReadOnlyList<int> blocks)
    {
        var logs = new List<LocatedLog>();
        foreach (var block in blocks)
        {
            using var json = JsonDocument.Parse((byte[])[.. "["u8, .. chain.LogsAt(block).Span, .. "]"u8]);
            logs.AddRange(json.RootElement.EnumerateArray().Select(Read));
        }

        return new ChainSegment
        {
            Blocks = new(new((ulong)blocks[0]), new((ulong)blocks[^1])),
            ParentHash = default,
            Last = logs[^1].Block,
            Headers = [],
            Logs = logs,
        };
    }

    private static LocatedLog Read(JsonElement log) => new(
        new BlockRef(new(Number(log, "blockNumber")), Hash32.Parse(Text(log, "blockHash"))), Hash32.Parse(Text(log, "transactionHash")),
        (uint)Number(log, "transactionIndex"), (uint)Number(log, "logIndex"),
        new Log(Address.Parse(Text(log, "address")), [.. log.GetProperty("topics").EnumerateArray().Select(topic => Hash32.Parse(topic.GetString()!))], Hex.Decode(Text(log, "data"))))
    {
        BlockTimestamp = Number(log, "blockTimestamp"),
    };

    private static string Text(JsonElement log, string name) => log.GetProperty(name).GetString()!;

    private static ulong Number(JsonElement log, string name) => ulong.Parse(Text(log, name).AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
