using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Proofs;
using OpenGradient.Indexer.Tests.Api;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Proofs;

public sealed class RowProofTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    [Fact]
    public async Task Every_row_of_every_event_proves_itself_to_who_knows_the_block()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        index.Chain.Mine(25, new Random(6));
        await index.MineRequestsAsync(6);

        var proven = 0;
        foreach (var table in ServedIndex.Families.SelectMany(family => family.Tables))
        {
            foreach (var item in (await index.GetAsync($"/v1/events/{table.Name}?limit=500")).GetProperty("items").EnumerateArray())
            {
                var bundle = await BundleAsync(index, table.Name, item.GetProperty("id").GetString()!);
                var verdict = Assert.IsType<BundleVerdict.Holds>(RowProof.Verify(bundle, Hash32.Parse(bundle.BlockHash)));
                Assert.Equal("chain_id table id transaction_hash", string.Join(' ', verdict.NodeAsserted));
                Assert.Equal((item.GetProperty("emitter").GetString(), table.Name != "shop_sold"), (verdict.Emitter.ToLowerHex(), verdict.IsOurs));
                Assert.Equal("proven", bundle.Labels["emitter"]);
                proven++;
            }
        }

        Assert.True(proven > 20, $"Only {proven} rows were there.");
    }

    [Fact]
    public async Task A_bundle_that_was_touched_anywhere_shows_nothing()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(3);
        var id = (await index.GetAsync("/v1/events/hub_requested")).GetProperty("items")[0].GetProperty("id").GetString()!;
        var bundle = await BundleAsync(index, "hub_requested", id);
        var hash = Hash32.Parse(bundle.BlockHash);

        Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle, Hash32.Zero));
        foreach (var column in bundle.Row.Keys.Where(name => bundle.Labels[name] == "proven"))
            Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle with { Row = With(bundle.Row, column, "\"0x00\"") }, hash));
        Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle with { Row = With(bundle.Row, "extra", "1") }, hash));
        Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle with { Row = With(bundle.Row, "id", "\"999-0\"") }, hash));
        Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle with { Row = Renamed(bundle.Row, "transaction_hash", "anything") }, hash));
        Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle with { Row = With(bundle.Row, "transaction_hash", "{\"a\":1}") }, hash));
        Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle with { Row = With(bundle.Row, "transaction_hash", "\"0x12\"") }, hash));
        Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle with { BlockHash = Hash32.Zero.ToString() }, hash));
        Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle with { Labels = Labelled(bundle, "transaction_hash", "proven") }, hash));
        Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle with { Labels = Labelled(bundle, "extra", "proven") }, hash));
        Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle with { Version = 2 }, hash));
        Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle with { LogInReceipt = 7 }, hash));
        Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle with { LogInReceipt = -1 }, hash));
        Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle with { TransactionIndex = 1 }, hash));
        Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle with { ReceiptPath = [] }, hash));
        Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle with { ReceiptPath = [null!] }, hash));
        Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle with { Event = "event Other(uint256 x)" }, hash));
        Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle with { Event = "nonsense" }, hash));
        for (var cut = 2; cut < bundle.Header.Length; cut += 41)
            Assert.IsType<BundleVerdict.Fails>(RowProof.Verify(bundle with { Header = bundle.Header[..cut] }, hash));
    }

    [Fact]
    public async Task What_is_no_bundle_is_not_read_as_one()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(1);
        var whole = (await BundleAsync(index, "hub_requested", (await index.GetAsync("/v1/events/hub_requested")).GetProperty("items")[0].GetProperty("id").GetString()!)).ToUtf8();

        Assert.NotNull(RowBundle.Parse(whole));
        for (var length = 0; length < whole.Length; length += 97)
            Assert.Null(RowBundle.Parse(whole.AsSpan(0, length)));
        Assert.Null(RowBundle.Parse("{}"u8));
        Assert.Null(RowBundle.Parse("[1]"u8));
        foreach (var name in JsonNode.Parse(whole)!.AsObject().Select(property => property.Key))
        {
            var without = JsonNode.Parse(whole)!.AsObject();
            without[name] = null;
            Assert.Null(RowBundle.Parse(Encoding.UTF8.GetBytes(without.ToJsonString())));
        }
    }

    [Fact]
    public async Task Receipts_that_do_not_hash_to_the_block_prove_nothing()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(1);
        var id = (await index.GetAsync("/v1/events/hub_requested")).GetProperty("items")[0].GetProperty("id").GetString()!;
        index.ReceiptLie = receipts => [.. receipts.Select(receipt => receipt with { CumulativeGasUsed = 1 })];

        await index.GetAsync($"/v1/events/hub_requested/{id}/proof", 502);
        index.ReceiptLie = _ => [];
        await index.GetAsync($"/v1/events/hub_requested/{id}/proof", 502);
        await index.GetAsync("/v1/events/hub_requested/999-0/proof", 404);
        await index.GetAsync("/v1/events/hub_requested/x/proof", 400);
    }

    [Fact]
    public async Task So_many_proofs_are_made_at_once_and_a_block_is_asked_for_once()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), new ApiOptions { QueryTimeout = TimeSpan.FromSeconds(1) });
        await index.MineRequestsAsync(1);
        var path = $"/v1/events/hub_requested/{(await index.GetAsync("/v1/events/hub_requested")).GetProperty("items")[0].GetProperty("id").GetString()}/proof";
        using var asked = new SemaphoreSlim(0);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        index.BeforeBlock = () =>
        {
            asked.Release();
            return goOn.Task;
        };

        var running = Enumerable.Range(0, ProofEndpoint.MaxOfOne).Select(_ => index.GetAsync(path)).ToList();
        foreach (var _ in running)
            await asked.WaitAsync(TestContext.Current.CancellationToken);
        await index.GetAsync(path, 503);
        goOn.SetResult();
        await Task.WhenAll(running);
        await index.GetAsync(path);

        Assert.Equal(0, asked.CurrentCount);
    }

    private static async Task<RowBundle> BundleAsync(ServedIndex index, string table, string id)
    {
        var json = await index.GetAsync($"/v1/events/{table}/{id}/proof");
        return RowBundle.Parse(Encoding.UTF8.GetBytes(json.GetRawText())) ?? throw new InvalidOperationException("That is no bundle.");
    }

    private static Dictionary<string, string> Labelled(RowBundle bundle, string column, string label) =>
        new(bundle.Labels, StringComparer.Ordinal) { [column] = label };

    private static Dictionary<string, JsonElement> Renamed(IReadOnlyDictionary<string, JsonElement> row, string from, string to) =>
        row.ToDictionary(column => column.Key == from ? to : column.Key, column => column.Value, StringComparer.Ordinal);

    private static Dictionary<string, JsonElement> With(IReadOnlyDictionary<string, JsonElement> row, string column, string json) =>
        new(row.ToDictionary(), StringComparer.Ordinal) { [column] = JsonSerializer.Deserialize<JsonElement>(JsonNode.Parse(json)!.ToJsonString()) };
}
