using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenGradient.Cli;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Support;
using OpenGradient.Support.Rpc;

namespace OpenGradient.EndToEnd.Tests.Pages;

/// <summary>Bundles of rows that the index gives out, judged by others: the trie of EthereumJS, RLP and Keccak of viem, and anvil's word for its blocks.</summary>
[Collection(UpSystem.Shared)]
public sealed class UpProofTests(UpSystem up) : IDisposable
{
    private const int Others = 20;

    // For each bundle what is wrong with it, or nothing. The root, the hash and the log are those of the chain.
    private const string Module = """
        import { verifyMerkleProof } from '@ethereumjs/mpt';
        import { bytesToHex, fromRlp, hexToBytes, keccak256, toHex, toRlp } from 'viem';
        import { readFileSync } from 'node:fs';
        const { endpoint, bundles } = JSON.parse(readFileSync(0, 'utf8'));
        const ask = async (method, ...params) => {
          const answer = await fetch(endpoint, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }) });
          return (await answer.json()).result;
        };
        const faultOf = async (bundle, told) => {
          const block = await ask('eth_getBlockByHash', told.block_hash, false);
          if (keccak256(bundle.header) !== block.hash) return 'header';
          const key = hexToBytes(toRlp(bundle.transaction_index === 0 ? '0x' : toHex(bundle.transaction_index)));
          let value;
          try {
            value = await verifyMerkleProof(key, bundle.receipt_path.map((node) => hexToBytes(node)), { root: hexToBytes(block.receiptsRoot) });
          } catch {
            return 'path';
          }
          if (value === null) return 'nothing';
          const receipt = await ask('eth_getTransactionReceipt', told.row.transaction_hash);
          const [, , , logs] = fromRlp(bytesToHex(value[0] < 0xc0 ? value.slice(1) : value));
          const log = receipt.logs.findIndex((one) => `${BigInt(receipt.blockNumber)}-${BigInt(one.logIndex)}` === told.row.id);
          const { address, topics, data } = receipt.logs[log];
          return JSON.stringify(logs[bundle.log_in_receipt]) === JSON.stringify([address, topics, data]) ? '' : 'log';
        };
        const faults = [];
        for (const { bundle, told } of bundles) faults.push(await faultOf(bundle, told));
        console.log(JSON.stringify(faults));
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("og-bundles-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_trie_of_others_finds_the_receipt_of_every_step_in_its_block()
    {
        await up.StartAsync();
        var custody = await up.GetAsync($"/v1/requests/{up.RequestOf(Assurance.Attested)}/custody");
        List<JsonNode> bundles = [];
        foreach (var step in custody.GetProperty("steps").EnumerateArray())
            bundles.Add(await BundleAsync(step.GetProperty("proof").GetString()!));

        Assert.True(bundles.Count > 5);
        Assert.All(await FaultsAsync([.. bundles.Select(bundle => (bundle, bundle))]), fault => Assert.Equal("", fault));
        foreach (var bundle in bundles)
            Assert.True(await IsVerifiedAsync(bundle), bundle.ToJsonString());
    }

    [Fact]
    public async Task In_a_block_of_many_transactions_it_finds_one_receipt_and_nothing_that_was_changed()
    {
        await up.StartAsync();
        var request = await AskAmongOthersAsync();
        var id = (await up.ItemsAsync($"/v1/events/hub_requested?request_id={request}"))[0].GetProperty("id").GetString();
        var good = await BundleAsync($"/v1/events/hub_requested/{id}/proof");
        var path = good["receipt_path"]!.AsArray();
        Assert.True(path.Count > 1, "The receipt lies right at the root of its trie.");
        Assert.NotEqual(0, good["transaction_index"]!.GetValue<int>());

        List<(string What, JsonNode Bundle)> changed =
        [
            ("another transaction", With(good, bundle => bundle["transaction_index"] = bundle["transaction_index"]!.GetValue<int>() - 1)),
            ("another log", With(good, bundle => bundle["log_in_receipt"] = bundle["log_in_receipt"]!.GetValue<int>() == 0 ? 1 : 0)),
            ("a path that ends early", With(good, bundle => bundle["receipt_path"]!.AsArray().RemoveAt(path.Count - 1))),
            ("a path that begins late", With(good, bundle => bundle["receipt_path"]!.AsArray().RemoveAt(0))),
            ("another header", With(good, bundle => bundle["header"] = Changed(bundle["header"]!))),
            .. Enumerable.Range(0, path.Count).Select(i => ($"another node {i}", With(good, bundle => bundle["receipt_path"]![i] = Changed(bundle["receipt_path"]![i]!)))),
        ];
        var faults = await FaultsAsync([(good, good), .. changed.Select(one => (one.Bundle, good))]);

        Assert.Equal("", faults[0]);
        Assert.True(await IsVerifiedAsync(good));
        foreach (var ((what, bundle), fault) in changed.Zip(faults.Skip(1)))
        {
            Assert.True(fault is not "", $"EthereumJS takes {what}.");
            Assert.False(await IsVerifiedAsync(bundle, good), $"og verify takes {what}.");
        }
    }

    // Between others' transfers, in one block.
    private async Task<Hash32> AskAmongOthersAsync()
    {
        var (asked, input) = await up.QuestionAsync(3);
        await up.Client.SetAutomineAsync(false);
        try
        {
            for (var i = 0; i < Others; i++)
                await SendAsync(up.Owner, default);
            await SendAsync(up.Hub.Address, up.Hub.PrepareRequestRequestBytes(asked, input).Data);
            for (var i = 0; i < Others; i++)
                await SendAsync(up.Owner, default);
            await up.Client.MineAsync();
        }
        finally
        {
            await up.Client.SetAutomineAsync(true);
        }

        var logs = await up.Client.GetLogsAsync(BlockTag.Earliest, BlockTag.Latest, new LogFilter([up.Hub.Address], [[IHubContract.RequestedEvent.Topic0]]), Stop);
        var request = logs.Select(log => IHubContract.RequestedEvent.Decode(log.Content)).Last(told => told.Request.InputCommit == asked.InputCommit).RequestId;
        // Other tests count what is settled, and it would be so in the midst of theirs.
        await Eventually.UntilAsync(
            async () => (await up.ItemsAsync($"/v1/requests?request_id={request}")) is [var row] && row.GetProperty("stage").GetString() == "settled", "the request is settled", Stop);
        return request;
    }

    // Signed by the chain itself, which has the development accounts' keys.
    private async Task SendAsync(Address to, ReadOnlyMemory<byte> data) => await up.Client.SendAsync(
        RpcCall.Create(
            "eth_sendTransaction",
            json =>
            {
                json.WriteStartObject();
                json.WriteString("from", up.Owner.ToString());
                json.WriteString("to", to.ToString());
                json.WriteString("data", Hex.Encode(data.Span));
                json.WriteString("gas", Hex.EncodeQuantity(1_000_000UL));
                json.WriteEndObject();
            },
            static (ref Utf8JsonReader reader) => reader.GetString()!),
        Stop);

    private async Task<JsonNode> BundleAsync(string path) => JsonNode.Parse(await up.Http.GetByteArrayAsync(new Uri(path, UriKind.Relative), Stop))!;

    private async Task<string[]> FaultsAsync(IReadOnlyList<(JsonNode Bundle, JsonNode Told)> bundles)
    {
        var input = new JsonObject
        {
            ["endpoint"] = up.Report.ChainUrl,
            ["bundles"] = new JsonArray([.. bundles.Select(one => (JsonNode)new JsonObject { ["bundle"] = one.Bundle.DeepClone(), ["told"] = one.Told.DeepClone() })]),
        };
        return JsonSerializer.Deserialize<string[]>(await PeerProcess.RunNodeAsync(Module, input.ToJsonString(), Stop))!;
    }

    private async Task<bool> IsVerifiedAsync(JsonNode bundle, JsonNode? told = null)
    {
        var file = Path.Combine(_folder, Directory.GetFiles(_folder).Length.ToString(CultureInfo.InvariantCulture));
        await File.WriteAllTextAsync(file, bundle.ToJsonString(), Stop);
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        return await CommandLine.RunAsync(["verify", file, "--block-hash", (told ?? bundle)["block_hash"]!.GetValue<string>()], output, errors) == ExitCode.Success;
    }

    private static JsonNode With(JsonNode bundle, Action<JsonNode> change)
    {
        var copy = bundle.DeepClone();
        change(copy);
        return copy;
    }

    // One digit in the middle.
    private static string Changed(JsonNode hex)
    {
        var text = hex.GetValue<string>();
        var middle = text.Length / 2;
        return string.Concat(text.AsSpan(0, middle), text[middle] == '0' ? "1" : "0", text.AsSpan(middle + 1));
    }
}
