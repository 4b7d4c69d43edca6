using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Database;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Storage;
using OpenGradient.Indexer.Tests.Api;
using OpenGradient.Indexer.Webhooks;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Webhooks;

public sealed class SqliteWebhookTests(SqliteFixture databases) : WebhookTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresWebhookTests(PostgresFixture databases) : WebhookTests(databases);

public abstract class WebhookTests(IDatabaseFixture databases)
{
    private static readonly Webhook Hook = new("billing", new Uri("https://hooks.example/og"), "a secret of 24 letters..", "hub_requested", "fee.ge=1001");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_that_match_are_told_once_signed_and_in_order()
    {
        await using var scene = await Scene.StartAsync(databases);
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
        await using var scene = await Scene.StartAsync(databases);
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
        await using var scene = await Scene.StartAsync(databases);
        await scene.StepAsync();
        await scene.Index.MineRequestsAsync(3);
        scene.Receiver.Status = HttpStatusCode.NotFound;
        for (var i = 0; i < WebhookSender.MaxAttempts; i++)
            scene.Clock.Advance(await scene.StepAsync() + TimeSpan.FromSeconds(1));
        scene.Receiver.Status = HttpStatusCode.OK;
        var failed = scene.Receiver.Taken.Count;
        scene.Index.Chain.Blocks.Mine([ServedIndex.Requested(50, ServedIndex.Someone(1), 5_000, new Random(1))]);
        await scene.Index.SettleAsync();
        await scene.StepAsync();

        var told = JsonSerializer.SerializeToElement(await scene.TellAsync());
        var letter = Assert.Single(told.GetProperty("dead_letters").EnumerateArray());
        Assert.Equal((WebhookSender.MaxAttempts, "It answered 404.", 1), (letter.GetProperty("attempts").GetInt32(), letter.GetProperty("fault").GetString(), told.GetProperty("delivered").GetInt32()));
        Assert.Equal(WebhookSender.MaxAttempts, failed);
        Assert.Equal("5000", Items(scene.Receiver.Taken[^1].Body).Single().GetProperty("row").GetProperty("fee").GetString());
        Assert.DoesNotContain(Hook.Secret, told.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("hooks.example", told.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_chain_takes_back_is_told()
    {
        await using var scene = await Scene.StartAsync(databases);
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
        await using var scene = await Scene.StartAsync(databases, Hook with { Event = table, Filter = filter });

        Assert.Throws<IndexerException>(() => scene.Sender.Start());
    }

    private static JsonElement.ArrayEnumerator Items(string body) => JsonSerializer.Deserialize<JsonElement>(body).GetProperty("items").EnumerateArray();

    private sealed class Scene : IAsyncDisposable
    {
        private IDatabase _database = null!;
        private IndexApi _api = null!;
        private Webhook _hook = null!;

        public ServedIndex Index { get; private set; } = null!;

        public Receiver Receiver { get; } = new();

        public ManualTime Clock { get; } = new();

        public WebhookSender Sender { get; private set; } = null!;

        public static async Task<Scene> StartAsync(IDatabaseFixture databases, Webhook? hook = null)
        {
            var options = await databases.CreateAsync();
            var scene = new Scene { _hook = hook ?? Hook, Index = await ServedIndex.StartAsync(options) };
            scene._database = await DatabaseFactory.OpenAsync(options, [IndexerSchema.Migrations, WebhookStore.Migrations], cancellationToken: Stop);
            scene._api = new IndexApi(scene._database, scene.Index.Api.Chain, ServedIndex.Families, new ApiOptions(), scene.Index.Status, scene.Index.Commits, scene.Clock);
            scene.Restart();
            return scene;
        }

        /// <summary>As after a crash: nothing is left but what is stored.</summary>
        public void Restart() => Sender = new WebhookSender(_api, [_hook], Receiver, NullLogger.Instance);

        public Task<TimeSpan> StepAsync() => Sender.StepAsync(_hook, Stop);

        public async Task<JsonElement> TellAsync()
        {
            var context = new Microsoft.AspNetCore.Http.DefaultHttpContext { RequestServices = Index.Application.Services };
            using var body = new MemoryStream();
            context.Response.Body = body;
            await (await new WebhookEndpoint(_api, [_hook]).ListAsync(Stop)).ExecuteAsync(context);
            return JsonSerializer.Deserialize<JsonElement>(body.ToArray()).GetProperty("items")[0];
        }

        public async ValueTask DisposeAsync()
        {
            await _database.DisposeAsync();
            await Index.DisposeAsync();
            Receiver.Dispose();
        }
    }

    private sealed class Receiver : HttpMessageHandler
    {
        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        public List<(Dictionary<string, string> Headers, string Body)> Taken { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal(Hook.Url, request.RequestUri);
            Taken.Add((request.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.Ordinal), await request.Content!.ReadAsStringAsync(cancellationToken)));
            return new HttpResponseMessage(Status);
        }
    }
}
