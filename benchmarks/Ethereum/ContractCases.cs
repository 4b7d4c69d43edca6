using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Contracts;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Benchmarks.Ethereum;

/// <summary>Decoding events beside viem: by generated code, and by an event that is known only at run time.</summary>
internal static class ContractCases
{
    private const int LogCount = 256;
    private const string Peer = "viem decodeEventLog";
    private const string PeerCase = "abi: decode a Transfer log";

    private static readonly Log[] Logs = SampleData.TransferLogs(LogCount);

    public static IEnumerable<BenchmarkCase> All =>
    [
        new("abi: decode a Transfer log, generated", Peer, 5, LogCount, () =>
        {
            ulong kept = 0;
            foreach (var log in Logs)
                kept ^= Typed(log).From.Bytes[0];
            return kept;
        })
        {
            PeerCase = PeerCase,
            Digest = () => SampleData.DigestOf(Logs.Select(Typed).SelectMany(transfer =>
                (byte[][])[transfer.From.ToArray(), transfer.To.ToArray(), transfer.Value.ToBigEndian()])),
        },
        new("abi: decode a Transfer log, dynamic", Peer, 5, LogCount, () =>
        {
            ulong kept = 0;
            foreach (var log in Logs)
                kept ^= (ulong)Dynamic(log).Length;
            return kept;
        })
        {
            PeerCase = PeerCase,
            Digest = () => SampleData.DigestOf(Logs.Select(Dynamic).SelectMany(values => (byte[][])
            [
                ((AbiValue.Address)values[0]).Value.ToArray(),
                ((AbiValue.Address)values[1]).Value.ToArray(),
                ((AbiValue.UInt)values[2]).Value.ToBigEndian(),
            ])),
        },
    ];

    public static void AddPeerData(JsonObject data) => data["logs"] = new JsonArray(
    [
        .. Logs.Select(log => new JsonObject
        {
            ["topics"] = new JsonArray([.. log.Topics.Select(topic => (JsonNode)topic.ToString())]),
            ["data"] = Hex.Encode(log.Data.Span),
        }),
    ]);

    private static IERC20Contract.TransferEvent Typed(Log log) =>
        IERC20Contract.TransferEvent.TryDecode(log, out var transfer) ? transfer : throw new InvalidOperationException("A good log was refused.");

    private static ImmutableArray<AbiValue> Dynamic(Log log) =>
        SampleData.Transfer.TryDecode(log, out var values) ? values.Items : throw new InvalidOperationException("A good log was refused.");
}
