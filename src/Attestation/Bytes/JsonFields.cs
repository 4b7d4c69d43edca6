using System.Globalization;
using System.Text.Json;

namespace OpenGradient.Attestation.Bytes;

/// <summary>
/// Reads the fields of a JSON object that must be there and be of their kind. What is not reads as nothing and is noted in the root's
/// <see cref="Failed"/>, which the caller asks for at the end.
/// </summary>
internal sealed class JsonFields
{
    private const int MaxDepth = 12;

    private readonly JsonElement _element;
    private readonly JsonFields _root;

    private JsonFields(JsonElement element, JsonFields? root)
    {
        _element = element;
        _root = root ?? this;
        if (element.ValueKind != JsonValueKind.Object)
            _root.Fault ??= "the object";
    }

    public bool Failed => _root.Fault is not null;

    /// <summary>The name of the first field that was not as it must be.</summary>
    public string? Fault { get; private set; }

    /// <summary>Reads a document; false where it is no strict JSON. A name that stands twice is not strict.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, out JsonFields fields)
    {
        fields = null!;
        try
        {
            RequireText(json.Span);
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            fields = new JsonFields(document.RootElement.Clone(), root: null);
            return !fields.Failed;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Refuses what has another name than these.</summary>
    public void AllowOnly(params IReadOnlyList<string> names)
    {
        _root.Fault ??= Names.FirstOrDefault(name => !names.Contains(name, StringComparer.Ordinal));
    }

    public bool Flag(string name, bool standard) => !Has(name) ? standard
        : _element.GetProperty(name).ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => Fail(name, standard) };

    public IReadOnlyList<int> Numbers(string name, int most, int mostItems) => [.. Items(name, mostItems).Select(item =>
        item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var number) && number >= 0 && number <= most ? number : Fail(name, 0))];

    /// <summary>The names of an object's fields.</summary>
    public IReadOnlyList<string> Names => _element.ValueKind == JsonValueKind.Object ? [.. _element.EnumerateObject().Select(item => item.Name)] : [];

    public bool Has(string name) => _element.ValueKind == JsonValueKind.Object && _element.TryGetProperty(name, out _);

    public string Text(string name) => Find(name, JsonValueKind.String) is { } value ? value.GetString()! : string.Empty;

    public int Number(string name, int most) =>
        Find(name, JsonValueKind.Number) is { } value && value.TryGetInt32(out var number) && number >= 0 && number <= most ? number : Fail(name, 0);

    public byte[] Hex(string name, int bytes) => HexOf(name, Text(name), bytes);

    public DateTimeOffset Time(string name) =>
        DateTimeOffset.TryParseExact(
            Text(name), "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time : Fail(name, DateTimeOffset.UnixEpoch);

    public JsonFields Object(string name) => new(Find(name, JsonValueKind.Object) ?? default, _root);

    public JsonFields? OptionalObject(string name) => Has(name) ? Object(name) : null;

    public IReadOnlyList<JsonFields> Objects(string name, int most) => [.. Items(name, most).Select(item => new JsonFields(item, _root))];

    public IReadOnlyList<string> OptionalTexts(string name, int most) => !Has(name) ? [] :
        [.. Items(name, most).Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : Fail(name, string.Empty))];

    private byte[] HexOf(string name, string text, int bytes)
    {
        var value = new byte[bytes];
        var isHex = text.Length == bytes * 2 && Convert.FromHexString(text, value, out _, out _) == System.Buffers.OperationStatus.Done;
        return isHex ? value : Fail(name, value);
    }

    private List<JsonElement> Items(string name, int most) =>
        Find(name, JsonValueKind.Array) is { } list && list.GetArrayLength() <= most ? [.. list.EnumerateArray()] : Fail<List<JsonElement>>(name, []);

    private JsonElement? Find(string name, JsonValueKind kind)
    {
        if (_element.ValueKind == JsonValueKind.Object && _element.TryGetProperty(name, out var value) && value.ValueKind == kind)
            return value;
        _root.Fault ??= name;
        return null;
    }

    // Bytes that are no UTF-8, and half a character written by an escape, throw wherever they are met later, in names too: so here.
    private static void RequireText(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                reader.GetString();
        }
    }

    private T Fail<T>(string name, T stand)
    {
        _root.Fault ??= name;
        return stand;
    }
}
