using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Hosting;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Webhooks;

/// <summary>
/// Tells webhooks what streams tell, at least once and in order. What is still to be told is not queued anywhere: it is what lies behind the place
/// that is stored, so that neither a slow receiver nor a restart costs memory or loses anything.
/// </summary>
internal sealed class WebhookSender(IndexApi api, IReadOnlyList<Webhook> hooks, HttpMessageHandler handler, ILogger logger) : IAsyncDisposable
{
    public const int MaxAttempts = 12;
    public const int MaxRows = 100;

    private const int MaxBytes = 1 << 20;
    private const long BlocksBetweenNotes = 1_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(2);

    private readonly HttpClient _http = new(handler) { Timeout = Limit };
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

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
        var (place, batch) = await api.ReadAsync(
            async session =>
            {
                var known = await WebhookStore.ReadAsync(session, hook);
                return (known, await LookAsync(session, query, new StreamPlace(known.Last, known.Reorg)));
            },
            api.Options.QueryTimeout, cancellationToken);
        var now = api.Clock.GetUtcNow();
        if (place.NextAt > now.ToUnixTimeMilliseconds())
            return TimeSpan.FromMilliseconds(place.NextAt - now.ToUnixTimeMilliseconds());
        if (batch.Body is null)
        {
            // Only now and then: what lies between is looked through again after a restart, and holds nothing that matches.
            if (!place.IsStored || batch.To.Reorg != place.Reorg || batch.To.Last - place.Last > BlocksBetweenNotes << RowId.LogIndexBits)
                await api.Database.WriteAsync(session => WebhookStore.WriteAsync(session, hook, place with { Last = batch.To.Last, Reorg = batch.To.Reorg }), cancellationToken);
            return LookAnyway;
        }

        var fault = await SendAsync(hook, new StreamPlace(place.Last, place.Reorg), batch.Body, cancellationToken);
        var (after, pause) = After(place, batch, fault, now);
        await api.Database.WriteAsync(
            async session =>
            {
                await WebhookStore.WriteAsync(session, hook, after);
                if (fault is not null && after.Attempts == 0)
                    await WebhookStore.BuryAsync(session, Letter(hook, place, batch, fault, now));
            },
            cancellationToken);
        if (fault is not null)
            logger.DeliveryFailed(hook.Name, place.Attempts + 1, fault);
        return pause;
    }

    private static DeadLetter Letter(Webhook hook, WebhookPlace place, Batch batch, string fault, DateTimeOffset now) => new()
    {
        Name = hook.Name,
        DiedAt = now.ToUnixTimeMilliseconds(),
        FromPlace = new StreamPlace(place.Last, place.Reorg).ToString(),
        ToPlace = batch.To.ToString(),
        Attempts = place.Attempts + 1,
        Fault = fault,
    };

    // Taken, or given up: it goes on behind. Else the same again, after a pause that doubles.
    private static (WebhookPlace After, TimeSpan Pause) After(WebhookPlace place, Batch batch, string? fault, DateTimeOffset now)
    {
        if (fault is null)
            return (place with { Last = batch.To.Last, Reorg = batch.To.Reorg, Attempts = 0, NextAt = 0, Delivered = place.Delivered + 1, Fault = null }, TimeSpan.Zero);
        if (place.Attempts + 1 >= MaxAttempts)
            return (place with { Last = batch.To.Last, Reorg = batch.To.Reorg, Attempts = 0, NextAt = 0, Fault = fault }, TimeSpan.Zero);
        var pause = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, place.Attempts), LongestPause.TotalSeconds));
        return (place with { Attempts = place.Attempts + 1, NextAt = (now + pause).ToUnixTimeMilliseconds(), Fault = fault }, pause);
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
            catch (OperationCanceledException)
            {
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

    // What is wrong, or null where it was taken.
    private async Task<string?> SendAsync(Webhook hook, StreamPlace from, byte[] body, CancellationToken cancellationToken)
    {
        var time = api.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var message = new HttpRequestMessage(HttpMethod.Post, hook.Url) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Add("OG-Webhook", hook.Name);
        message.Headers.Add("OG-Webhook-Delivery", from.ToString());
        message.Headers.Add("OG-Webhook-Signature", $"t={time},v1={Sign(hook.Secret, time, body)}");
        try
        {
            using var answer = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.IsSuccessStatusCode ? null : $"It answered {(int)answer.StatusCode}.";
        }
        catch (HttpRequestException failure)
        {
            // What is wrong in detail names the address: that is for the operator's log, and not for whoever asks how hooks do.
            logger.HookUnreachable(hook.Name, failure.InnerException?.Message ?? failure.Message);
            return $"It cannot be reached ({failure.HttpRequestError}).";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"It did not answer within {Limit.TotalSeconds:0} s.";
        }
    }

    /// <summary>HMAC-SHA256 over the time, a dot and the body, in hexadecimal.</summary>
    internal static string Sign(string secret, string time, ReadOnlySpan<byte> body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.ASCII.GetBytes(time + "."), .. body]));

    private ListQuery QueryOf(Webhook hook)
    {
        var parameters = QueryHelpers.ParseQuery(hook.Filter).SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value ?? "")).ToList();
        if (api.Resources.FirstOrDefault(known => known.Path == "events/" + hook.Event) is not { } resource)
            throw new IndexerException($"The webhook {hook.Name} wants {hook.Event}, which is not indexed.", "Name the table of an event: docs/schema.md lists them.");
        if (parameters.Exists(parameter => parameter.Key is "limit" or "cursor" or "order"))
            throw new IndexerException($"The filter of the webhook {hook.Name} has limit, cursor or order.", "A webhook is told all rows that match, in the order of the chain.");
        return ListQuery.TryParse(resource, parameters, new HashSet<string>(StringComparer.Ordinal), out var query, out var fault)
            ? query with { Descending = false, Limit = MaxRows }
            : throw new IndexerException($"The filter of the webhook {hook.Name} makes no sense: {fault}", "It is written as in lists: column=value&column.op=value.");
    }

    private async Task<Batch> LookAsync(DatabaseSession session, ListQuery query, StreamPlace from)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("chain_id", api.Chain.Value);
        json.WriteString("event", query.Resource.Source);
        json.WriteStartArray("items");
        var count = 0;
        var (to, _) = await StreamLook.LookAsync(
            session, query, from, MaxRows,
            (place, ancestor) =>
            {
                count++;
                Start(json, place, "reorg");
                json.WriteNumber("ancestor", ancestor.Value);
                json.WriteEndObject();
            },
            (place, row) =>
            {
                count++;
                Start(json, place, "row");
                json.WritePropertyName("row");
                RowJson.Write(json, row, query.Resource.Columns);
                json.WriteEndObject();
                return json.BytesCommitted + json.BytesPending < MaxBytes;
            });
        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(session.Cancellation);
        return new Batch(count > 0 ? buffer.WrittenSpan.ToArray() : null, to);
    }

    private static void Start(Utf8JsonWriter json, StreamPlace place, string kind)
    {
        json.WriteStartObject();
        json.WriteString("id", place.ToString());
        json.WriteString("kind", kind);
    }

    private sealed record Batch(byte[]? Body, StreamPlace To);
}
