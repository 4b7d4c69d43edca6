using System.Text.Json;
using System.Text.Json.Nodes;
using OpenGradient.Cli.Tests.Support;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Proofs;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Cli.Tests.Verify;

/// <summary>What <c>og verify</c> says of a row, and with which code it ends: scripts go by that alone.</summary>
public sealed class RowBundleTests : IDisposable
{
    private static readonly Address Hub = Address.Parse("0x00000000000000000000000000000000000000c3");
    private static readonly Hash32 Request = Keccak256.Hash("request"u8);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("og-bundle");
    private int _written;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_row_of_the_block_is_proven_and_what_is_not_is_named()
    {
        var (path, hash) = await WriteAsync();

        var words = await OgRun.RunAsync("verify", path, "--block-hash", hash);
        var report = await OgRun.ReportAsync("verify", path, "--block-hash", hash);

        Assert.Equal(ExitCode.Success, words.ExitCode);
        Assert.Contains("in block 5: event Delivered(", Flat(words.Output), StringComparison.Ordinal);
        Assert.Contains("Only a node's word: chain_id, table, id, transaction_hash.", Flat(words.Output), StringComparison.Ordinal);
        Assert.Equal(
            (true, 5UL, Hub.ToString(), true),
            (report.GetProperty("holds").GetBoolean(), report.GetProperty("blockNumber").GetUInt64(), report.GetProperty("emitter").GetString(), report.GetProperty("isOurs").GetBoolean()));
    }

    [Theory]
    [InlineData("row.succeeded", "false", "The log says another succeeded than the row.")]
    [InlineData("row.request_id", "\"0x0000000000000000000000000000000000000000000000000000000000000001\"", "The log says another request_id than the row.")]
    [InlineData("row.emitter", "\"0x00000000000000000000000000000000000000d4\"", "The log says another emitter than the row.")]
    [InlineData("row.block_time", "1700000001", "The log says another block_time than the row.")]
    [InlineData("row.more", "1", "The row has other columns than the event.")]
    [InlineData("receipt_path.0", "\"0x00\"", "It does not show that the receipt is in the block")]
    [InlineData("log_in_receipt", "1", "The receipt has no such log.")]
    [InlineData("transaction_index", "1", "It does not show that the receipt is in the block")]
    [InlineData("event", "\"event Requested(bytes32 indexed requestId)\"", "The log is of another event.")]
    [InlineData("version", "2", "It is of version 2, and this program knows 1.")]
    public async Task A_bundle_that_was_changed_anywhere_shows_nothing(string place, string value, string reason)
    {
        var (path, hash) = await WriteAsync(bundle =>
        {
            var parts = place.Split('.');
            var at = parts[..^1].Aggregate((JsonNode)bundle, (node, name) => node[name]!);
            if (at is JsonArray list)
                list[int.Parse(parts[^1], provider: null)] = JsonNode.Parse(value);
            else
                at[parts[^1]] = JsonNode.Parse(value);
        });

        await FailsAsync(path, hash, reason);
    }

    [Fact]
    public async Task The_bundles_own_word_for_its_block_is_worth_nothing()
    {
        var (path, _) = await WriteAsync();
        var other = Keccak256.Hash("another block"u8).ToString();

        await FailsAsync(path, other, "It does not show that the receipt is in the block");

        var (turned, _) = await WriteAsync(bundle => bundle["block_hash"] = other);
        await FailsAsync(turned, other, "It does not show that the receipt is in the block");
    }

    [Fact]
    public async Task What_is_no_bundle_is_unproven_and_what_was_asked_wrongly_is_another_matter()
    {
        var (path, hash) = await WriteAsync();
        var cut = Path.Combine(_folder.FullName, "cut.json");
        await File.WriteAllBytesAsync(cut, (await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken))[..^1], TestContext.Current.CancellationToken);

        await FailsAsync(cut, hash, "The file is no bundle.");
        Assert.Contains("--block-hash is no hash.", Flat(await OgRun.RefusalAsync(ExitCode.Usage, "verify", path, "--block-hash", hash[..^1])), StringComparison.Ordinal);
        Assert.Contains("There is no file", Flat(await OgRun.RefusalAsync(ExitCode.Usage, "verify", path + ".not", "--block-hash", hash)), StringComparison.Ordinal);
        Assert.NotEqual(ExitCode.Success, (await OgRun.RunAsync("verify", path)).ExitCode);
    }

    private static async Task FailsAsync(string path, string hash, string reason)
    {
        var words = await OgRun.RunAsync("verify", path, "--block-hash", hash);
        var report = await OgRun.RunAsync("verify", path, "--block-hash", hash, "--json");

        Assert.Equal((ExitCode.Failed, ExitCode.Failed), (words.ExitCode, report.ExitCode));
        Assert.Contains("unproven: ", Flat(words.Output), StringComparison.Ordinal);
        using var told = JsonDocument.Parse(report.Output);
        Assert.False(told.RootElement.GetProperty("holds").GetBoolean());
        Assert.StartsWith(reason, told.RootElement.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    // Lines are broken where the screen ends.
    private static string Flat(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private async Task<(string Path, string Hash)> WriteAsync(Action<JsonObject>? change = null)
    {
        var table = OurFamilies.Hub().Single(known => known.Name == "hub_delivered");
        var log = table.Event.Encode(Hub, [new AbiValue.Bytes(Request.ToArray()), Hub, AbiValue.Bool.Of(true)]);
        OpenGradient.Ethereum.Blocks.Receipt[] receipts = [new() { TransactionType = 2, Succeeded = true, CumulativeGasUsed = 50_000, Logs = [log] }];
        var header = new BlockHeader
        {
            ParentHash = default,
            OmmersHash = default,
            Beneficiary = default,
            StateRoot = default,
            TransactionsRoot = default,
            ReceiptsRoot = BlockCommitments.ReceiptsRoot(receipts),
            LogsBloom = Bloom.Of([log]),
            Difficulty = default,
            Number = new(5),
            GasLimit = 30_000_000,
            GasUsed = 0,
            Timestamp = 1_700_000_000,
            ExtraData = Array.Empty<byte>(),
            MixHash = default,
            Nonce = 0,
        };
        var bundle = RowProof.Create(new(5), table, header, receipts, 0, Keccak256.Hash("transaction"u8))!;
        var json = JsonNode.Parse(bundle.ToUtf8())!.AsObject();
        change?.Invoke(json);
        var path = Path.Combine(_folder.FullName, $"bundle-{_written++}.json");
        await File.WriteAllTextAsync(path, json.ToJsonString(), TestContext.Current.CancellationToken);
        return (path, header.ComputeHash().ToString());
    }
}
