using System.Globalization;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Tests.Rows;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api.Queries;

public sealed class SqliteAsOfTests(SqliteFixture databases) : AsOfTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresAsOfTests(PostgresFixture databases) : AsOfTests(databases);

/// <summary>What is said of things as of a block is what was said of them when that block was the last one.</summary>
public abstract class AsOfTests(IDatabaseFixture databases)
{
    private const int Blocks = 240;
    private const int BlocksBetween = 40;

    // So few things that much happens to each.
    private const int Things = 5;

    private static readonly HashSet<string> Others = new(StringComparer.Ordinal);

    private static readonly IReadOnlyList<EventFamily> Families =
    [
        Family("hub", OurFamilies.Hub(), 1), Family("models", OurFamilies.Models(), 2), Family("nodes", OurFamilies.Nodes(), 3), Family("keys", OurFamilies.Keys(), 4),
        Family("court", OurFamilies.Court(), 5),
    ];

    // What a view is made of; none of the others changes what it says.
    private static readonly EventTable[] Told =
        [.. Families.SelectMany(family => family.Tables).Where(table => AnalystViews.All.Any(view => view.Select.Contains(" " + table.Name, StringComparison.Ordinal)))];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_view_as_of_a_block_says_what_it_said_then()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), families: Families);
        var random = new Random(17);
        List<(ulong Block, Dictionary<string, string> Said)> then = [];
        for (var i = 0; i < Blocks / BlocksBetween; i++)
        {
            for (var block = 0; block < BlocksBetween; block++)
                index.Chain.Blocks.Mine([.. Enumerable.Range(0, 4).Select(_ => LogOf(Told[random.Next(Told.Length)], random))]);
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
            ($"{one}/custody?as_of={before}", $"{one}?as_of="), ($"{one}/custody?nonsense=1", "no parameters"), ("/v1/token_balances/1-2?as_of=3", ""),
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

    private static EventFamily Family(string name, IReadOnlyList<EventTable> tables, int number) => new(name, tables, [Contract(number)], new(0));

    private static Address Contract(int number) => Address.Parse($"0x00000000000000000000000000000000000000c{number}");

    private static Log LogOf(EventTable table, Random random)
    {
        var family = Families.Single(family => family.Tables.Contains(table));
        return table.Event.Encode(family.Addresses[0], [.. table.Event.Inputs.Components.Select(parameter => Among(RandomValues.Of(parameter.Type, random), random))]);
    }

    // Ids, addresses and numbers of which there are few, so that events are about the same things.
    private static AbiValue Among(AbiValue value, Random random) => value switch
    {
        AbiValue.Bytes { Value.Length: 32 } => new AbiValue.Bytes(Hash32.FromUInt256((ulong)random.Next(Things)).ToArray()),
        AbiValue.Address => new AbiValue.Address(ServedIndex.Someone(random.Next(Things))),
        AbiValue.UInt => new AbiValue.UInt((ulong)random.Next(Things)),
        AbiValue.Tuple tuple => new AbiValue.Tuple([.. tuple.Items.Select(item => Among(item, random))]),
        _ => value,
    };
}
