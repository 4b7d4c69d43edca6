using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenGradient.Database;
using OpenGradient.Indexer.Api.Clients;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Api.Operations;
using OpenGradient.Indexer.Api.Queries;

namespace OpenGradient.Indexer.Api.Statistics;

/// <summary>
/// How well requests are answered, by the time in which they were made: how many, what became of them, after how long, and what settling took; of the
/// whole network, or by model, version, node or assurance.
/// </summary>
internal sealed class StatisticsEndpoint(IndexApi api)
{
    // Each reads every request of its time.
    private const int MaxAtOnce = 4;
    private const int MaxOfOne = 2;

    private readonly ClientSlots _running = new(MaxAtOnce, MaxOfOne);

    public async Task<IResult> TellAsync(HttpContext context, CancellationToken cancellationToken)
    {
        using var slot = await _running.TakeAsync(context, api.Options.QueryTimeout, api.Clock, cancellationToken);
        return slot is null
            ? Problems.Busy(context, $"{MaxAtOnce} statistics are made at once, {MaxOfOne} of each client: ask again when one is there.")
            : await api.AskAsync(context, session => TellAsync(session, context), cancellationToken);
    }

    private async Task<IResult> TellAsync(DatabaseSession session, HttpContext context)
    {
        if (!StatisticsQuery.TryParse(context.Request.Query, await TipTime.ReadAsync(session, api.Status), out var query, out var fault))
            return Problems.BadRequest(fault);
        if (query.Families.FirstOrDefault(name => api.Families.All(family => family.Name != name)) is { } missing)
            return Problems.BadRequest($"{missing} is not indexed here.");
        var moment = await Moment.ReadAsync(session, query.Families);
        if (!moment.IsReadyForViews)
            return Problems.NotWhole(context, query.Families);
        // What settling took comes in behind the blocks themselves.
        var asked = await session.QuerySingleOrDefaultAsync<long?>("SELECT MAX(last) FROM index_gas_places");
        var tag = moment.TagOf(context.Request, $"{asked} {query.To}");
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = "no-cache";
        return moment.IsKnown(context.Request, tag) ? Results.StatusCode(StatusCodes.Status304NotModified) : await CountAsync(session, query, moment);
    }

    // Rows come sorted by bucket and group: one pass counts, holding the values of one group at a time.
    private async Task<IResult> CountAsync(DatabaseSession session, StatisticsQuery query, Moment moment)
    {
        await using var command = query.ToText(session.Engine, await TimeBounds.ReadAsync(session, "hub", query.From, query.To)).ToCommand(session);
        await using var rows = await command.ExecuteReaderAsync(session.Cancellation);
        var buffer = new ArrayBufferWriter<byte>();
        await using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("seconds", query.Seconds);
        json.WriteNumber("from", query.From);
        json.WriteNumber("to", query.To);
        json.WriteStartArray("items");
        var (groups, current, key) = (0, new StatisticsGroup(), ((long Bucket, string Group)?)null);
        using var text = new JsonText();
        while (await rows.ReadAsync(session.Cancellation))
        {
            var next = (rows.GetInt64(0), query.IsGrouped ? text.Of(rows, 1, query.Group.Column) : "");
            if (key is { } last && last != next)
            {
                if (++groups >= StatisticsQuery.MaxBuckets)
                    return Problems.BadRequest($"There are more than {StatisticsQuery.MaxBuckets} buckets in all groups: choose longer ones, ask for less time, or for one of them.");
                Write(json, query, last, current);
                current = new StatisticsGroup();
            }

            key = next;
            if (current.Values >= api.Options.BucketMaxValues)
                return Problems.BadRequest($"There are more than {api.Options.BucketMaxValues} values in one bucket: choose shorter ones, or groups.");
            current.Add(rows);
        }

        if (key is { } end)
            Write(json, query, end, current);
        json.WriteEndArray();
        moment.WriteAsOf(json);
        json.WriteEndObject();
        await json.FlushAsync(session.Cancellation);
        return Results.Bytes(buffer.WrittenSpan.ToArray(), "application/json; charset=utf-8");
    }

    private static void Write(Utf8JsonWriter json, StatisticsQuery query, (long Bucket, string Group) key, StatisticsGroup group)
    {
        json.WriteStartObject();
        json.WriteNumber("from", key.Bucket);
        if (query.IsGrouped)
        {
            json.WritePropertyName(query.Group.Column.Name);
            json.WriteRawValue(key.Group);
        }

        group.Write(json, query.IsByNode);
        json.WriteEndObject();
    }
}
