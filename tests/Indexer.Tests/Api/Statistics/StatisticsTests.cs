using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Statistics;
using OpenGradient.Indexer.Gas;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Tests.Gas;
using OpenGradient.Indexer.Tests.Rows;
using OpenGradient.IndexerClient;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api.Statistics;

public sealed class SqliteStatisticsTests(SqliteFixture databases) : StatisticsTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresStatisticsTests(PostgresFixture databases) : StatisticsTests(databases);

/// <summary>How well requests are answered: twelve of them, of which each came to another end.</summary>
public abstract class StatisticsTests(IDatabaseFixture databases)
{
    private static readonly Address Registry = Address.Parse("0x00000000000000000000000000000000000000d4");
    private static readonly Address Ann = ServedIndex.Someone(70);
    private static readonly Address Bob = ServedIndex.Someone(71);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_became_of_requests_is_counted_and_the_rate_is_of_what_is_decided()
    {
        await using var index = await StartAsync();

        var all = Assert.Single(await ItemsAsync(index, ""));

        Assert.Equal("asked 7, answered 2, failed 1, overturned 1, refunded 1, open 2", Counts(all, "asked", "answered", "failed", "overturned", "refunded", "open"));
        Assert.Equal(0.4m, all.GetProperty("success_rate").GetDecimal());
        Assert.Equal((2, "156"), (all.GetProperty("latency_seconds").GetProperty("count").GetInt32(), all.GetProperty("latency_seconds").GetProperty("sum").GetString()));
        Assert.Equal(JsonValueKind.Null, all.GetProperty("gas").ValueKind);
        Assert.False(all.TryGetProperty("lapsed", out _));
    }

    [Fact]
    public async Task A_node_answers_for_what_it_settled_and_for_claims_that_it_let_lapse()
    {
        await using var index = await StartAsync();

        var nodes = (await ItemsAsync(index, "by=node")).ToDictionary(item => item.GetProperty("node").GetString() ?? "nobody", StringComparer.Ordinal);

        Assert.Equal("asked 3, answered 2, failed 1, overturned 0, lapsed 0", Counts(nodes[Ann.ToLowerHex()], "asked", "answered", "failed", "overturned", "lapsed"));
        Assert.Equal("asked 1, answered 0, failed 0, overturned 1, lapsed 1", Counts(nodes[Bob.ToLowerHex()], "asked", "answered", "failed", "overturned", "lapsed"));
        Assert.Equal("asked 3, refunded 1, open 2", Counts(nodes["nobody"], "asked", "refunded", "open"));
        Assert.Equal((0.666667m, 0m), (nodes[Ann.ToLowerHex()].GetProperty("success_rate").GetDecimal(), nodes[Bob.ToLowerHex()].GetProperty("success_rate").GetDecimal()));
        Assert.Equal(nodes[Bob.ToLowerHex()].GetRawText(), Assert.Single(await ItemsAsync(index, $"by=node&node={Bob}")).GetRawText());
    }

    [Fact]
    public async Task A_model_has_the_requests_of_its_versions()
    {
        await using var index = await StartAsync();
        var version = (await index.GetAsync($"/v1/requests/{ServedIndex.RequestId(0)}")).GetProperty("version_id").GetString()!;
        var published = OurFamilies.Models().Single(table => table.Name == "models_version_published");
        var values = published.Event.Inputs.Components.Select(parameter => RandomValues.Of(parameter.Type, new Random(5))).ToArray();
        (values[0], values[1]) = (new AbiValue.Bytes(ServedIndex.RequestId(900).ToArray()), new AbiValue.Bytes(Hash32.Parse(version).ToArray()));
        index.Chain.Blocks.Mine(published.Event.Encode(Registry, values));
        await index.SettleAsync();

        var models = await ItemsAsync(index, "by=model");
        var one = Assert.Single(await ItemsAsync(index, $"model_id={ServedIndex.RequestId(900)}"));

        Assert.Equal(7, models.Sum(item => item.GetProperty("asked").GetInt32()));
        Assert.Equal(1, models.Single(item => item.GetProperty("model_id").GetString() == ServedIndex.RequestId(900).ToString()).GetProperty("asked").GetInt32());
        Assert.Equal("asked 1, answered 1", Counts(one, "asked", "answered"));
        Assert.Equal(7, (await ItemsAsync(index, "by=version")).Count);
    }

