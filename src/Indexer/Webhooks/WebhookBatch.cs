using System.Buffers;
using System.Text.Json;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Webhooks;

/// <summary>What a webhook is told next.</summary>
/// <param name="Body">As it is sent; null where there is nothing to tell.</param>
/// <param name="To">Up to where all is told then.</param>
/// <param name="IsMore">Whether more may lie behind that.</param>
internal sealed record WebhookBatch(byte[]? Body, StreamPlace To, bool IsMore)
{
    public const int MaxRows = 100;

    private const int MaxBytes = 1 << 20;
    private const int MostHalvings = 7;

    /// <summary>Looks at what lies behind a hook's place.</summary>
    public static async Task<WebhookBatch> LookAsync(DatabaseSession session, ChainId chain, ListQuery query, WebhookPlace place)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("chain_id", chain.Value);
        json.WriteString("event", query.Resource.Source);
        json.WriteStartArray("items");
        if (place.MissedFrom is { } missed)
        {
            Start(json, place.Place, $"missed-{missed}-{place.Place}", "missed");
            json.WriteString("from", missed);
            json.WriteString("to", place.Place.ToString());
            json.WriteEndObject();
        }

        var count = 0;
        var (to, isMore) = await StreamLook.LookAsync(
            session, query, place.Place, RowsAt(place.Attempts),
            (at, back) =>
            {
                count++;
                Start(json, at, back.EventId, "reorg");
                json.WriteNumber("ancestor", back.Ancestor.Value);
                json.WriteEndObject();
            },
            (at, block, row) =>
            {
                count++;
                Start(json, at, $"{new RowId(at.Last)}-{block}", "row");
                json.WritePropertyName("row");
                RowJson.Write(json, row, query.Resource.Columns);
                json.WriteEndObject();
                return json.BytesCommitted + json.BytesPending < MaxBytes;
            },
            place.Offered);
        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(session.Cancellation);
        return new WebhookBatch(count > 0 ? buffer.WrittenSpan.ToArray() : null, to, isMore);
    }

    // Half as many after each attempt, and one in the end: where a single row cannot be taken, that one alone is put aside.
    private static int RowsAt(long attempts) => Math.Max(1, MaxRows >> (int)Math.Min(attempts, MostHalvings));

    private static void Start(Utf8JsonWriter json, StreamPlace place, string eventId, string kind)
    {
        json.WriteStartObject();
        json.WriteString("id", place.ToString());
        json.WriteString("event_id", eventId);
        json.WriteString("kind", kind);
    }
}
