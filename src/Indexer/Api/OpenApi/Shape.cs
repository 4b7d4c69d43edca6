using System.Globalization;
using System.Text.Json.Nodes;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.OpenApi;

/// <summary>JSON schemas, as short as they can be written. Each call gives a node of its own, since a node has one place.</summary>
internal static class Shape
{
    public static JsonObject Text(string? format = null) => Typed("string", format);

    public static JsonObject Whole() => Typed("integer", "int64");

    public static JsonObject Number() => Typed("number", null);

    public static JsonObject Truth() => Typed("boolean", null);

    /// <summary>An object of any kind, and what it is.</summary>
    public static JsonObject Anything(string description) => new() { ["type"] = "object", ["description"] = description };

    /// <summary>A shape that says more than its name does.</summary>
    public static JsonObject Described(JsonObject shape, string description)
    {
        shape["description"] = description;
        return shape;
    }

    public static JsonObject List(JsonObject items) => new() { ["type"] = "array", ["items"] = items };

    /// <summary>An object that always has these.</summary>
    public static JsonObject Of(params ReadOnlySpan<(string Name, JsonObject Shape)> properties)
    {
        var (all, required) = (new JsonObject(), new JsonArray());
        foreach (var (name, shape) in properties)
        {
            all[name] = shape;
            required.Add((JsonNode)name);
        }

        return new JsonObject { ["type"] = "object", ["properties"] = all, ["required"] = required };
    }

    public static JsonObject Ref(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    public static JsonObject OrNull(JsonObject shape)
    {
        if (shape.ContainsKey("$ref"))
            return new JsonObject { ["anyOf"] = new JsonArray(shape, Typed("null", null)) };
        shape["type"] = shape["type"] is JsonArray several
            ? new JsonArray([.. several.Select(entry => entry!.DeepClone()), "null"])
            : new JsonArray(shape["type"]!.GetValue<string>(), "null");
        return shape;
    }

    public static JsonObject OneOf(IEnumerable<string> values, string? otherwise = null)
    {
        var shape = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. values.Select(value => (JsonNode)value)]) };
        if (otherwise is not null)
            shape["default"] = otherwise;
        return shape;
    }

    /// <summary>A column's values: its format tells more than JSON's own kinds do, and clients read by it.</summary>
    public static JsonObject Of(Column column)
    {
        var isId = column is { Name: "id", Kind: ColumnKind.Integer };
        JsonNode type = column.Kind switch
        {
            ColumnKind.Integer when !isId => new JsonArray("integer", "string"),
            ColumnKind.Boolean => "boolean",
            ColumnKind.Json => "array",
            _ => "string",
        };
        var format = column.Kind switch
        {
            ColumnKind.Integer => isId ? "row-id" : "int64",
            ColumnKind.Boolean => "boolean",
            ColumnKind.Amount => "uint256",
            ColumnKind.SignedAmount => "int256",
            ColumnKind.Address => "address",
            ColumnKind.Hash => "hash",
            ColumnKind.Bytes => "bytes",
            ColumnKind.Text => "text",
            _ => "json",
        };
        var shape = new JsonObject { ["type"] = type, ["format"] = format };
        // What a view itself says; a number is a contract's word.
        if (column is { Kind: ColumnKind.Text, Values: { } values })
            shape["enum"] = new JsonArray([.. values.Select(value => (JsonNode)value)]);
        return column.IsNullable ? OrNull(shape) : shape;
    }

    /// <summary>What a column may be compared with.</summary>
    public static JsonObject Asked(Column column)
    {
        var shape = Of(column with { IsNullable = false });
        if (column is { Kind: ColumnKind.Integer, Values: { } values })
            shape["enum"] = new JsonArray([.. values.Select(value => (JsonNode)long.Parse(value, CultureInfo.InvariantCulture))]);
        return shape;
    }

    private static JsonObject Typed(string type, string? format)
    {
        var shape = new JsonObject { ["type"] = type };
        if (format is not null)
            shape["format"] = format;
        return shape;
    }
}
