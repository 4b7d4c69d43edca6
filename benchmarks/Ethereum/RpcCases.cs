using System.Text;
using System.Text.Json.Nodes;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Benchmarks.Ethereum;

/// <summary>
/// A batch of answers to eth_getLogs, from the bytes of the network to typed logs, beside JSON.parse and viem's formatter on the same text. Ours
/// goes through the whole client: ids matched, errors told apart, limits held.
/// </summary>
internal static class RpcCases
{
    private const int Answers = 20;
    private const int LogsPerAnswer = 100;

    private static readonly string Result = Logs().ToJsonString();
    private static readonly EthereumClient Client = new(new CannedTransport(Encoding.UTF8.GetBytes(Result)));
    private static readonly RpcCall<IReadOnlyList<LocatedLog>>[] Calls =
        [.. Enumerable.Repeat(Eth.GetLogs(new BlockRange(new BlockNumber(0), new BlockNumber(999)), LogFilter.All), Answers)];

    public static IEnumerable<BenchmarkCase> All =>
    [
        new("json-rpc: parse a batch, per log", "JSON.parse and viem formatLog", null, Answers * LogsPerAnswer, () =>
            (ulong)Parse().Sum(logs => logs.Count))
        {
            Digest = () => SampleData.DigestOf(Parse().SelectMany(logs => logs).SelectMany(PartsOf)),
        },
    ];

    public static void AddPeerData(JsonObject data) => data["batch"] = new JsonArray(
    [
        .. Enumerable.Range(1, Answers).Select(id => new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["result"] = JsonNode.Parse(Result) }),
    ]).ToJsonString();

    // The canned transport answers at once, so there is nothing to wait for.
    private static IReadOnlyList<IReadOnlyList<LocatedLog>> Parse() => Client.SendAllAsync(Calls).GetAwaiter().GetResult();

    private static IEnumerable<byte[]> PartsOf(LocatedLog log) =>
    [
        log.Content.Address.ToArray(),
        .. log.Content.Topics.Select(topic => topic.ToArray()),
        log.Content.Data.ToArray(),
        log.Block.Hash.ToArray(),
        ((UInt256)log.Block.Number.Value).ToBigEndian(),
        ((UInt256)log.LogIndex).ToBigEndian(),
    ];

    private static JsonArray Logs() => new(
    [
        .. SampleData.TransferLogs(LogsPerAnswer).Select((log, i) => new JsonObject
        {
            ["address"] = log.Address.ToLowerHex(),
            ["topics"] = new JsonArray([.. log.Topics.Select(topic => (JsonNode)topic.ToString())]),
            ["data"] = Hex.Encode(log.Data.Span),
            ["blockHash"] = Hex.Encode(SampleData.Messages(1, Hash32.ByteLength)[0]),
            ["blockNumber"] = Hex.EncodeQuantity((ulong)(100 + (i / 10))),
            ["blockTimestamp"] = "0x68f0a1b2",
            ["transactionHash"] = Hex.Encode(SampleData.Messages(1, Hash32.ByteLength)[0]),
            ["transactionIndex"] = Hex.EncodeQuantity((ulong)(i / 2)),
            ["logIndex"] = Hex.EncodeQuantity((ulong)i),
            ["removed"] = false,
        }),
    ]);
}
