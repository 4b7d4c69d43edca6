using OpenGradient.Ethereum.Following;
using OpenGradient.Indexer.Tests.Api;
using OpenGradient.Indexer.Tests.Webhooks;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Operations;

/// <summary>What an operator is woken by.</summary>
public sealed class MetricsTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_taken_back_and_who_failed_is_counted()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(4);
        index.Chain.Blocks.Reorg(2);
        StepOutcome outcome;
        do
        {
            outcome = await index.Chain.StepAsync(index.Database, ServedIndex.Families);
            index.Status.OnStep(outcome, TimeSpan.Zero);
            index.Chain.Clock.Advance(TimeSpan.FromSeconds(2));
        }
        while (outcome is not StepOutcome.UpToDate);

        index.Status.OnEndpointFailure("0:node", new SourceFailure.Unavailable("gone"));
        index.Status.OnEndpointFailure("0:node", new SourceFailure.Unavailable("gone again"));
        index.Status.OnEndpointFailure("1:\"odd\\", new SourceFailure.RateLimited(null, "later"));
        index.Status.OnDisagreement(new Disagreement(new(3), []));
        index.Status.OnException(new InvalidOperationException("broke"), TimeSpan.Zero);
        index.Status.OnHead();

        var text = await index.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop);
        foreach (var line in (string[])
        [
            "og_indexer_reorgs_total 1", "og_indexer_orphaned_blocks_total 2", "og_indexer_disagreements_total 1", "og_indexer_broken_steps_total 1", "og_indexer_heads_heard_total 1",
            "og_indexer_endpoint_failures_total{endpoint=\"0:node\",kind=\"unavailable\"} 2", "og_indexer_endpoint_failures_total{endpoint=\"1:\\\"odd\\\\\",kind=\"rate_limited\"} 1",
            "og_indexer_following 1",
        ])
            Assert.Contains($"\n{line}\n", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches("^(# (HELP|TYPE) |og_indexer_[a-z_]+(\\{.*\\})? [0-9.E+-]+$)", line));
    }

    [Fact]
    public async Task Streams_that_are_open_are_counted_as_long_as_they_are()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(2);
        using (var open = await index.Client.GetAsync(new Uri("/v1/events/hub_requested/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Stop))
        {
            Assert.True(open.IsSuccessStatusCode);
            Assert.Contains("\nog_indexer_open_answers{kind=\"stream\"} 1\n", await MetricsAsync(index), StringComparison.Ordinal);
        }

        await Eventually.UntilAsync(
            async () => (await MetricsAsync(index)).Contains("\nog_indexer_open_answers{kind=\"stream\"} 0\n", StringComparison.Ordinal), "the stream is over", Stop);
        await index.GetAsync("/v1/requests?nonsense=1", 400);
        using var export = await index.Client.GetAsync(new Uri("/v1/requests/export?format=csv", UriKind.Relative), Stop);
        await index.SqlAsync("SELECT 1");
        var text = await MetricsAsync(index);
        foreach (var line in (string[])
        [
            "og_indexer_answers_total{kind=\"read\",status=\"4xx\"} 1",
            "og_indexer_answers_total{kind=\"export\",status=\"2xx\"} 1", "og_indexer_answers_total{kind=\"sql\",status=\"2xx\"} 1",
        ])
            Assert.Contains($"\n{line}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_that_takes_nothing_falls_behind_until_it_has_all()
    {
        await using var scene = await HookScene.StartAsync(databases);
        await scene.StepAsync();
        Assert.Contains("og_indexer_webhook_waiting_seconds{hook=\"billing\"} 0\n", $"{scene.Sender.Figures}", StringComparison.Ordinal);
        await scene.Index.MineRequestsAsync(3);
        scene.Receiver.Status = System.Net.HttpStatusCode.BadGateway;
        for (var i = 0; i < 3; i++)
            scene.Clock.Advance(await scene.StepAsync());
        var text = new Indexer.Api.Operations.MetricsWriter();
        scene.Sender.Figures.Write(text, scene.Index.Chain.Blocks.Head.Number);
        Assert.Matches("og_indexer_webhook_waiting_seconds\\{hook=\"billing\"\\} [1-9]", $"{text}");
        Assert.Matches("og_indexer_webhook_behind_blocks\\{hook=\"billing\"\\} [1-9]", $"{text}");

        scene.Receiver.Status = System.Net.HttpStatusCode.OK;
        await scene.DeliverAsync();
        Assert.Contains("og_indexer_webhook_waiting_seconds{hook=\"billing\"} 0\n", $"{scene.Sender.Figures}", StringComparison.Ordinal);
    }

    private static Task<string> MetricsAsync(ServedIndex index) => index.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop);
}
