using System.Globalization;
using System.Net;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Tests.Api;
using OpenGradient.Indexer.Tests.Storage;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Proofs;

/// <summary>What a certificate may take, of whom, and what is said where it may not.</summary>
public sealed class CertificateLimitTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Families_whose_contracts_no_certificate_can_name_are_refused_with_what_to_ask_instead()
    {
        var many = TokenFamily.Of("many", [.. Enumerable.Range(0, 65).Select(ServedIndex.Someone)], new(0));
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), families: [.. IndexedChain.All, many]);
        index.Chain.Mine(6, new Random(2));
        await index.SettleAsync();

        var announced = await index.GetAsync("/v1/events/pool_swapped/completeness?from=1&to=3", 400);
        var crowded = await index.GetAsync("/v1/events/many_transfer/completeness?from=1&to=3", 400);

        Assert.Contains("maker_made", announced.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("64", crowded.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await index.GetAsync("/v1/events/maker_made/completeness?from=1&to=3");
    }

    [Fact]
    public async Task One_client_makes_two_at_once_and_is_told_when_to_come_again()
    {
        await using var index = await StartAsync();
        var (asked, open) = (new SemaphoreSlim(0), new TaskCompletionSource());
        index.BeforeBlock = () =>
        {
            asked.Release();
            return open.Task;
        };

        var first = AskAsync(index, 2, 6);
        var second = AskAsync(index, 2, 7);
        await asked.WaitAsync(Stop);
        await asked.WaitAsync(Stop);
        using var third = await AskAsync(index, 2, 8);
        open.SetResult();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (third.StatusCode, third.Headers.RetryAfter is not null));
        Assert.Contains("2 of each client", await third.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var one = await first;
        using var other = await second;
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (one.StatusCode, other.StatusCode));
        using var again = await AskAsync(index, 2, 8);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task One_that_takes_too_long_ends_with_what_to_ask_for()
    {
        var clock = new ManualTime();
        await using var index = await StartAsync(clock);
        var asked = new SemaphoreSlim(0);
        index.BeforeBlock = () =>
        {
            asked.Release();
            return Task.Delay(Timeout.InfiniteTimeSpan, Stop);
        };

        var answer = AskAsync(index, 2, 6);
        await asked.WaitAsync(Stop);
        clock.Advance(index.Api.Options.CertificateTimeout);
        using var late = await answer;

        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (late.StatusCode, late.Headers.RetryAfter is not null));
        Assert.Contains("fewer blocks", await late.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_without_time_is_no_gap_and_no_missing_proof()
    {
        await using var index = await StartAsync();
        index.BeforeBlock = () => throw new NodeBusyException("rate limited");

        using var certificate = await AskAsync(index, 2, 6);
        using var proof = await index.Client.GetAsync(new Uri("/v1/events/hub_requested/2-0/proof", UriKind.Relative), Stop);

        foreach (var answer in (HttpResponseMessage[])[certificate, proof])
        {
            Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (answer.StatusCode, answer.Headers.RetryAfter is not null));
            Assert.DoesNotContain("rate limited", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }

        index.BeforeBlock = () => Task.CompletedTask;
        using var later = await AskAsync(index, 2, 6);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task Rows_that_are_too_large_together_are_refused_before_a_node_is_asked()
    {
        await using var index = await StartAsync();
        for (var i = 0; i < 5; i++)
            index.Chain.Blocks.Mine(ServedIndex.Requested(100 + i, ServedIndex.Someone(1), 1, new Random(i), inputBytes: 1 << 20));
        await index.SettleAsync();
        index.BeforeBlock = () => throw new InvalidOperationException("Nobody may be asked.");
        var tip = index.Chain.Blocks.Head.Number;

        var refused = await index.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/v1/events/hub_requested/completeness?from={tip - 4}&to={tip}"), 400);

        Assert.Contains("8 MiB", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> AskAsync(ServedIndex index, ulong from, ulong to) =>
        index.Client.GetAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"/v1/events/hub_requested/completeness?from={from}&to={to}"), UriKind.Relative), Stop);

    private async Task<ServedIndex> StartAsync(TimeProvider? clock = null)
    {
        var index = await ServedIndex.StartAsync(await databases.CreateAsync(), clock: clock);
        await index.MineRequestsAsync(12);
        return index;
    }
}
