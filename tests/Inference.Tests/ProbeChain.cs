using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OpenGradient.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Inference.Tests;

/// <summary>The SDK's libraries, and the court's agreement of answers, on a local chain. anvil signs the deployment itself.</summary>
internal sealed class ProbeChain : IAsyncDisposable
{
    private readonly EthereumClient _client;

    private ProbeChain(EthereumClient client, Address probe, Address agreement)
    {
        _client = client;
        Probe = new TensorProbeContract(client, probe);
        Agreement = new AgreementProbeContract(client, agreement);
    }

    public TensorProbeContract Probe { get; }

    public AgreementProbeContract Agreement { get; }

    public static async Task<ProbeChain> StartAsync(Uri url, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var accounts = await RequestAsync("eth_accounts", []);
        var probe = await DeployAsync(TensorProbeContract.Deployment().InitCode);
        var agreement = await DeployAsync(AgreementProbeContract.Deployment().InitCode);
        return new ProbeChain(EthereumClient.Connect(url), probe, agreement);

        async Task<Address> DeployAsync(ReadOnlyMemory<byte> initCode)
        {
            var transaction = new JsonObject
            {
                ["from"] = accounts![0]!.GetValue<string>(),
                ["data"] = Hex.Encode(initCode.Span),
            };
            var hash = await RequestAsync("eth_sendTransaction", [transaction]);
            var receipt = await RequestAsync("eth_getTransactionReceipt", [hash!.GetValue<string>()]);
            while (receipt is null)
            {
                // anvil mines at once, but answers before it has.
                await Task.Delay(10, cancellationToken);
                receipt = await RequestAsync("eth_getTransactionReceipt", [hash.GetValue<string>()]);
            }

            return Address.Parse(receipt["contractAddress"]!.GetValue<string>());
        }

        async Task<JsonNode?> RequestAsync(string method, JsonArray parameters)
        {
            var request = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters };
            using var response = await http.PostAsJsonAsync(url, request, cancellationToken);
            var answer = await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
            return answer!["error"] is { } error ? throw new InvalidOperationException(error.ToJsonString()) : answer["result"];
        }
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
