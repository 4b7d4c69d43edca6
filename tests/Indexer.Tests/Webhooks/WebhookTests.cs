using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.Tests.Following.Simulation;
using OpenGradient.Indexer.Tests.Api;
using OpenGradient.Indexer.Webhooks;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Webhooks;

public sealed class SqliteWebhookTests(SqliteFixture databases) : WebhookTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresWebhookTests(PostgresFixture databases) : WebhookTests(databases);

public abstract class WebhookTests(IDatabaseFixture databases)
{
    private static Webhook Hook => HookScene.Hook;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_that_match_are_told_once_signed_and_in_order()
    {
        await using var scene = await HookScene.StartAsync(databases);
        Assert.True(await scene.StepAsync() > TimeSpan.Zero);
        Assert.Empty(scene.Receiver.Taken);

        await scene.Index.MineRequestsAsync(4);
        Assert.Equal(TimeSpan.Zero, await scene.StepAsync());
        Assert.True(await scene.StepAsync() > TimeSpan.Zero);

        var (headers, body) = Assert.Single(scene.Receiver.Taken);
        var signature = headers["OG-Webhook-Signature"].Split(',');
        Assert.Equal(
            "v1=" + WebhookSender.Sign(Hook.Secret, scene.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), Encoding.UTF8.GetBytes(body)), signature[1]);
        Assert.Equal("billing", headers["OG-Webhook"]);
        Assert.Equal("1001 1002 1003", string.Join(' ', Items(body).Select(item => item.GetProperty("row").GetProperty("fee").GetString())));
    }

    [Fact]
    public async Task What_is_not_taken_is_sent_again_after_pauses_that_double_also_after_a_restart()
    {
        await using var scene = await HookScene.StartAsync(databases);
        await scene.StepAsync();
        await scene.Index.MineRequestsAsync(3);
        scene.Receiver.Status = HttpStatusCode.InternalServerError;

        List<double> pauses = [];
        for (var i = 0; i < 4; i++)
        {
            pauses.Add((await scene.StepAsync()).TotalSeconds);
            Assert.Equal(pauses[^1], (await scene.StepAsync()).TotalSeconds);
            scene.Clock.Advance(TimeSpan.FromSeconds(pauses[^1]));
        }

        Assert.Equal("1 2 4 8", string.Join(' ', pauses));
        Assert.Equal(4, scene.Receiver.Taken.Count);
        Assert.Single(scene.Receiver.Taken.Select(taken => taken.Body).Distinct(StringComparer.Ordinal));
        scene.Receiver.Status = HttpStatusCode.OK;
        scene.Restart();
        Assert.Equal(TimeSpan.Zero, await scene.StepAsync());
        Assert.True(await scene.StepAsync() > TimeSpan.Zero);
        Assert.Equal(5, scene.Receiver.Taken.Count);
    }

    [Fact]
    public async Task What_nobody_takes_is_put_aside_visibly_and_what_follows_is_told()
    {
        await using var scene = await HookScene.StartAsync(databases);
        await scene.StepAsync();
        await scene.Index.MineRequestsAsync(2);
        scene.Receiver.Status = HttpStatusCode.NotFound;
        var began = scene.Clock.GetUtcNow();
        for (var i = 0; i < WebhookSender.MaxAttempts; i++)
            scene.Clock.Advance(await scene.StepAsync());
        Assert.InRange((scene.Clock.GetUtcNow() - began).TotalHours, 24, 24.1);
        scene.Receiver.Status = HttpStatusCode.OK;
        var failed = scene.Receiver.Taken.Count;
        scene.Index.Chain.Blocks.Mine([ServedIndex.Requested(50, ServedIndex.Someone(1), 5_000, new Random(1))]);
        await scene.Index.SettleAsync();
        await scene.StepAsync();

        var told = JsonSerializer.SerializeToElement(await scene.TellAsync());
        var letter = Assert.Single(told.GetProperty("dead_letters").EnumerateArray());
        Assert.Equal((WebhookSender.MaxAttempts, "It answered 404.", 1), (letter.GetProperty("attempts").GetInt32(), letter.GetProperty("fault").GetString(), told.GetProperty("delivered").GetInt32()));
        Assert.Equal(WebhookSender.MaxAttempts, failed);
        Assert.Equal("5000", Items(scene.Receiver.Taken[^1].Body).Last().GetProperty("row").GetProperty("fee").GetString());
        Assert.DoesNotContain(Hook.Secret, told.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("hooks.example", told.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_chain_takes_back_is_told()
    {
        await using var scene = await HookScene.StartAsync(databases);
        await scene.StepAsync();
        await scene.Index.MineRequestsAsync(4);
        await scene.StepAsync();
        scene.Index.Chain.Blocks.Rollback(4);
        scene.Index.Chain.Mine(5, new Random(1));
        await scene.Index.SettleAsync();
        await scene.StepAsync();

        var items = Items(scene.Receiver.Taken[^1].Body).ToList();
        Assert.Equal("reorg", items[0].GetProperty("kind").GetString());
        Assert.Equal(scene.Index.Chain.Blocks.Head.Number - 5, items[0].GetProperty("ancestor").GetUInt64());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_taken_though_nobody_heard_of_it_is_taken_back_with_the_chain(bool diesBeforeItHears)
    {
        await using var scene = await HookScene.StartAsync(databases);
        await scene.StepAsync();
        await scene.Index.MineRequestsAsync(4);
        Exception end = diesBeforeItHears ? new ProcessDiedException() : new HttpRequestException("The line broke.");
        scene.Receiver.Answer = _ => throw end;
        if (diesBeforeItHears)
            await Assert.ThrowsAsync<ProcessDiedException>(() => scene.StepAsync());
        else
            await scene.StepAsync();
        scene.Receiver.Answer = null;
        scene.Restart();
        scene.Index.Chain.Blocks.Rollback(4);
        scene.Index.Chain.Mine(5, new Random(1));
        await scene.Index.SettleAsync();
        await scene.DeliverAsync();

        Assert.Equal("1001 1002 1003", string.Join(' ', Items(scene.Receiver.Taken[0].Body).Select(FeeOf)));
        var items = Items(scene.Receiver.Taken[1].Body).ToList();
        Assert.Equal("reorg", items[0].GetProperty("kind").GetString());
        Assert.Equal(scene.Index.Chain.Blocks.Head.Number - 5, items[0].GetProperty("ancestor").GetUInt64());
        Assert.Equal("1001", string.Join(' ', items.Skip(1).Select(FeeOf)));
    }

    [Fact]
    public async Task An_event_has_one_id_however_often_it_is_told_and_another_one_in_another_block()
    {
        await using var scene = await HookScene.StartAsync(databases);
        await scene.StepAsync();
        await scene.Index.MineRequestsAsync(3);
        scene.Receiver.Status = HttpStatusCode.BadGateway;
        scene.Clock.Advance(await scene.StepAsync());
        scene.Receiver.Status = HttpStatusCode.OK;
        await scene.DeliverAsync();

        // The same logs, at the same places of other blocks.
        var blocks = scene.Index.Chain.Blocks;
        var (first, second, oldTip) = (blocks[3], blocks[4], blocks.Head.Header.Hash);
        blocks.Rollback(4);
        foreach (var block in new[] { first, second })
            blocks.Mine([.. block.Logs.Select(log => log.Content)]);
        scene.Index.Chain.Mine(4, new Random(1));
        await scene.Index.SettleAsync();
        await scene.DeliverAsync();

        Assert.Equal(3, scene.Receiver.Taken.Count);
        Assert.Equal($"3-0-{first.Header.Hash} 4-0-{second.Header.Hash}", EventIds(0));
        Assert.Equal(EventIds(0), EventIds(1));
        Assert.Equal($"reorg-1-{oldTip} 3-0-{blocks[3].Header.Hash} 4-0-{blocks[4].Header.Hash}", EventIds(2));
        Assert.NotEqual(first.Header.Hash, blocks[3].Header.Hash);

        string EventIds(int delivery) => string.Join(' ', Items(scene.Receiver.Taken[delivery].Body).Select(item => item.GetProperty("event_id").GetString()));
    }

    [Fact]
    public async Task A_row_that_cannot_be_taken_is_put_aside_alone_and_the_receiver_hears_of_it()
    {
        await using var scene = await HookScene.StartAsync(databases);
        await scene.StepAsync();
        await scene.Index.MineRequestsAsync(8);
        List<string> taken = [];
        scene.Receiver.Answer = body =>
        {
            var isTooMuch = body.Contains("\"fee\":\"1004\"", StringComparison.Ordinal);
            if (!isTooMuch)
                taken.Add(body);
            return Task.FromResult(new HttpResponseMessage(isTooMuch ? HttpStatusCode.RequestEntityTooLarge : HttpStatusCode.OK));
        };
        await scene.DeliverAsync();
        await scene.Index.MineRequestsAsync(2);
        await scene.DeliverAsync();

        var items = taken.Select(body => Items(body).ToList()).ToList();
        Assert.Equal("1001 1002 1003|1005 1006 1007|1001", string.Join('|', items.Select(batch => string.Join(' ', batch.Where(item => item.TryGetProperty("row", out _)).Select(FeeOf)))));
        var letter = Assert.Single((await scene.TellAsync()).GetProperty("dead_letters").EnumerateArray());
        var row = (await scene.Index.GetAsync("/v1/events/hub_requested?fee=1004")).GetProperty("items")[0].GetProperty("id").GetString();
        Assert.Equal($"{row}.0", letter.GetProperty("to").GetString());
        Assert.Equal("row missed row", string.Join(' ', items.Select(batch => batch[0].GetProperty("kind").GetString())));
        var missed = items[1][0];
        Assert.Equal(
            (letter.GetProperty("from").GetString(), letter.GetProperty("to").GetString()), (missed.GetProperty("from").GetString(), missed.GetProperty("to").GetString()));
    }

    [Fact]
    public async Task A_name_of_a_private_address_is_not_connected_to()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        using var guarded = new HttpClient(DeliveryHandler.Create(allowsPrivate: false));
        using var open = new HttpClient(DeliveryHandler.Create(allowsPrivate: true));
        var address = new UriBuilder(index.Client.BaseAddress!) { Host = "localhost", Path = "/health/live" }.Uri;

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => guarded.GetAsync(address, Stop));
        Assert.Contains("private network", refused.ToString(), StringComparison.Ordinal);
        using var answer = await open.GetAsync(address, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("""[{"name":"a","url":"https://x.example","secret":"0123456789abcdef","event":"hub_settled"}]""", null)]
    [InlineData("""[{"name":"a","url":"http://x.example","secret":"0123456789abcdef","event":"hub_settled"}]""", "https")]
    [InlineData("""[{"name":"a","url":"https://me:pw@x.example","secret":"0123456789abcdef","event":"hub_settled"}]""", "https")]
    [InlineData("""[{"name":"a","url":"https://x.example","secret":"short","event":"hub_settled"}]""", "secret")]
    [InlineData("""[{"name":"a","url":"https://x.example","secret":"0123456789abcdef","former_secret":"fedcba9876543210","event":"hub_settled"}]""", null)]
    [InlineData("""[{"name":"a","url":"https://x.example","secret":"0123456789abcdef","former_secret":"short","event":"hub_settled"}]""", "secret")]
    [InlineData("""[{"name":"A","url":"https://x.example","secret":"0123456789abcdef","event":"hub_settled"}]""", "letters")]
    [InlineData("""[{"name":"a","url":"https://x.example","secret":"0123456789abcdef"}]""", "no event")]
    [InlineData("""[{"name":"a","urls":"https://x.example","secret":"0123456789abcdef","event":"hub_settled"}]""", "no array")]
    [InlineData("""[null]""", "no name")]
    [InlineData("""{}""", "no array")]
    [InlineData("""[{"name":"a","url":"https://x.example","secret":"0123456789abcdef","event":"e"},{"name":"a","url":"https://x.example","secret":"0123456789abcdef","event":"e"}]""", "same name")]
    public void A_file_of_webhooks_is_read_or_refused_with_words(string json, string? fault)
    {
        Assert.Equal(fault is null, Webhook.TryParse(Encoding.UTF8.GetBytes(json), allowsPrivate: false, out _, out var found));
        if (fault is not null)
            Assert.Contains(fault, found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hub_nonsense", "")]
    [InlineData("hub_requested", "fee=many")]
    [InlineData("hub_requested", "limit=5")]
    public async Task A_hook_that_makes_no_sense_is_a_reason_not_to_start(string table, string filter)
    {
        await using var scene = await HookScene.StartAsync(databases, Hook with { Event = table, Filter = filter });

        Assert.Throws<IndexerException>(() => scene.Sender.Start());
    }

    private static JsonElement.ArrayEnumerator Items(string body) => HookReceiver.Items(body);

    private static string? FeeOf(JsonElement item) => item.GetProperty("row").GetProperty("fee").GetString();
}
