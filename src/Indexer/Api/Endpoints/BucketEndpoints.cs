using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenGradient.Database;
using OpenGradient.Indexer.Api.Clients;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Endpoints;

/// <summary>
/// Rows counted by time, and of one column least, most, sum and percentiles; by one other column where wanted. Sums are exact whatever
/// their size.
/// </summary>
internal sealed class BucketEndpoints(IndexApi api)
{
    public const int MaxBuckets = 2_000;

    private static readonly HashSet<string> Others = new(StringComparer.Ordinal) { "every", "value", "by" };

    private static readonly Dictionary<string, long> Lengths = new(StringComparer.Ordinal)
    {
        ["minute"] = 60,
        ["hour"] = 3_600,
        ["day"] = 86_400,
        ["week"] = 604_800,
    };

    /// <summary>How long a bucket may be, by name.</summary>
    public static IReadOnlyCollection<string> Spans => Lengths.Keys;

    // Each may hold as many values as one bucket may have.
    private const int MaxAtOnce = 4;
    private const int MaxOfOne = 2;

    private readonly ClientSlots _running = new(MaxAtOnce, MaxOfOne);

    public async Task<IResult> CountAsync(Resource resource, HttpContext context, CancellationToken cancellationToken)
    {
        var asked = context.Request.Query;
        if (!Lengths.TryGetValue(asked["every"].Count == 0 ? "hour" : asked["every"].ToString(), out var seconds))
            return Problems.BadRequest($"every is one of {string.Join(", ", Lengths.Keys)}.");
        var value = asked["value"].Count == 0 ? null : resource.Find(asked["value"].ToString());
        if (asked["value"].Count > 0 && value?.Kind is not (ColumnKind.Integer or ColumnKind.Amount))
            return Problems.BadRequest($"value is one of {string.Join(", ", resource.Columns.Where(IsNumber).Select(column => column.Name))}.");
        var by = asked["by"].Count == 0 ? null : resource.Find(asked["by"].ToString());
        if (asked["by"].Count > 0 && by is null or { Kind: ColumnKind.Json })
            return Problems.BadRequest($"{resource.Path} has no such column to go by.");
        if (!ListQuery.TryParse(resource, IndexApi.ParametersOf(context.Request), Others, out var query, out var fault))
            return Problems.BadRequest(fault);

        using var slot = await _running.TakeAsync(context, api.Options.QueryTimeout, api.Clock, cancellationToken);
        return slot is null
            ? Problems.Busy(context, $"{MaxAtOnce} counts are made at once, {MaxOfOne} of each client: ask again when one is there.")
            : await api.AskAsync(context, session => CountAsync(session, query, seconds, value, by, context), cancellationToken);
    }

    /// <summary>Whether a column can be measured.</summary>
    public static bool IsNumber(Column column) => column.Kind is ColumnKind.Integer or ColumnKind.Amount && column.Name != "id";

    // Rows come sorted by bucket, group and value: one pass counts, sums and finds percentiles, holding the values of one bucket at a time.
    private async Task<IResult> CountAsync(DatabaseSession session, ListQuery query, long seconds, Column? value, Column? by, HttpContext context)
    {
        var moment = await Moment.ReadAsync(session, query.Resource.Families);
        if (!moment.IsReadyFor(query.Resource))
            return Problems.NotWhole(context, query.Resource.Families);
        var tag = await moment.TagOfAsync(context.Request, query.Resource, session);
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = "no-cache";
        if (moment.IsKnown(context.Request, tag))
            return Results.StatusCode(StatusCodes.Status304NotModified);
        await using var command = TextOf(await NearRows.OfAsync(session, query), seconds, value, by).ToCommand(session);
        await using var rows = await command.ExecuteReaderAsync(session.Cancellation);
        var buffer = new ArrayBufferWriter<byte>();
        await using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("seconds", seconds);
        json.WriteStartArray("items");
        var (buckets, current, count) = (0, (Bucket: 0L, Group: ""), 0L);
        var values = new List<BigInteger>();
        using var group = new JsonText();
        while (await rows.ReadAsync(session.Cancellation))
        {
            var key = (rows.GetInt64(0), by is null ? "" : group.Of(rows, 1, by));
            if (count > 0 && key != current)
            {
                if (++buckets >= MaxBuckets || json.BytesCommitted + json.BytesPending > ListQuery.MaxPageBytes)
                    return Problems.BadRequest($"There are more than {MaxBuckets} buckets, or {ListQuery.MaxPageBytes} bytes of them: choose longer ones, or ask for less time.");
                Write(json, current, by, count, value, values);
                (count, values) = (0, []);
            }

            (current, count) = (key, count + 1);
            if (value is null || await rows.IsDBNullAsync(2, session.Cancellation))
                continue;
            if (values.Count == api.Options.BucketMaxValues)
                return Problems.BadRequest($"There are more than {api.Options.BucketMaxValues} values in one bucket: choose shorter ones, or filter.");
            values.Add(value.Kind == ColumnKind.Amount ? new BigInteger(await rows.GetFieldValueAsync<byte[]>(2, session.Cancellation), isUnsigned: true, isBigEndian: true) : rows.GetInt64(2));
        }

        if (count > 0)
            Write(json, current, by, count, value, values);
        json.WriteEndArray();
        moment.Of(query).WriteAsOf(json);
        json.WriteEndObject();
        await json.FlushAsync(session.Cancellation);
        return Results.Bytes(buffer.WrittenSpan.ToArray(), "application/json; charset=utf-8");
    }

    internal static QueryText TextOf(ListQuery query, long seconds, Column? value, Column? by)
    {
        var time = query.Resource.TimeColumn;
        var text = new QueryText().Append($"SELECT {time} - {time} % {seconds.ToString(CultureInfo.InvariantCulture)} AS bucket");
        text.Append(by is null ? ", 0 AS grouped" : $", {by.Name} AS grouped");
        text.Append(value is null ? ", 0 AS measured" : $", {value.Name} AS measured");
        return text.From(query).Where(query).Append(" ORDER BY 1, 2, 3");
    }

    private static void Write(Utf8JsonWriter json, (long Bucket, string Group) key, Column? by, long count, Column? value, List<BigInteger> values)
    {
        json.WriteStartObject();
        json.WriteNumber("from", key.Bucket);
        if (by is not null)
        {
            json.WritePropertyName(by.Name);
            json.WriteRawValue(key.Group);
        }

        json.WriteNumber("count", count);
        if (value is not null && values.Count > 0)
        {
            json.WriteStartObject(value.Name);
            json.WriteNumber("count", values.Count);
            json.WriteString("min", values[0].ToString(CultureInfo.InvariantCulture));
            json.WriteString("max", values[^1].ToString(CultureInfo.InvariantCulture));
            json.WriteString("sum", Sum(values));
            json.WriteString("p50", At(values, 50).ToString(CultureInfo.InvariantCulture));
            json.WriteString("p95", At(values, 95).ToString(CultureInfo.InvariantCulture));
            json.WriteString("p99", At(values, 99).ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    // Values may each be near 2^256.
    private static string Sum(List<BigInteger> values) =>
        values.Aggregate(BigInteger.Zero, (sum, value) => sum + value).ToString(CultureInfo.InvariantCulture);

    // The nearest rank: the least value that so many percent do not exceed.
    private static BigInteger At(List<BigInteger> sorted, int percent) => sorted[(((sorted.Count * percent) + 99) / 100) - 1];
}
