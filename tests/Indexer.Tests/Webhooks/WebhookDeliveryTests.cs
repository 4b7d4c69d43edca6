using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using OpenGradient.Database;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Webhooks;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Webhooks;

public sealed class SqliteWebhookDeliveryTests(SqliteFixture databases) : WebhookDeliveryTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresWebhookDeliveryTests(PostgresFixture databases) : WebhookDeliveryTests(databases);

/// <summary>How a delivery is made, and by whom.</summary>
public abstract class WebhookDeliveryTests(IDatabaseFixture databases)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_processes_tell_a_hook_in_turn_and_one_that_slept_undoes_nothing()
    {
        await using var scene = await HookScene.StartAsync(databases);
        await scene.StepAsync();
        await scene.Index.MineRequestsAsync(3);
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource<HttpResponseMessage>());
        scene.Receiver.Answer = _ =>
        {
            asked.SetResult();
            return answer.Task;
        };
        var slow = scene.StepAsync();
        await asked.Task.WaitAsync(Stop);
        scene.Receiver.Answer = null;

        // The other one waits for as long as an answer may take, and then takes it to be lost.
        await using var other = scene.Another();
        var turn = await scene.StepAsync(other);
        Assert.InRange(turn.TotalSeconds, 10, 20);
        Assert.Single(scene.Receiver.Taken);
        scene.Clock.Advance(turn);
        Assert.Equal(TimeSpan.Zero, await scene.StepAsync(other));
        await scene.Index.MineRequestsAsync(3);
        Assert.Equal(TimeSpan.Zero, await scene.StepAsync(other));
        var told = await scene.TellAsync();

        answer.SetResult(new HttpResponseMessage(HttpStatusCode.InternalServerError));
        await slow;

        Assert.Equal(told.GetRawText(), (await scene.TellAsync()).GetRawText());
        Assert.Equal(2, told.GetProperty("delivered").GetInt32());
        Assert.True(await scene.StepAsync() > TimeSpan.Zero);
        Assert.Equal(3, scene.Receiver.Taken.Count);
    }

    [Fact]
    public async Task How_far_a_delivery_reaches_is_on_the_disk_before_it_is_sent()
    {
        await using var scene = await HookScene.StartAsync(databases);
        await scene.StepAsync();
        await scene.Index.MineRequestsAsync(3);
        Durability? atSending = null;
        scene.Receiver.Answer = _ =>
        {
            atSending = scene.Database.Last;
            return Task.FromResult(new HttpResponseMessage());
        };

        await scene.StepAsync();

        Assert.Equal(Durability.Full, atSending);
    }

    [Theory]
    [InlineData(60, 60)]
    [InlineData(86_400, 900)]
    [InlineData(0, 1)]
    public async Task A_receiver_that_asks_for_time_gets_it_within_reason(int asked, int seconds)
    {
        await using var scene = await HookScene.StartAsync(databases);
        await scene.StepAsync();
        await scene.Index.MineRequestsAsync(3);
        scene.Receiver.Answer = _ => Task.FromResult(
            new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(asked)) } });

        Assert.Equal(seconds, (await scene.StepAsync()).TotalSeconds);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_keeps_no_hook_waiting()
    {
        await using var scene = await HookScene.StartAsync(databases);
        await scene.StepAsync();
        await scene.Index.MineRequestsAsync(3);
        var later = scene.Clock.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds();
        await scene.Database.WriteAsync(session => session.ExecuteAsync("UPDATE webhook_places SET next_at = @later", new { later }), Stop);

        Assert.Equal(TimeSpan.Zero, await scene.StepAsync());

        Assert.Single(scene.Receiver.Taken);
    }

    [Fact]
    public async Task While_a_secret_is_changed_deliveries_are_signed_with_both()
    {
        var hook = HookScene.Hook with { FormerSecret = "what it was until today" };
        await using var scene = await HookScene.StartAsync(databases, hook);
        await scene.StepAsync();
        await scene.Index.MineRequestsAsync(3);
        await scene.StepAsync();

        var (headers, body) = Assert.Single(scene.Receiver.Taken);
        var time = scene.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.Equal($"t={time},v1={WebhookSender.Sign(hook.Secret, time, bytes)},v1={WebhookSender.Sign(hook.FormerSecret, time, bytes)}", headers["OG-Webhook-Signature"]);
    }

    [Fact]
    public async Task A_hook_that_wants_few_of_many_rows_gets_through_them()
    {
        await using var scene = await HookScene.StartAsync(databases, HookScene.Hook with { Event = "shop_sold", Filter = "what=ham" });
        await scene.StepAsync();
        await scene.Index.AddSalesAsync(StreamLook.RowsLookedThrough + 10);

        Assert.Equal(TimeSpan.Zero, await scene.StepAsync());
        scene.Restart();
        Assert.Equal($"{StreamLook.RowsLookedThrough}-0.0", (await scene.TellAsync()).GetProperty("place").GetString());
        Assert.True(await scene.StepAsync() > TimeSpan.Zero);
        Assert.Empty(scene.Receiver.Taken);
    }

    [Fact]
    public async Task Figures_say_which_hook_is_in_trouble()
    {
        await using var scene = await HookScene.StartAsync(databases);
        await scene.StepAsync();
        await scene.Index.MineRequestsAsync(3);
        scene.Receiver.Status = HttpStatusCode.BadGateway;
        scene.Clock.Advance(await scene.StepAsync());
        scene.Clock.Advance(await scene.StepAsync());
        Assert.Contains("og_indexer_webhook_failed_attempts{hook=\"billing\"} 2\n", $"{scene.Sender.Figures}", StringComparison.Ordinal);
        for (var i = 2; i < WebhookSender.MaxAttempts; i++)
            scene.Clock.Advance(await scene.StepAsync());
        scene.Receiver.Status = HttpStatusCode.OK;
        await scene.DeliverAsync();

        var figures = $"{scene.Sender.Figures}";
        Assert.Contains("og_indexer_webhook_failed_attempts{hook=\"billing\"} 0\n", figures, StringComparison.Ordinal);
        Assert.Contains("og_indexer_webhook_deliveries_total{hook=\"billing\"} 1\n", figures, StringComparison.Ordinal);
        Assert.Contains("og_indexer_webhook_put_aside_total{hook=\"billing\"} 1\n", figures, StringComparison.Ordinal);
    }
}

