using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Blocks;

/// <summary>Asks a real node, with nothing of ours between: its answers are what the encodings are measured against.</summary>
internal sealed class ChainRpc(Uri url) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = url };

    public async Task<JsonElement> CallAsync(string method, params JsonNode?[] parameters)
    {
        var request = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = new JsonArray(parameters) };
        using var response = await _http.PostAsync(
            url, JsonContent.Create(request), TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return answer.TryGetProperty("result", out var result)
            ? result
            : throw new InvalidOperationException($"{method}: {answer.GetRawText()}");
    }

    public void Dispose() => _http.Dispose();

    public static BlockHeader HeaderOf(JsonElement block) => new()
    {
        ParentHash = Hash(block, "parentHash"),
        OmmersHash = Hash(block, "sha3Uncles"),
        Beneficiary = Address.Parse(Text(block, "miner")),
        StateRoot = Hash(block, "stateRoot"),
        TransactionsRoot = Hash(block, "transactionsRoot"),
        ReceiptsRoot = Hash(block, "receiptsRoot"),
        LogsBloom = Bloom.FromBytes(Hex.Decode(Text(block, "logsBloom"))),
        Difficulty = UInt256.Parse(Text(block, "difficulty")),
        Number = new BlockNumber(Number(block, "number")),
        GasLimit = Number(block, "gasLimit"),
        GasUsed = Number(block, "gasUsed"),
        Timestamp = Number(block, "timestamp"),
        ExtraData = Hex.Decode(Text(block, "extraData")),
        MixHash = Hash(block, "mixHash"),
        Nonce = (ulong)UInt256.Parse(Text(block, "nonce")),
        BaseFeePerGas = Has(block, "baseFeePerGas") ? new Wei(Number(block, "baseFeePerGas")) : null,
        WithdrawalsRoot = Has(block, "withdrawalsRoot") ? Hash(block, "withdrawalsRoot") : null,
        BlobGasUsed = Has(block, "blobGasUsed") ? Number(block, "blobGasUsed") : null,
        ExcessBlobGas = Has(block, "excessBlobGas") ? Number(block, "excessBlobGas") : null,
        ParentBeaconBlockRoot = Has(block, "parentBeaconBlockRoot") ? Hash(block, "parentBeaconBlockRoot") : null,
        RequestsHash = Has(block, "requestsHash") ? Hash(block, "requestsHash") : null,
    };

    /// <summary>The receipt without the filter that the node states, so that ours is computed.</summary>
    public static Receipt ReceiptOf(JsonElement receipt) => new()
    {
        TransactionType = (byte)Number(receipt, "type"),
        Succeeded = Number(receipt, "status") == 1,
        CumulativeGasUsed = Number(receipt, "cumulativeGasUsed"),
        Logs =
        [
            .. receipt.GetProperty("logs").EnumerateArray().Select(static log => new Log(
                Address.Parse(Text(log, "address")),
                [.. log.GetProperty("topics").EnumerateArray().Select(static topic => Hash32.Parse(topic.GetString()!))],
                Hex.Decode(Text(log, "data")))),
        ],
    };

    public static ReadOnlyMemory<byte>[] NodesOf(JsonElement nodes) =>
        [.. nodes.EnumerateArray().Select(static node => (ReadOnlyMemory<byte>)Hex.Decode(node.GetString()))];

    public static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    public static Hash32 Hash(JsonElement json, string name) => Hash32.Parse(Text(json, name));

    public static ulong Number(JsonElement json, string name) => (ulong)UInt256.Parse(Text(json, name));

    private static bool Has(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;
}
