using System.Text.Json;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api;

public sealed class SqliteSearchTests(SqliteFixture databases) : SearchTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresSearchTests(PostgresFixture databases) : SearchTests(databases);

public abstract class SearchTests(IDatabaseFixture databases)
{
    [Fact]
    public async Task Each_kind_of_name_is_found_as_what_it_is()
    {
        await using var index = await StartAsync();
        var row = (await index.GetAsync("/v1/events/hub_settled?order=asc")).GetProperty("items")[0];
        var transaction = row.GetProperty("transaction_hash").GetString()!;

        foreach (var (asked, kind) in ((string, string)[])
        [
            (ServedIndex.RequestId(3).ToString(), "request"), (ServedIndex.Someone(1).ToLowerHex(), "requester"), (transaction, "transaction"), ("4", "block"),
            ("0x" + new string('9', 64), ""), ("0x" + new string('9', 40), ""), ("9999", ""), ("nobody", ""), ("' OR 1=1 --", ""),
        ])
        {
            var items = (await index.GetAsync("/v1/search?q=" + Uri.EscapeDataString(asked))).GetProperty("items");
            Assert.Equal(kind, string.Join(' ', items.EnumerateArray().Select(item => item.GetProperty("kind").GetString())));
        }

        await index.GetAsync("/v1/search", 400);
        await index.GetAsync("/v1/search?q=%00", 400);
        await index.GetAsync("/v1/search?q=" + new string('x', 201), 400);
    }

    [Fact]
    public async Task A_transaction_and_a_block_tell_their_events_with_proofs()
    {
        await using var index = await StartAsync();
        var settled = (await index.GetAsync("/v1/events/hub_settled?order=asc")).GetProperty("items")[0];
        var transaction = settled.GetProperty("transaction_hash").GetString()!;
        var block = settled.GetProperty("id").GetString()!.Split('-')[0];

        var told = await index.GetAsync("/v1/transactions/" + transaction);
        var whole = await index.GetAsync("/v1/blocks/" + block);

        Assert.Contains(told.GetProperty("events").EnumerateArray(), step => JsonElement.DeepEquals(step.GetProperty("row"), settled));
        Assert.All(told.GetProperty("events").EnumerateArray(), step => Assert.Equal(transaction, step.GetProperty("row").GetProperty("transaction_hash").GetString()));
        Assert.True(whole.GetProperty("events").GetArrayLength() >= told.GetProperty("events").GetArrayLength());
        Assert.Equal((block, index.Chain.Blocks[ulong.Parse(block, provider: null)].Header.Hash.ToString()), (whole.GetProperty("block").ToString(), whole.GetProperty("hash").GetString()));
        await index.GetAsync(told.GetProperty("events")[0].GetProperty("proof").GetString()!);
        Assert.Equal(0, (await index.GetAsync("/v1/blocks/0")).GetProperty("events").GetArrayLength());
        await index.GetAsync("/v1/blocks/99999", 404);
        await index.GetAsync("/v1/blocks/x", 400);
        await index.GetAsync("/v1/transactions/0x12", 400);
        await index.GetAsync("/v1/transactions/0x" + new string('9', 64), 404);
        index.IsNodeThere = false;
        await index.GetAsync("/v1/transactions/" + transaction, 502);
    }

    [Fact]
    public async Task What_there_is_no_room_for_is_said_and_what_is_told_is_the_beginning()
    {
        await using var index = await StartAsync();
        var (random, large) = (new Random(3), 1_500_000);
        index.Chain.Blocks.Mine(
            ServedIndex.About("hub_delivered", 1, random), ServedIndex.Requested(50, ServedIndex.Someone(1), 1, random, large), ServedIndex.Requested(51, ServedIndex.Someone(1), 1, random, large),
            ServedIndex.Requested(52, ServedIndex.Someone(1), 1, random, large), ServedIndex.About("hub_settled", 50, random));
        index.Chain.Blocks.Mine(ServedIndex.Requested(53, ServedIndex.Someone(1), 1, random));
        await index.SettleAsync();
        var block = index.Chain.Blocks.Head.Number - 1;

        var cut = await index.GetAsync($"/v1/blocks/{block}");
        var whole = await index.GetAsync($"/v1/blocks/{block + 1}");

        // Four MiB are reached with the second request; nothing that stands behind it is told.
        Assert.Equal($"{block}-0 {block}-1 {block}-2", string.Join(' ', cut.GetProperty("events").EnumerateArray().Select(told => told.GetProperty("id").GetString())));
        Assert.Equal((true, false), (cut.GetProperty("truncated").GetBoolean(), whole.GetProperty("truncated").GetBoolean()));
    }

    private async Task<ServedIndex> StartAsync()
    {
        var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(8);
        return index;
    }
}
