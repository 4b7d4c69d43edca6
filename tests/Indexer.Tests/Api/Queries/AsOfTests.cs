using System.Globalization;
using System.Text.Json;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Schema;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api.Queries;

public sealed class SqliteAsOfTests(SqliteFixture databases) : AsOfTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresAsOfTests(PostgresFixture databases) : AsOfTests(databases);

/// <summary>What is said of things as of a block is what was said of them when that block was the last one.</summary>
public abstract class AsOfTests(IDatabaseFixture databases)
{
    private const int Blocks = 240;
    private const int BlocksBetween = 40;

    private static readonly HashSet<string> Others = new(StringComparer.Ordinal);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_view_as_of_a_block_says_what_it_said_then()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), families: FewThings.Families);
        var random = new Random(17);
        List<(ulong Block, Dictionary<string, string> Said)> then = [];
        for (var i = 0; i < Blocks / BlocksBetween; i++)
        {
            for (var block = 0; block < BlocksBetween; block++)
                index.Chain.Blocks.Mine(FewThings.Logs(4, random));
            await index.SettleAsync();
            then.Add((index.Chain.Blocks.Head.Number, await SaidAsync(index, null)));
        }

        foreach (var (block, said) in then)
        {
            var now = await SaidAsync(index, block);
            foreach (var (view, rows) in said)
                Assert.True(rows == now[view], $"{view} as of {block}:\n{now[view]}\nand then:\n{rows}");
        }

        // It would show nothing where nothing changed.
        foreach (var view in AnalystViews.All)
            Assert.True(then.Select(one => one.Said[view.Name]).Distinct(StringComparer.Ordinal).Count() > then.Count / 2, view.Name);
        Assert.True(then[0].Said["requests"].Split('\n').Except(then[^1].Said["requests"].Split('\n'), StringComparer.Ordinal).Any(), "Nothing came of the first requests.");
    }

    [Fact]
    public async Task Lists_exports_and_buckets_are_as_of_a_block_and_filters_are_of_what_was_so_then()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(9);
        var before = index.Chain.Blocks.Head.Number;
        foreach (var number in (int[])[1, 3, 5])
            index.Chain.Blocks.Mine(ServedIndex.About("hub_settled", number, new Random(number)));
        index.Chain.Blocks.Mine(ServedIndex.About("hub_overturned", 2, new Random(9)));
        await index.SettleAsync();

        Assert.Equal(5, await CountAsync(index, "requests?stage=settled", before));
        Assert.Equal(4, await CountAsync(index, "requests?stage=open", before));
        Assert.Equal(0, await CountAsync(index, "requests?stage=overturned", before));
        Assert.Equal(1, await CountAsync(index, "requests?stage=overturned", null));
        Assert.Equal(8, await CountAsync(index, "receipts?fee.ge=0", null));
        Assert.Equal(5, await CountAsync(index, "receipts?fee.ge=0", before));
        Assert.Equal(0, await CountAsync(index, "requests?stage=open", 0));
        var export = await index.Client.GetStringAsync(new Uri($"/v1/requests/export?format=csv&stage=settled&as_of={before}", UriKind.Relative), Stop);
        Assert.Equal(6, export.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        var buckets = await index.GetAsync($"/v1/receipts/buckets?every=week&as_of={before}");
        Assert.Equal(5, buckets.GetProperty("items").EnumerateArray().Sum(bucket => bucket.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task One_thing_is_as_of_a_block_too_and_what_knows_only_now_refuses_to_be_asked_about_then()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(4);
        var before = index.Chain.Blocks.Head.Number;
        index.Chain.Blocks.Mine(ServedIndex.About("hub_settled", 1, new Random(1)));
        await index.SettleAsync();
        var one = $"/v1/requests/{ServedIndex.RequestId(1)}";
        var settled = $"/v1/events/hub_settled/{(await index.GetAsync("/v1/events/hub_settled?limit=1")).GetProperty("items")[0].GetProperty("id").GetString()}";

        Assert.Equal("settled", (await index.GetAsync(one)).GetProperty("stage").GetString());
        Assert.Equal("settled", (await index.GetAsync($"{one}?as_of={before + 1}")).GetProperty("stage").GetString());
        Assert.Equal("open", (await index.GetAsync($"{one}?as_of={before}")).GetProperty("stage").GetString());
        await index.GetAsync($"{one}?as_of=0", 404);
        await index.GetAsync($"{settled}?as_of={before + 1}");
        await index.GetAsync($"{settled}?as_of={before}", 404);
        foreach (var (question, word) in ((string, string)[])
        [
            ($"{one}?as_of=later", "block"), ($"{one}?as_of=1&as_of=2", "twice"), ($"{one}?stage=open", "/v1/requests"), ($"{settled}?limit=1", "/v1/events/hub_settled"),
            ($"{one}/custody?as_of={before}", "/v1/requests/{key}?as_of="), ($"{one}/custody?nonsense=1", "no parameters"), ("/v1/token_balances/1-2?as_of=3", ""),
        ])
            Assert.Contains(word, (await index.GetAsync(question, 400)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_names_the_block_that_it_is_of()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(9);
        var tip = index.Chain.Blocks.Head.Number;

        foreach (var (asked, told) in ((ulong?, ulong)[])[(null, tip), (0, 0), (3, 3), (tip - 1, tip - 1), (tip, tip), (tip + 5, tip)])
        {
            var parameter = asked is { } block ? $"&as_of={block}" : "";
            var list = (await index.GetAsync($"/v1/requests?limit=1{parameter}")).GetProperty("as_of");
            var buckets = (await index.GetAsync($"/v1/events/hub_requested/buckets?every=day{parameter}")).GetProperty("as_of");
            using var export = await index.Client.GetAsync(new Uri($"/v1/events/hub_requested/export?format=jsonl{parameter}", UriKind.Relative), Stop);
            // Of what nothing replaces any more only the numbers are kept.
            var hash = told >= list.GetProperty("final").GetUInt64() ? index.Chain.Blocks[told].Header.Hash.ToString() : null;
            var place = $"{told}-{RowId.MaxLogIndex}.0";

            Assert.Equal((told, hash, place), (list.GetProperty("block").GetUInt64(), list.GetProperty("hash").GetString(), list.GetProperty("place").GetString()));
            Assert.Equal((told, hash, place), (buckets.GetProperty("block").GetUInt64(), buckets.GetProperty("hash").GetString(), buckets.GetProperty("place").GetString()));
            Assert.Equal(
                (told.ToString(CultureInfo.InvariantCulture), hash, place),
                (export.Headers.GetValues("OG-As-Of-Block").Single(), export.Headers.TryGetValues("OG-As-Of-Hash", out var named) ? named.Single() : null, export.Headers.GetValues("OG-Stream-Place").Single()));
        }
    }

    private static async Task<int> CountAsync(ServedIndex index, string question, ulong? block) =>
        (await index.GetAsync($"/v1/{question}{(block is null ? "" : $"&as_of={block}")}")).GetProperty("items").GetArrayLength();

    [Fact]
    public async Task Pages_as_of_a_block_go_on_as_it_was_then_whatever_the_chain_takes_back_above_it()
    {
        await using var index = await ServedIndex.StartAsync(
            await databases.CreateAsync(), new ApiOptions { RequestsPerSecond = 10_000, MaxLookedRows = 5 }, families: FewThings.Families);
        var random = new Random(23);
        await MineAsync(index, 40, random);
        var block = index.Chain.Blocks.Head.Number;
        var then = await PagedAsync(index, "?limit=3");
        await MineAsync(index, 12, random);
        var later = await PagedAsync(index, "?limit=3");

        // Each list is half read when the chain takes back what lies above the block, and in the end what lies below it.
        var begun = await BeginAsync(index, $"?limit=3&as_of={block}");
        index.Chain.Blocks.Rollback(9);
        await MineAsync(index, 11, random);
        var gone = await PagedAsync(index, $"?limit=3&as_of={block}");
        var ended = await EndAsync(index, $"?limit=3&as_of={block}", begun);
        index.Chain.Blocks.Rollback((int)(index.Chain.Blocks.Head.Number - block + 6));
        await MineAsync(index, 6, random);
        Assert.Equal(block, index.Chain.Blocks.Head.Number);
        var anew = await PagedAsync(index, "?limit=3");
        await MineAsync(index, 8, random);
        var above = await PagedAsync(index, $"?limit=3&as_of={block}");

        foreach (var view in AnalystViews.All.Select(view => view.Name))
        {
            Assert.True(then[view].Count > 3, view);
            Assert.Equal(then[view], gone[view]);
            Assert.Equal(then[view], ended[view]);
            Assert.Equal(anew[view], above[view]);
        }

        Assert.All(["requests", "receipts", "nodes", "models", "challenges"], view => Assert.NotEqual(then[view], later[view]));
        Assert.All(["requests", "receipts", "nodes", "models", "challenges"], view => Assert.NotEqual(then[view], anew[view]));
    }

    [Fact]
    public async Task Pages_as_of_a_block_end_where_so_many_rows_were_looked_at()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), new ApiOptions { RequestsPerSecond = 10_000, MaxLookedRows = 5 });
        await index.MineRequestsAsync(23);
        var block = index.Chain.Blocks.Head.Number;
        for (var number = 1; number < 23; number += 2)
            index.Chain.Blocks.Mine(ServedIndex.About("hub_settled", number, new Random(number)));
        await index.SettleAsync();

        foreach (var (filter, rows, most) in ((string, int, int)[])[("stage=open", 11, 5), ("stage=claimed", 0, 5), ("stage=settled&limit=2", 12, 10), ("settled_at.null=true", 11, 5)])
        {
            var (found, pages) = await FollowAsync(index, $"/v1/requests?{filter}&as_of={block}");
            Assert.Equal(rows, found.Count);
            Assert.InRange(pages, 5, most);
        }

        Assert.Empty((await FollowAsync(index, "/v1/requests?stage=open")).Rows);
    }

    private static async Task MineAsync(ServedIndex index, int blocks, Random random)
    {
        for (var i = 0; i < blocks; i++)
            index.Chain.Blocks.Mine(FewThings.Logs(12, random));
        await index.SettleAsync();
    }

    private static async Task<Dictionary<string, List<string>>> PagedAsync(ServedIndex index, string question)
    {
        var said = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var view in AnalystViews.All.Select(view => view.Name))
            said.Add(view, (await FollowAsync(index, $"/v1/{view}{question}")).Rows);
        return said;
    }

    private static async Task<Dictionary<string, JsonElement>> BeginAsync(ServedIndex index, string question)
    {
        var begun = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var view in AnalystViews.All.Select(view => view.Name))
            begun.Add(view, await index.GetAsync($"/v1/{view}{question}"));
        return begun;
    }

    private static async Task<Dictionary<string, List<string>>> EndAsync(ServedIndex index, string question, Dictionary<string, JsonElement> begun)
    {
        var said = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (view, first) in begun)
            said.Add(view, [.. RowsOf(first), .. (await FollowAsync(index, $"/v1/{view}{question}", first.GetProperty("next").GetString())).Rows]);
        return said;
    }

    private static IEnumerable<string> RowsOf(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(row => row.GetRawText());

    private static async Task<(List<string> Rows, int Pages)> FollowAsync(ServedIndex index, string question, string? from = "")
    {
        List<string> rows = [];
        var pages = 0;
        for (var next = from; next is not null; pages++)
        {
            Assert.InRange(pages, 0, 200);
            var page = await index.GetAsync(question + (next.Length == 0 ? "" : $"&cursor={next}"));
            rows.AddRange(RowsOf(page));
            next = page.GetProperty("next").GetString();
        }

        return (rows, pages);
    }

    // All rows of all views, as lines.
    private static async Task<Dictionary<string, string>> SaidAsync(ServedIndex index, ulong? block) => await index.Database.ReadAsync(
        async session =>
        {
            var said = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var resource in index.Api.Resources.Where(resource => resource.View is not null))
            {
                KeyValuePair<string, string>[] asked = block is { } last ? [KeyValuePair.Create("as_of", last.ToString(CultureInfo.InvariantCulture))] : [];
                Assert.True(ListQuery.TryParse(resource, asked, Others, out var query, out var fault), fault);
                await using var command = QueryText.Rows(query, null).ToCommand(session);
                await using var rows = await command.ExecuteReaderAsync(session.Cancellation);
                var lines = new List<string>();
                while (await rows.ReadAsync(session.Cancellation))
                    lines.Add(string.Join('|', Enumerable.Range(0, rows.FieldCount).Select(i => rows.GetValue(i) is byte[] bytes ? Convert.ToHexStringLower(bytes) : Convert.ToString(rows.GetValue(i), CultureInfo.InvariantCulture))));
                said.Add(resource.Source, string.Join('\n', lines));
            }

            return said;
        },
        Stop);
}
