using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace OpenGradient.Explorer.Asking;

/// <summary>A row as the API gives it. A column that is not there reads as one without a value.</summary>
public readonly record struct Row(JsonElement Json)
{
    public bool Has(string column) => Find(column) is not null;

    public string Text(string column) => Find(column) is not { } value ? "" : value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    public long Number(string column) =>
        long.TryParse(Text(column), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    public BigInteger Amount(string column) =>
        BigInteger.TryParse(Text(column), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : BigInteger.Zero;

    public bool Is(string column) => Find(column)?.ValueKind == JsonValueKind.True;

    /// <summary>An object below this one.</summary>
    public Row Below(string column) => new(Find(column) ?? default);

    public IEnumerable<Row> Each(string column) =>
        Find(column) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(item => new Row(item)) : [];

    /// <summary>A row that is only a value.</summary>
    public string Self => Json.ValueKind == JsonValueKind.String ? Json.GetString()! : Json.GetRawText();

    public IEnumerable<string> Columns => Json.ValueKind == JsonValueKind.Object ? Json.EnumerateObject().Select(column => column.Name) : [];

    private JsonElement? Find(string column) =>
        Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(column, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? value : null;
}
