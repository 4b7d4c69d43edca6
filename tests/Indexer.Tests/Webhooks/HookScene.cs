using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Database;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Storage;
using OpenGradient.Indexer.Tests.Api;
using OpenGradient.Indexer.Webhooks;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Webhooks;

/// <summary>A served index, and one hook of it.</summary>
internal sealed class HookScene : IAsyncDisposable
{
    private IndexApi _api = null!;
    private Webhook _hook = null!;

    public static Webhook Hook { get; } = new("billing", HookReceiver.Url, "a secret of 24 letters..", "hub_requested", "fee.ge=1001");

    public ServedIndex Index { get; private set; } = null!;

    public WatchedDatabase Database { get; private set; } = null!;

    public HookReceiver Receiver { get; } = new();

    public ManualTime Clock { get; } = new();

    public WebhookSender Sender { get; private set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<HookScene> StartAsync(IDatabaseFixture databases, Webhook? hook = null)
    {
        var options = await databases.CreateAsync();
        var scene = new HookScene { _hook = hook ?? Hook, Index = await ServedIndex.StartAsync(options) };
        scene.Database = new WatchedDatabase(await DatabaseFactory.OpenAsync(options, [IndexerSchema.Migrations, WebhookStore.Migrations], cancellationToken: Stop));
        scene._api = new IndexApi(scene.Database, scene.Index.Api.Chain, ServedIndex.Families, new ApiOptions(), scene.Index.Status, scene.Index.Commits, scene.Clock);
        scene.Sender = scene.Another();
        return scene;
    }

    /// <summary>As after a crash: nothing is left but what is stored.</summary>
    public void Restart() => Sender = Another();

    /// <summary>What tells the hook in another process.</summary>
    public WebhookSender Another() => new(_api, [_hook], Receiver, NullLogger.Instance);

    public Task<TimeSpan> StepAsync() => StepAsync(Sender);

    public Task<TimeSpan> StepAsync(WebhookSender sender) => sender.StepAsync(_hook, Stop);

    /// <summary>Steps, and waits as long as each says, until nothing is left to tell.</summary>
    public async Task DeliverAsync(int limit = 400)
    {
        for (var i = 0; i < limit; i++)
        {
            var before = Receiver.Taken.Count;
            var pause = await StepAsync();
            if (pause > TimeSpan.Zero && Receiver.Taken.Count == before && (await TellAsync()).GetProperty("next_at").ValueKind == JsonValueKind.Null)
                return;
            Clock.Advance(pause);
        }

        Assert.Fail($"Not told after {limit} steps.");
    }

    public async Task<JsonElement> TellAsync()
    {
        var context = new DefaultHttpContext { RequestServices = Index.Application.Services };
        using var body = new MemoryStream();
        context.Response.Body = body;
        await (await new WebhookEndpoint(_api, [_hook]).ListAsync(context, Stop)).ExecuteAsync(context);
        return JsonSerializer.Deserialize<JsonElement>(body.ToArray()).GetProperty("items")[0];
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await Index.DisposeAsync();
        Receiver.Dispose();
    }
}

/// <summary>A database that remembers how sure its last transaction had to be.</summary>
internal sealed class WatchedDatabase(IDatabase inner) : IDatabase
{
    public Durability? Last { get; private set; }

    public Engine Engine => inner.Engine;

    public Task<T> ReadAsync<T>(Func<DatabaseSession, Task<T>> read, CancellationToken cancellationToken = default) => inner.ReadAsync(read, cancellationToken);

    public Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> write, CancellationToken cancellationToken = default) => inner.WriteAsync(write, cancellationToken);

    public Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> write, Durability durability, CancellationToken cancellationToken = default)
    {
        Last = durability;
        return inner.WriteAsync(write, durability, cancellationToken);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
