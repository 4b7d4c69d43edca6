using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Ethereum.Http;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Hosting;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Webhooks;

/// <summary>
/// Tells webhooks what streams tell, at least once and in order. What is still to be told is not queued anywhere: it is what lies behind the place
/// that is stored, so that neither a slow receiver nor a restart costs memory or loses anything. How far a delivery reaches is stored before it is
/// sent, so that what a receiver may have taken is taken back when the chain does, whether or not its answer arrived.
/// </summary>
internal sealed class WebhookSender(IndexApi api, IReadOnlyList<Webhook> hooks, HttpMessageHandler handler, ILogger logger) : IAsyncDisposable
{
    /// <summary>A day, with the pauses between.</summary>
    public const int MaxAttempts = 106;

    private const long BlocksBetweenNotes = 1_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(2);

    // After so long a delivery of another process, or of this one before it was killed, is taken to be lost.
    private static readonly TimeSpan Turn = Limit + TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = new(new ConnectionFailures(handler)) { Timeout = Limit };
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public IReadOnlyList<Webhook> Hooks => hooks;

    /// <summary>How hooks do, as far as this process has seen.</summary>
    public WebhookFigures Figures { get; } = new(api.Clock);

    /// <exception cref="IndexerException">A hook asks for what there is not.</exception>
    public void Start()
    {
        foreach (var hook in hooks)
            QueryOf(hook);
        _running = Task.WhenAll(hooks.Select(hook => Task.Run(() => RunAsync(hook, _stop.Token), CancellationToken.None)));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _http.Dispose();
        _stop.Dispose();
    }

    /// <summary>Makes one delivery, if there is one and its time has come. Gives how long to wait: nothing where there may be more.</summary>
    public async Task<TimeSpan> StepAsync(Webhook hook, CancellationToken cancellationToken)
    {
        var query = QueryOf(hook);
        var now = api.Clock.GetUtcNow();
        var (place, batch) = await api.ReadAsync(
            async session =>
            {
                var known = await WebhookStore.ReadAsync(session, hook);
                return (known, RestOf(known, now) > TimeSpan.Zero ? null : await WebhookBatch.LookAsync(session, api.Chain, query, known));
            },
            api.Options.QueryTimeout, cancellationToken);
        Figures.Note(hook, place);
        if (batch is null)
            return RestOf(place, now);
        if (batch.Body is null)
        {
            if (!batch.IsMore)
                Figures.HasAll(hook);
            // Only now and then: what lies between is looked through again after a restart, and holds nothing that matches.
            if (batch.IsMore || !place.IsStored || batch.To.Reorg != place.Reorg || batch.To.Last - place.Last > BlocksBetweenNotes << RowId.LogIndexBits)
                await WriteAsync(hook, place with { Last = batch.To.Last, Reorg = batch.To.Reorg }, null, Durability.Relaxed, cancellationToken);
            return batch.IsMore ? TimeSpan.Zero : LookAnyway;
        }

        Figures.Waits(hook);
        // Nothing is sent before it is sure how far it reaches, and that the rows in it are not lost in a crash of the machine.
        var offered = place with { Offered = Math.Max(place.Offered, batch.To.Last), NextAt = (now + Turn).ToUnixTimeMilliseconds() };
        if (await WriteAsync(hook, offered, null, Durability.Full, cancellationToken) is not { } mine)
            return TimeSpan.Zero;
        var refusal = await SendAsync(hook, mine, batch.Body, cancellationToken);
        return await NoteAsync(hook, mine, batch, refusal, cancellationToken);
    }

