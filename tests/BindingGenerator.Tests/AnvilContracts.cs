using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.BindingGenerator.Tests;

/// <summary>Calls of a local chain through our client, and transactions for which anvil signs itself, over plain JSON-RPC.</summary>
internal sealed class AnvilContracts(Uri url) : IContractCaller, IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly EthereumClient _client = EthereumClient.Connect(url);

    public ValueTask<ReadOnlyMemory<byte>> CallAsync(
        Address to, ReadOnlyMemory<byte> data, BlockTag at, CancellationToken cancellationToken) =>
        ((IContractCaller)_client).CallAsync(to, data, at, cancellationToken);

    public async Task<Address> DeployAsync(ContractDeployment deployment, CancellationToken cancellationToken)
    {
        var receipt = await SendAsync(null, deployment.InitCode, deployment.Value, cancellationToken);
        return Address.Parse(receipt["contractAddress"]!.GetValue<string>());
    }

    public async Task<IReadOnlyList<Log>> SendAsync(ContractCall call, CancellationToken cancellationToken)
    {
        var receipt = await SendAsync(call.To, call.Data, call.Value, cancellationToken);
        Assert.Equal("0x1", receipt["status"]!.GetValue<string>());
        return LogsOf(receipt["logs"]!);
    }

    public async Task<IReadOnlyList<Log>> LogsAsync(Address emitter, Hash32?[] topics, CancellationToken cancellationToken)
    {
        var filter = new JsonObject
        {
            ["fromBlock"] = "0x0",
            ["address"] = emitter.ToLowerHex(),
            ["topics"] = new JsonArray([.. topics.Select(topic => (JsonNode?)topic?.ToString())]),
        };
        return LogsOf((await RequestAsync("eth_getLogs", [filter], cancellationToken))!);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _client.DisposeAsync();
    }

    private async Task<JsonNode> SendAsync(Address? to, ReadOnlyMemory<byte> data, Wei value, CancellationToken cancellationToken)
    {
        var accounts = await RequestAsync("eth_accounts", [], cancellationToken);
        var transaction = new JsonObject
        {
            ["from"] = accounts![0]!.GetValue<string>(),
            ["data"] = Hex.Encode(data.Span),
            ["value"] = Hex.EncodeQuantity(value.Value),
        };
        if (to is { } address)
            transaction["to"] = address.ToLowerHex();
        var hash = await RequestAsync("eth_sendTransaction", [transaction], cancellationToken);
        return await ReceiptAsync(hash!.GetValue<string>(), cancellationToken);
    }

    // anvil mines at once, but answers before it has.
    private async Task<JsonNode> ReceiptAsync(string hash, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 6_000; attempt++)
        {
            if (await RequestAsync("eth_getTransactionReceipt", [hash], cancellationToken) is { } receipt)
                return receipt;
            await Task.Delay(10, cancellationToken);
        }

        throw new TimeoutException($"Transaction {hash} was not mined.");
    }

    private async Task<JsonNode?> RequestAsync(string method, JsonArray parameters, CancellationToken cancellationToken)
    {
        var request = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters };
        using var response = await _http.PostAsJsonAsync(url, request, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
        return answer!["error"] is { } error ? throw new InvalidOperationException(error.ToJsonString()) : answer["result"];
    }

    private static List<Log> LogsOf(JsonNode logs) =>
    [
        .. logs.AsArray().Select(log => new Log(
            Address.Parse(log!["address"]!.GetValue<string>()),
            [.. log["topics"]!.AsArray().Select(topic => Hash32.Parse(topic!.GetValue<string>()))],
            Hex.Decode(log["data"]!.GetValue<string>()))),
    ];
}