    [Fact]
    public async Task Time_is_cut_into_buckets_and_bounded()
    {
        await using var index = await StartAsync();
        var whole = await index.GetAsync("/v1/statistics?every=hour");
        var first = (long)index.Chain.Blocks[2].Header.Header.Timestamp;

        Assert.Equal(3_600, whole.GetProperty("seconds").GetInt32());
        Assert.Equal(7, whole.GetProperty("items").EnumerateArray().Sum(item => item.GetProperty("asked").GetInt32()));
        Assert.All(whole.GetProperty("items").EnumerateArray(), item => Assert.Equal(0, item.GetProperty("from").GetInt64() % 3_600));
        // Blocks are twelve seconds apart: the first two requests, and no others.
        Assert.Equal(2, Assert.Single(await ItemsAsync(index, $"from={first}&to={first + 13}")).GetProperty("asked").GetInt32());
        Assert.Empty(await ItemsAsync(index, "from=0&to=86400"));
        foreach (var wrong in (string[])
        [
            "every=week", "by=requester", "from=9&to=9", "from=x", "from=-1", "every=hour&from=0&to=7200000", "node=0x12", "assurance=many", "nothing=1", "by=model&model_id=5",
        ])
            Assert.NotEqual(0, (await index.GetAsync($"/v1/statistics?{wrong}", 400)).GetProperty("detail").GetString()!.Length);
    }

    [Fact]
    public async Task A_span_of_time_is_a_span_of_ids()
    {
        await using var index = await StartAsync();
        var blocks = index.Chain.Blocks;
        for (var i = 0; i < 20; i++)
        {
            foreach (var _ in Enumerable.Range(0, i % 4))
                blocks.Mine();
            blocks.Mine(ServedIndex.Requested(100 + i, Ann, 1, new Random(i)));
        }

        await index.SettleAsync();
        await index.Database.ReadAsync(
            async session =>
            {
                var rows = await session.QueryAsync<(long Id, long Time)>("SELECT id, block_time FROM hub_requested ORDER BY id");
                long first = (long)blocks[0].Header.Header.Timestamp, last = (long)blocks.Head.Header.Header.Timestamp;
                for (var from = first - 7; from < last + 30; from += 11)
                {
                    foreach (var to in (long[])[from + 1, from + 60, last + 1, long.MaxValue])
                    {
                        var bounds = await TimeBounds.ReadAsync(session, "hub", from, to);
                        Assert.Equal(
                            string.Join(' ', rows.Where(row => row.Time >= from && row.Time < to).Select(row => row.Id)),
                            string.Join(' ', rows.Where(row => row.Id >= bounds.First && row.Id < bounds.End).Select(row => row.Id)));
                    }
                }

                Assert.Equal(new TimeBounds(0, 0), await TimeBounds.ReadAsync(session, "nobody", first, last));
                return true;
            },
            Stop);
    }

