using System.Data.Common;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Tests.Following.Simulation;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Statistics;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Tests.Storage;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api.Statistics;

/// <summary>Of which time statistics are, and that nothing outside of it is read.</summary>
public sealed class StatisticsTimeTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private const long HourSeconds = 3_600;

    // So many blocks are more than an hour.
    private const int HourOfBlocks = 310;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("network", "")]
    [InlineData("node", "")]
    [InlineData("node", "node")]
    [InlineData("network", "node")]
    [InlineData("version", "version_id")]
    [InlineData("assurance", "assurance")]
    [InlineData("model", "")]
    [InlineData("model", "model_id")]
    public async Task Only_the_requests_of_the_time_are_read(string by, string filter)
    {
        await using var index = await ServedIndex.StartAsync(
            await databases.CreateAsync(), families: [ServedIndex.Families[0], new EventFamily("models", OurFamilies.Models(), [ServedIndex.Someone(1)], new(0))]);
        var asked = new Dictionary<string, StringValues>(StringComparer.Ordinal) { ["by"] = by };
        if (filter.Length > 0)
            asked[filter] = filter switch { "node" => ServedIndex.Someone(2).ToString(), "assurance" => "1", _ => ServedIndex.RequestId(1).ToString() };
        Assert.True(StatisticsQuery.TryParse(new QueryCollection(asked), 1_700_000_000, out var query, out var fault), fault);

        var plan = await index.Database.ReadAsync(session => PlanAsync(session, query), Stop);

        Assert.DoesNotContain(plan, step => step.StartsWith("SCAN", StringComparison.Ordinal));
        var requests = plan.Where(step => step.StartsWith("SEARCH r ", StringComparison.Ordinal)).ToList();
        Assert.Equal(query.IsByNode ? 2 : 1, requests.Count);
        Assert.All(requests, step => Assert.Contains("rowid>? AND rowid<?", step, StringComparison.Ordinal));
        // From the requests to what became of each of them, and not from all that a node ever did.
        Assert.DoesNotContain(plan, step => step.Contains("_by_node", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_another_word_the_time_ends_at_the_tip_and_not_at_the_last_request()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(2);
        var last = TimeOf(index);
        Assert.Equal(EndOf(last), await EndAsync(index));

        // Something else happened, an hour later.
        await MineAsync(index, HourOfBlocks);
        index.Chain.Blocks.Mine(IndexedChain.TransferOf(new Random(1)));
        await index.SettleAsync();
        Assert.NotEqual(EndOf(last), EndOf(TimeOf(index)));
        Assert.Equal(EndOf(TimeOf(index)), await EndAsync(index));

        // And then nothing, for another hour: what the follower was told last.
        await MineAsync(index, HourOfBlocks);
        await index.SettleAsync();
        index.Status.OnStep(await index.Chain.StepAsync(index.Database, ServedIndex.Families), TimeSpan.Zero);
        Assert.Equal(EndOf(TimeOf(index)), await EndAsync(index));
        Assert.Equal((ulong)TimeOf(index), index.Status.Now.TipTime);
    }

    [Fact]
    public async Task What_is_newer_than_the_tip_is_nothing_and_not_nonsense()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(2);
        var later = TimeOf(index) + (10 * HourSeconds);

        var told = await index.GetAsync($"/v1/statistics?every=hour&from={later}");

        Assert.Equal(EndOf(later), told.GetProperty("to").GetInt64());
        Assert.Equal(0, told.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public void The_time_of_the_tip_is_that_of_the_tip_also_far_behind_the_head()
    {
        var blocks = new SimulatedChain(9);
        var (tip, head) = (blocks[3].Header, blocks.Head.Header);
        var cursor = new ChainCursor([tip.Ref]);
        var advance = new ChainAdvance
        {
            Expected = null,
            Orphaned = [],
            Segment = new ChainSegment { Blocks = new(new(1), new(3)), ParentHash = blocks[0].Header.Hash, Last = tip.Ref, Headers = [blocks[1].Header, tip], Logs = [] },
            Next = cursor,
            Filters = [],
            Endpoints = ["a"],
        };
        var status = new FollowingStatus(TimeProvider.System);

        status.OnStep(new StepOutcome.Advanced(advance, new RemoteTip(head, new(0), null), false), TimeSpan.Zero);
        Assert.Equal(tip.Header.Timestamp, status.Now.TipTime);
        status.OnStep(new StepOutcome.UpToDate(new ChainCursor([head.Ref]), new RemoteTip(head, new(0), null)), TimeSpan.Zero);
        Assert.Equal(head.Header.Timestamp, status.Now.TipTime);
    }

    private static async Task<List<string>> PlanAsync(DatabaseSession session, StatisticsQuery query)
    {
        await using var command = query.ToText(Engine.Sqlite, new TimeBounds(1, 2)).ToCommand(session);
#pragma warning disable CA2100 // The endpoint's own text.
        command.CommandText = "EXPLAIN QUERY PLAN " + command.CommandText;
#pragma warning restore CA2100
        await using DbDataReader rows = await command.ExecuteReaderAsync(session.Cancellation);
        var steps = new List<string>();
        while (await rows.ReadAsync(session.Cancellation))
            steps.Add(rows.GetString(3));
        Assert.NotEmpty(steps);
        return steps;
    }

    private static async Task MineAsync(ServedIndex index, int blocks)
    {
        for (var i = 0; i < blocks; i++)
            index.Chain.Blocks.Mine();
        await index.SettleAsync();
    }

    private static long TimeOf(ServedIndex index) => (long)index.Chain.Blocks.Head.Header.Header.Timestamp;

    private static long EndOf(long time) => time - (time % HourSeconds) + HourSeconds;

    private static async Task<long> EndAsync(ServedIndex index) => (await index.GetAsync("/v1/statistics?every=hour")).GetProperty("to").GetInt64();
}
