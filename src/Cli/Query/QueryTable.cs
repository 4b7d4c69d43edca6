using System.Text.Json;
using System.Text.Json.Nodes;
using OpenGradient.Cli.Terminal;
using OpenGradient.IndexerClient;
using Spectre.Console;

namespace OpenGradient.Cli.Query;

/// <summary>Rows as they are shown: as a table, as CSV, or as JSON.</summary>
/// <param name="Columns">Their names.</param>
/// <param name="Rows">Values; null where there is none.</param>
internal sealed record QueryTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<JsonNode?>> Rows)
{
    private const long LargestExact = 1L << 53;
    private const int HashDigits = 66;

    public static QueryTable Of(IReadOnlyList<IndexRow> rows, IReadOnlyList<RowColumn> columns)
    {
        var known = rows.Count == 0 ? [] : rows[0].Columns.ToList();
        var places = columns.Select(column => known.FindIndex(other => other.Name == column.Name)).ToList();
        return new QueryTable([.. columns.Select(column => column.Name)], [.. rows.Select(row => (IReadOnlyList<JsonNode?>)[.. places.Select(place => NodeOf(row, place))])]);
    }

    public static QueryTable Of(IReadOnlyList<Bucket> buckets, Counting counting)
    {
        string[] figures = counting.Value is null ? [] : ["min", "p50", "p95", "p99", "max", "sum"];
        return new QueryTable(
            ["from", .. counting.By is { } by ? (string[])[by] : [], "count", .. figures],
            [.. buckets.Select(bucket => (IReadOnlyList<JsonNode?>)
            [
                Time(bucket.From), .. counting.By is null ? (JsonNode?[])[] : [NodeOf(bucket.Group)], bucket.Count,
                .. figures.Select(figure => bucket.Figures.TryGetValue(figure, out var value) ? JsonValue.Create(value) : null),
            ])]);
    }

    /// <summary>Statistics: as many columns as there is something to say in.</summary>
    public static QueryTable Of(IReadOnlyList<StatisticsItem> items)
    {
        var by = items.Count == 0 ? null : items[0].GroupBy;
        var hasLapsed = items.Count > 0 && items[0].Lapsed is not null;
        return new QueryTable(
            [
                "from", .. by is null ? (string[])[] : [by], "asked", "answered", "failed", "overturned", "refunded", .. hasLapsed ? (string[])["lapsed"] : [], "open", "success_rate",
                "latency_p50", "latency_p95", "gas_count", "gas_p50", "gas_p95", "cost_wei",
            ],
            [.. items.Select(item => (IReadOnlyList<JsonNode?>)
            [
                Time(item.From), .. by is null ? (JsonNode?[])[] : [JsonValue.Create(item.Group)], item.Asked, item.Answered, item.Failed, item.Overturned, item.Refunded,
                .. hasLapsed ? (JsonNode?[])[item.Lapsed] : [], item.Open, item.SuccessRate, item.LatencySeconds?.P50, item.LatencySeconds?.P95, item.Gas?.Count, item.Gas?.P50, item.Gas?.P95,
                JsonValue.Create(item.CostWei?.ToString()),
            ])]);
    }

    public static QueryTable Of(SqlTable table) => new(table.Columns, [.. table.Rows.Select(row => (IReadOnlyList<JsonNode?>)[.. row.Select(NodeOf)])]);

    /// <summary>One thing: a line for each of its columns.</summary>
    public static QueryTable Of(IndexRow row) => new(["column", "value"], [.. row.Columns.Select((column, i) => (IReadOnlyList<JsonNode?>)[JsonValue.Create(column.Name), NodeOf(row, i)])]);

    /// <summary>As objects, whose names are the columns.</summary>
    public JsonArray ToJson()
    {
        var array = new JsonArray();
        foreach (var row in Rows)
        {
            var item = new JsonObject();
            for (var i = 0; i < Columns.Count; i++)
                item[Columns[i]] = row[i]?.DeepClone();
            array.Add((JsonNode)item);
        }

        return array;
    }

    public IEnumerable<string> ToCsv(bool hasHeader)
    {
        if (hasHeader)
            yield return string.Join(',', Columns.Select(Quoted));
        foreach (var row in Rows)
            yield return string.Join(',', row.Select(value => Quoted(TextOf(value))));
    }

    public void Show(IAnsiConsole screen, bool isWhole)
    {
        if (Rows.Count == 0)
        {
            screen.WriteLine("Nothing is like that.");
            return;
        }

        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in Columns)
            table.AddColumn(new TableColumn(new Text(PlainText.Of(column))));
        foreach (var row in Rows)
            table.AddRow(row.Select(value => new Text(isWhole ? PlainText.Of(TextOf(value)) : Shortened(PlainText.Of(TextOf(value))))));
        screen.Write(table);
    }

    private static JsonNode? NodeOf(IndexRow row, int place) => row[place] switch
    {
        null => null,
        bool truth => JsonValue.Create(truth),
        long number when number is >= -LargestExact and <= LargestExact => JsonValue.Create(number),
        JsonElement json => JsonNode.Parse(json.GetRawText()),
        _ => JsonValue.Create(row.TextOf(place)),
    };

    private static JsonNode? NodeOf(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : JsonNode.Parse(value.GetRawText());

    private static JsonValue Time(long seconds) => JsonValue.Create(DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));

    private static string TextOf(JsonNode? value) => value switch
    {
        null => "",
        JsonValue single when single.GetValueKind() == JsonValueKind.String => single.GetValue<string>(),
        _ => value.ToJsonString(),
    };

    private static string Shortened(string text) => text.Length == HashDigits && text.StartsWith("0x", StringComparison.Ordinal) ? $"{text[..8]}…{text[^6..]}" : text;

    // A field that a spreadsheet would take for a formula begins with an apostrophe: these texts are by strangers.
    private static string Quoted(string text)
    {
        var safe = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' && !IsNumber(text) ? "'" + text : text;
        return safe.AsSpan().ContainsAny("\",\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    // Of any length: what the zero address owes a token's holders has more digits than a long.
    private static bool IsNumber(string text) => text.Length > 1 && text[0] is '+' or '-' && !text.AsSpan(1).ContainsAnyExceptInRange('0', '9');
}