/// <summary>What carries deliveries.</summary>
public sealed class DeliveryHandlerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://{listener.LocalEndpoint}/og");
        var served = RedirectAsync(() => listener.AcceptTcpClientAsync(Stop), new Uri(address, "/inner"));
        using var client = new HttpClient(DeliveryHandler.Create(allowsPrivate: true));
        using var body = new StringContent("{}");

        using var answer = await client.PostAsync(address, body, Stop);
        await served;

        Assert.Equal(HttpStatusCode.TemporaryRedirect, answer.StatusCode);
        Assert.False(listener.Pending());
    }

    [Fact]
    public void As_many_hooks_as_there_may_be_can_lie_at_one_host_and_hang()
    {
        using var handler = DeliveryHandler.Create(allowsPrivate: false);

        Assert.True(handler.MaxConnectionsPerServer >= Webhook.MaxHooks);
        Assert.InRange(handler.PooledConnectionLifetime, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void A_hook_in_a_log_shows_neither_its_secret_nor_its_address()
    {
        Assert.Equal("billing", $"{HookScene.Hook}");
        Assert.Equal("billing", $"{HookScene.Hook with { FormerSecret = "what it was until today" }}");
    }

    private static async Task RedirectAsync(Func<ValueTask<TcpClient>> accept, Uri to)
    {
        using var connection = await accept();
        await using var stream = connection.GetStream();
        using var reader = new StreamReader(stream, leaveOpen: true);
        while (await reader.ReadLineAsync(Stop) is { Length: > 0 })
        {
            // The head of the request.
        }

        Assert.Equal(2, await reader.ReadBlockAsync(new char[2], Stop));
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 307 Temporary Redirect\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), Stop);
    }
}