    /// <summary>HMAC-SHA256 over the time, a dot and the body, in hexadecimal.</summary>
    internal static string Sign(string secret, string time, ReadOnlySpan<byte> body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.ASCII.GetBytes(time + "."), .. body]));

    // Taken, or given up: it goes on behind. Else the same again, after a pause that doubles.
    private async Task<TimeSpan> NoteAsync(Webhook hook, WebhookPlace place, WebhookBatch batch, Refusal? refusal, CancellationToken cancellationToken)
    {
        var now = api.Clock.GetUtcNow();
        var behind = place with { Last = batch.To.Last, Reorg = batch.To.Reorg, Attempts = 0, NextAt = 0, Fault = refusal?.Fault };
        if (refusal is null)
        {
            await WriteAsync(hook, behind with { Delivered = place.Delivered + 1, MissedFrom = null }, null, Durability.Relaxed, cancellationToken);
            return TimeSpan.Zero;
        }

        logger.DeliveryFailed(hook.Name, place.Attempts + 1, refusal.Fault);
        if (place.Attempts + 1 >= MaxAttempts)
        {
            var letter = new DeadLetter
            {
                Name = hook.Name,
                DiedAt = now.ToUnixTimeMilliseconds(),
                FromPlace = place.Place.ToString(),
                ToPlace = batch.To.ToString(),
                Attempts = place.Attempts + 1,
                Fault = refusal.Fault,
            };
            if (await WriteAsync(hook, behind with { MissedFrom = place.MissedFrom ?? letter.FromPlace }, letter, Durability.Relaxed, cancellationToken) is not null)
            {
                Figures.PutAside(hook);
                logger.DeliveryPutAside(hook.Name, letter.FromPlace, letter.ToPlace, letter.Attempts);
            }

            return TimeSpan.Zero;
        }

        var pause = PauseAfter(place.Attempts, refusal.RetryAfter);
        await WriteAsync(
            hook, place with { Attempts = place.Attempts + 1, NextAt = (now + pause).ToUnixTimeMilliseconds(), Fault = refusal.Fault }, null, Durability.Relaxed, cancellationToken);
        return pause;
    }

    private static TimeSpan PauseAfter(long attempts, TimeSpan asked)
    {
        var doubled = Math.Pow(2, Math.Min(attempts, 20));
        return TimeSpan.FromSeconds(Math.Min(Math.Max(doubled, asked.TotalSeconds), LongestPause.TotalSeconds));
    }

    // No pause is longer: then the clock was set back, and nobody waits for it.
    private static TimeSpan RestOf(WebhookPlace place, DateTimeOffset now)
    {
        var rest = TimeSpan.FromMilliseconds(place.NextAt - now.ToUnixTimeMilliseconds());
        return rest > TimeSpan.Zero && rest <= LongestPause ? rest : TimeSpan.Zero;
    }

    // Null where another process has written since: what is stored then is its.
    private async Task<WebhookPlace?> WriteAsync(Webhook hook, WebhookPlace place, DeadLetter? letter, Durability durability, CancellationToken cancellationToken)
    {
        var written = await api.Database.WriteAsync(
            async session =>
            {
                var stored = await WebhookStore.TryWriteAsync(session, hook, place);
                if (stored is not null && letter is not null)
                    await WebhookStore.BuryAsync(session, letter);
                return stored;
            },
            durability, cancellationToken);
        if (written is not null)
            Figures.Note(hook, written);
        return written;
    }

    private async Task RunAsync(Webhook hook, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var next = api.Commits.Next;
            TimeSpan pause;
            try
            {
                pause = await StepAsync(hook, cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                logger.WebhookBroke(hook.Name, failure);
                pause = TimeSpan.FromSeconds(10);
            }
            catch (Exception)
            {
                // It was told to stop: what is not noted is told again.
                return;
            }

            if (pause > TimeSpan.Zero)
            {
                var rest = Task.Delay(pause, api.Clock, cancellationToken);
                // A commit is a reason to look; but whoever failed rests.
                await (pause == LookAnyway ? Task.WhenAny(next, rest) : rest).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    // Null where it was taken.
    private async Task<Refusal?> SendAsync(Webhook hook, WebhookPlace place, byte[] body, CancellationToken cancellationToken)
    {
        var time = api.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var message = new HttpRequestMessage(HttpMethod.Post, hook.Url) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.UserAgent.Add(new ProductInfoHeaderValue("og-indexer", null));
        message.Headers.Add("OG-Webhook", hook.Name);
        message.Headers.Add("OG-Webhook-Delivery", place.Place.ToString());
        message.Headers.Add("OG-Webhook-Attempt", (place.Attempts + 1).ToString(CultureInfo.InvariantCulture));
        message.Headers.Add("OG-Webhook-Signature", $"t={time},{string.Join(',', hook.Secrets.Select(secret => $"v1={Sign(secret, time, body)}"))}");
        try
        {
            using var answer = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.IsSuccessStatusCode ? null : new Refusal($"It answered {(int)answer.StatusCode}.", answer.Headers.RetryAfter?.Delta ?? TimeSpan.Zero);
        }
        catch (HttpRequestException failure)
        {
            // What is wrong in detail names the address: that is for the operator's log, and not for whoever asks how hooks do.
            logger.HookUnreachable(hook.Name, failure.InnerException?.Message ?? failure.Message);
            return new Refusal($"It cannot be reached ({failure.HttpRequestError}).", TimeSpan.Zero);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Refusal($"It did not answer within {Limit.TotalSeconds:0} s.", TimeSpan.Zero);
        }
    }

    private ListQuery QueryOf(Webhook hook)
    {
        var parameters = QueryHelpers.ParseQuery(hook.Filter).SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value ?? "")).ToList();
        if (api.Resources.FirstOrDefault(known => known.Path == "events/" + hook.Event) is not { } resource)
            throw new IndexerException($"The webhook {hook.Name} wants {hook.Event}, which is not indexed.", "Name the table of an event: docs/schema.md lists them.");
        if (parameters.Exists(parameter => parameter.Key is "limit" or "cursor" or "order" or "as_of"))
            throw new IndexerException($"The filter of the webhook {hook.Name} has limit, cursor, order or as_of.", "A webhook is told all rows that match, in the order of the chain.");
        return ListQuery.TryParse(resource, parameters, new HashSet<string>(StringComparer.Ordinal), out var query, out var fault)
            ? query with { Descending = false, Limit = WebhookBatch.MaxRows }
            : throw new IndexerException($"The filter of the webhook {hook.Name} makes no sense: {fault}", "It is written as in lists: column=value&column.op=value.");
    }

    // Why a delivery was not taken, and for how long the receiver wants to be left alone.
    private sealed record Refusal(string Fault, TimeSpan RetryAfter);
}
