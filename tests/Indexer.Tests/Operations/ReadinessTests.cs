using System.Net;
using System.Text.Json;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Operations;
using OpenGradient.Indexer.Tests.Api;
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
