using System.Text.Json;

namespace OpenGradient.IndexerClient;

/// <summary>
/// Resources that this version has no types for, as an indexer's own document describes them: those of an operator's families. Their rows are read as
/// strictly as the others'.
/// </summary>
internal static class OpenResources
{
    private const string Reference = "#/components/schemas/";

    /// <summary>A resource by its path, or by the name of an event; null where the indexer has none.</summary>
    public static ResourceClient? Find(IndexClient client, JsonElement document, string path)
    {
        foreach (var name in (string[])[path, "events/" + path])
        {
            if (!document.GetProperty("paths").TryGetProperty($"/v1/{name}/{{key}}", out var one))
                continue;
            var get = one.GetProperty("get");
            var schema = get.GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString()!;
            if (!schema.StartsWith(Reference, StringComparison.Ordinal))
                throw new JsonException($"It describes {name} nowhere.");
            var columns = document.GetProperty("components").GetProperty("schemas").GetProperty(schema[Reference.Length..]).GetProperty("properties")
                .EnumerateObject().Select(ColumnOf).ToArray();
            return new ResourceClient<OpenRow>(client, name, get.GetProperty("parameters")[0].GetProperty("description").GetString()!, columns, values => new OpenRow(columns, values));
        }

        return null;
    }

    private static RowColumn ColumnOf(JsonProperty property)
    {
        var type = property.Value.GetProperty("format").GetString() switch
        {
            "row-id" => RowType.Id,
            "int64" => RowType.Integer,
            "boolean" => RowType.Boolean,
            "uint256" => RowType.Amount,
            "int256" => RowType.SignedAmount,
            "address" => RowType.Address,
            "hash" => RowType.Hash,
            "bytes" => RowType.Bytes,
            "text" => RowType.Text,
            "json" => RowType.Json,
            var other => throw new JsonException($"It says that {property.Name} is '{other}', which is not known."),
        };
        return new RowColumn(
            property.Name, type, property.Value.GetProperty("type") is { ValueKind: JsonValueKind.Array } types && types.EnumerateArray().Any(entry => entry.GetString() == "null"));
    }
}

/// <summary>A row of a resource that this version has no type for.</summary>
public sealed class OpenRow : IndexRow
{
    internal OpenRow(IReadOnlyList<RowColumn> columns, object?[] values)
        : base(columns, values)
    {
    }
}
