using System.Net;
using System.Text.Json;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Operations;
using OpenGradient.Indexer.Storage;
using OpenGradient.Indexer.Tests.Api;
using OpenGradient.Indexer.Tests.Storage;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Operations;

/// <summary>An indexer says that it is ready only while what it answers is the chain as it is now.</summary>
public sealed class ReadinessTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);
    private static readonly ChainId SomeChain = new(10);
    private static readonly ChainId Anvil = new(31337);

    [Fact]
    public async Task An_endpoint_whose_node_has_stopped_agrees_for_ever_and_the_indexer_is_not_ready()
    {
        var clock = new MovedClock(DateTimeOffset.UnixEpoch);
        await using var index = await ServedIndex.StartAsync(
            await databases.CreateAsync(), new ApiOptions { RequestsPerSecond = 10_000, ReadyTipAge = Limit }, statusClock: clock);
        await index.MineRequestsAsync(4);
        clock.Advance(TimeOf(index) - clock.GetUtcNow());
        await StepAsync(index);
        Assert.True((await ReadyAsync(index, HttpStatusCode.OK)).GetProperty("ready").GetBoolean());

        clock.Advance(Limit);
        await StepAsync(index);
        Assert.True((await ReadyAsync(index, HttpStatusCode.OK)).GetProperty("ready").GetBoolean());

        // It is asked again and again, and says each time that nothing is missing.
        clock.Advance(TimeSpan.FromHours(3) - Limit);
        await StepAsync(index);
        var told = await ReadyAsync(index, HttpStatusCode.ServiceUnavailable);
        Assert.Equal("The last block is 3 h old: the chain stands still, or the node that tells of it.", Assert.Single(told.GetProperty("faults").EnumerateArray()).GetString());
        var status = await index.GetAsync("/v1/status");
        Assert.Equal(0, status.GetProperty("lag_blocks").GetInt64());
        Assert.Equal(0, status.GetProperty("seconds_silent").GetDouble());
        Assert.Equal((ulong)TimeOf(index).ToUnixTimeSeconds(), status.GetProperty("tip_time").GetUInt64());
        Assert.Equal(3 * 3_600, status.GetProperty("tip_age_seconds").GetDouble());
        Assert.Equal(900, status.GetProperty("tip_age_limit_seconds").GetDouble());
        Assert.Equal(1, status.GetProperty("faults").GetArrayLength());
        Assert.Contains("\nog_indexer_following 0\n", await index.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        // The node goes on: simulated blocks are twelve seconds apart.
        for (var i = 0; i < 3_600 * 3 / 12; i++)
            index.Chain.Blocks.Mine();
        await index.SettleAsync();
        await StepAsync(index);
        Assert.True((await ReadyAsync(index, HttpStatusCode.OK)).GetProperty("ready").GetBoolean());
    }

    [Fact]
    public async Task Who_lags_hears_nothing_or_has_stopped_is_not_ready_and_says_why()
    {
        var clock = new MovedClock(DateTimeOffset.UnixEpoch);
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), statusClock: clock);
        Assert.Equal("No endpoint has said anything yet.", await FaultAsync(index));

        await index.MineRequestsAsync(4);
        await StepAsync(index);
        Assert.True((await ReadyAsync(index, HttpStatusCode.OK)).GetProperty("ready").GetBoolean());

        // An endpoint agrees with what is stored, and has twenty blocks more: that is where it is being followed still.
        var stored = await index.Database.ReadAsync(session => Lanes.Table.ReadAsync(session, IndexSink.Head), TestContext.Current.CancellationToken);
        Tell(20);
        Assert.Equal(20, (await ReadyAsync(index, HttpStatusCode.OK)).GetProperty("lag_blocks").GetInt64());
        Tell(1);
        Assert.Equal("21 blocks are still to be taken.", await FaultAsync(index));
        await index.SettleAsync();
        await StepAsync(index);
        Assert.True((await ReadyAsync(index, HttpStatusCode.OK)).GetProperty("ready").GetBoolean());

        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True((await ReadyAsync(index, HttpStatusCode.OK)).GetProperty("ready").GetBoolean());
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("No endpoint has agreed with what is stored for 2 min.", await FaultAsync(index));

        var stop = new FollowerStop(stored.Tip, index.Chain.Blocks.Head.Header.Ref, ["node.example"], clock.GetUtcNow());
        await StepAsync(index);
        index.Status.OnStep(new StepOutcome.Stopped(stop), TimeSpan.Zero);
        Assert.Equal(stop.Advice, await FaultAsync(index));

        void Tell(int blocks)
        {
            for (var i = 0; i < blocks; i++)
                index.Chain.Blocks.Mine();
            index.Status.OnStep(new StepOutcome.UpToDate(stored, new RemoteTip(index.Chain.Blocks.Head.Header, stored.Final.Number, stored.Final)), TimeSpan.Zero);
        }
    }

    [Fact]
    public async Task Who_has_not_filled_in_a_family_or_made_its_indexes_is_not_ready()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), isIndexed: false, families: [.. ServedIndex.Families.Take(1)]);
        await index.MineRequestsAsync(4);
        index.Status.OnStep(await index.Chain.StepAsync(index.Database, [.. ServedIndex.Families.Take(1)]), TimeSpan.Zero);
        Assert.Equal("hub is not indexed yet.", await FaultAsync(index));

        await FamilyStore.IndexAsync(index.Database, [.. ServedIndex.Families.Take(1)], TestContext.Current.CancellationToken);
        Assert.True((await ReadyAsync(index, HttpStatusCode.OK)).GetProperty("ready").GetBoolean());

        await FamilyStore.PrepareAsync(index.Database, IndexedChain.Chain, [.. ServedIndex.Families.Take(2)], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("token is still being filled in.", await FaultAsync(index));
    }

    [Fact]
    public async Task Progress_is_told_with_its_rate_and_what_is_left()
    {
        var clock = new MovedClock(DateTimeOffset.UnixEpoch);
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), statusClock: clock);
        await index.MineRequestsAsync(4);
        await StepAsync(index);
        var stored = await index.Database.ReadAsync(session => Lanes.Table.ReadAsync(session, IndexSink.Head), TestContext.Current.CancellationToken);
        for (var i = 0; i < 100; i++)
            index.Chain.Blocks.Mine();
        index.Status.OnStep(new StepOutcome.UpToDate(stored, new RemoteTip(index.Chain.Blocks.Head.Header, stored.Final.Number, stored.Final)), TimeSpan.Zero);
        Assert.Equal(JsonValueKind.Null, (await index.GetAsync("/v1/status")).GetProperty("seconds_left").ValueKind);

        index.Status.OnRows(10, 100);
        clock.Advance(TimeSpan.FromSeconds(10));
        index.Status.OnRows(60, 900);

        var status = await index.GetAsync("/v1/status");
        Assert.Equal((100, 5.0, 90.0, 20.0), (status.GetProperty("lag_blocks").GetInt64(), status.GetProperty("blocks_per_second").GetDouble(), status.GetProperty("rows_per_second").GetDouble(), status.GetProperty("seconds_left").GetDouble()));

        // What was before the last half minute does not count any more.
        clock.Advance(TimeSpan.FromSeconds(25));
        index.Status.OnRows(85, 0);
        Assert.Equal((1.0, 0.0, 100.0), (index.Status.Now.BlocksPerSecond, index.Status.Now.RowsPerSecond, index.Status.Now.SecondsLeft));
    }

    [Fact]
    public async Task What_last_went_wrong_is_told_without_what_is_only_the_operators()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        Assert.Equal(JsonValueKind.Null, (await index.GetAsync("/v1/status")).GetProperty("last_failure").ValueKind);

        index.Status.OnEndpointFailure("0:node.example", new SourceFailure.RateLimited(null, new string('x', 5_000)));
        var failure = (await index.GetAsync("/v1/status")).GetProperty("last_failure");
        Assert.Equal("0:node.example", failure.GetProperty("endpoint").GetString());
        Assert.Equal(301, failure.GetProperty("reason").GetString()!.Length);

        index.Status.OnException(new InvalidOperationException("Host=db;Password=secret"), TimeSpan.Zero);
        failure = (await index.GetAsync("/v1/status")).GetProperty("last_failure");
        Assert.Equal(JsonValueKind.Null, failure.GetProperty("endpoint").ValueKind);
        Assert.Equal("A step broke: InvalidOperationException.", failure.GetProperty("reason").GetString());
    }

    [Fact]
    public void Without_a_setting_the_limit_follows_the_chains_own_pace()
    {
        var unset = new ApiOptions();

        Assert.Equal(Limit, TipAge.LimitOf(unset, SomeChain, null));
        Assert.Equal(Limit, TipAge.LimitOf(unset, SomeChain, TimeSpan.FromSeconds(12)));
        Assert.Equal(TimeSpan.FromMinutes(100), TipAge.LimitOf(unset, SomeChain, TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public void A_chain_on_a_developers_machine_may_be_quiet_unless_it_is_set_otherwise()
    {
        Assert.Null(TipAge.LimitOf(new ApiOptions(), Anvil, null));
        Assert.Null(TipAge.LimitOf(new ApiOptions(), new ChainId(1337), TimeSpan.FromSeconds(1)));
        Assert.Equal(Limit, TipAge.LimitOf(new ApiOptions { ReadyTipAge = Limit }, Anvil, null));
        Assert.Null(TipAge.LimitOf(new ApiOptions { ReadyTipAge = TimeSpan.Zero }, SomeChain, null));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(604_801)]
    public void An_age_that_makes_no_sense_is_refused(int seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ApiOptions { ReadyTipAge = TimeSpan.FromSeconds(seconds) }.Validated());

    private static async Task<string?> FaultAsync(ServedIndex index) =>
        Assert.Single((await ReadyAsync(index, HttpStatusCode.ServiceUnavailable)).GetProperty("faults").EnumerateArray()).GetString();

    private static async Task<JsonElement> ReadyAsync(ServedIndex index, HttpStatusCode status)
    {
        using var answer = await index.Client.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == status, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static DateTimeOffset TimeOf(ServedIndex index) => DateTimeOffset.FromUnixTimeSeconds((long)index.Chain.Blocks.Head.Header.Header.Timestamp);

    private static async Task StepAsync(ServedIndex index) => index.Status.OnStep(await index.Chain.StepAsync(index.Database, ServedIndex.Families), TimeSpan.Zero);
}