    [Fact]
    public async Task What_settling_took_is_asked_of_final_blocks_once_and_shared_by_what_was_settled_together()
    {
        await using var index = await StartAsync();
        var asked = new List<Hash32>();
        var node = Settling.Node(transactions =>
        {
            asked.AddRange(transactions.Select(transaction => transaction.Hash));
            return new ReceiptsTold([.. transactions.Select(Settling.ReceiptOf)], null);
        });
        await using var keeper = new GasKeeper(index.Database, ServedIndex.Families[0], [node], NullLogger.Instance, TimeProvider.System);

        Assert.False(await keeper.StepAsync(Stop));
        index.Chain.Blocks.Finalize(index.Chain.Blocks.Head.Number - 1);
        index.Chain.Blocks.Mine();
        await index.SettleAsync();
        var stale = await TagAsync(index);
        Assert.True(await keeper.StepAsync(Stop));
        Assert.False(await keeper.StepAsync(Stop));

        // Two of four were settled by one transaction.
        Assert.Equal(3, asked.Distinct().Count());
        Assert.Equal(asked.Count, asked.Distinct().Count());
        var gas = Assert.Single(await ItemsAsync(index, "")).GetProperty("gas");
        Assert.Equal((4, "270000", 45_000, 90_000, "540000"), (
            gas.GetProperty("count").GetInt32(), gas.GetProperty("sum").GetString(), gas.GetProperty("min").GetInt32(), gas.GetProperty("max").GetInt32(), gas.GetProperty("cost_wei").GetString()));
        Assert.NotEqual(stale, await TagAsync(index), StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_client_reads_what_is_told()
    {
        await using var index = await StartAsync();
        var client = new IndexClient(index.Client);

        var told = Assert.IsType<IndexAnswer<StatisticsList>.Given>(await client.StatisticsAsync(Question.All.Where("by", "node").Where("every", "day"), Stop)).Value;

        var ann = Assert.Single(told.Items, item => item.Group == Ann.ToLowerHex());
        Assert.Equal(("node", 3L, 2L, 0L, 0.666667m, (UInt256)156), (ann.GroupBy, ann.Asked, ann.Answered, ann.Lapsed, ann.SuccessRate, ann.LatencySeconds!.Sum));
        Assert.Null(ann.Gas);
        Assert.Single(told.Items, item => item.Group is null);
        Assert.IsType<IndexAnswer<StatisticsList>.Refused>(await client.StatisticsAsync(Question.All.Where("by", "nobody"), Stop));
    }

    private static async Task<string> TagAsync(ServedIndex index)
    {
        using var answer = await index.Client.GetAsync(new Uri("/v1/statistics", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return answer.Headers.ETag!.Tag;
    }

    private static async Task<IReadOnlyList<JsonElement>> ItemsAsync(ServedIndex index, string query) => [.. (await index.GetAsync($"/v1/statistics?{query}")).GetProperty("items").EnumerateArray()];

    private static string Counts(JsonElement item, params string[] names) => string.Join(", ", names.Select(name => $"{name} {item.GetProperty(name).GetInt32()}"));

    // 0 and 1 are answered by Ann, with one transaction; 2 fails with her; 3 is answered by Bob, and overturned; 4 is refunded; 5 was claimed by Bob, who let it lapse; 6 is open.
    private async Task<ServedIndex> StartAsync()
    {
        var index = await ServedIndex.StartAsync(
            await databases.CreateAsync(), families: [ServedIndex.Families[0], new EventFamily("models", OurFamilies.Models(), [Registry], new(0))]);
        var random = new Random(21);
        for (var i = 0; i < 7; i++)
            index.Chain.Blocks.Mine(ServedIndex.Requested(i, ServedIndex.Someone(1), 1_000, random));
        index.Chain.Blocks.Mine(Settled(0, Ann, random), Settled(1, Ann, random), Settled(2, Ann, random, isFailure: true));
        index.Chain.Blocks.Mine(Settled(3, Bob, random), ServedIndex.About("hub_overturned", 3, random));
        index.Chain.Blocks.Mine(ServedIndex.About("hub_refunded", 4, random), About("hub_claim_forfeited", 5, Bob, random));
        await index.SettleAsync();
        return index;
    }

    private static Log About(string table, int number, Address node, Random random)
    {
        var of = OurFamilies.Hub().Single(known => known.Name == table);
        var values = of.Event.Inputs.Components.Select(parameter => RandomValues.Of(parameter.Type, random)).ToArray();
        (values[0], values[1]) = (new AbiValue.Bytes(ServedIndex.RequestId(number).ToArray()), new AbiValue.Address(node));
        return of.Event.Encode(ServedIndex.Hub, values);
    }

    private static Log Settled(int number, Address node, Random random, bool isFailure = false)
    {
        var of = OurFamilies.Hub().Single(known => known.Name == "hub_settled");
        var values = of.Event.Inputs.Components.Select(parameter => RandomValues.Of(parameter.Type, random)).ToArray();
        (values[0], values[1]) = (new AbiValue.Bytes(ServedIndex.RequestId(number).ToArray()), new AbiValue.Address(node));
        ImmutableArray<AbiValue> settlement = ((AbiValue.Tuple)values[3]).Items;
        settlement = settlement.SetItem(1, new AbiValue.Address(node));
        values[3] = new AbiValue.Tuple(isFailure ? settlement.SetItem(0, new AbiValue.Bytes(HubDomain.Failure.ToArray())) : settlement);
        return of.Event.Encode(ServedIndex.Hub, values);
    }
}
