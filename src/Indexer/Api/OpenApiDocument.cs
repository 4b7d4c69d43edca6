using System.Text.Json.Nodes;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api;

/// <summary>The OpenAPI document, made of the same definitions as the routes.</summary>
internal static class OpenApiDocument
{
    public static string Of(IReadOnlyList<Resource> resources)
    {
        var paths = new JsonObject();
        var schemas = new JsonObject();
        foreach (var resource in resources)
        {
            var schema = resource.Source;
            schemas[schema] = SchemaOf(resource);
            var item = Ref(schema);
            var one = resource.Key ?? "id";
            paths[$"/v1/{resource.Path}"] = Get(
                $"Lists {resource.Source}, newest first.", [.. Filters(resource), Query("limit", "integer"), Query("cursor", "string"), Query("order", "string")], PageOf(item));
            paths[$"/v1/{resource.Path}/export"] = Get(
                "All rows that match, as CSV, JSON Lines or Parquet.", [.. Filters(resource), Query("format", "string", isRequired: true)], null);
            paths[$"/v1/{resource.Path}/buckets"] = Get(
                "Rows counted by time.", [.. Filters(resource), Query("every", "string"), Query("value", "string"), Query("by", "string")], new JsonObject { ["type"] = "object" });
            paths[$"/v1/{resource.Path}/{{key}}"] = Get(
                $"One of {resource.Source} by its {one}.",
                [new JsonObject { ["name"] = "key", ["in"] = "path", ["required"] = true, ["description"] = one, ["schema"] = Text() }], item);
            if (!resource.IsView)
            {
                paths[$"/v1/{resource.Path}/stream"] = Get("New rows that match, as server-sent events.", [.. Filters(resource)], null);
                paths[$"/v1/{resource.Path}/completeness"] = Get(
                    "All rows of a range of blocks, with what shows to whoever knows the last block's hash that none is left out; `og verify` checks it.",
                    [Query("from", "integer", isRequired: true), Query("to", "integer", isRequired: true)], new JsonObject { ["type"] = "object" });
                paths[$"/v1/{resource.Path}/{{key}}/proof"] = Get(
                    "What proves a row to whoever knows its block's hash; `og verify` checks it.",
                    [new JsonObject { ["name"] = "key", ["in"] = "path", ["required"] = true, ["description"] = one, ["schema"] = Text() }], new JsonObject { ["type"] = "object" });
            }
        }

        if (resources.Any(resource => resource.Path == "requests"))
        {
            paths["/v1/requests/{key}/custody"] = Get(
                "Every event about one request in order, with proofs, and what is missing by name.",
                [new JsonObject { ["name"] = "key", ["in"] = "path", ["required"] = true, ["description"] = "request_id", ["schema"] = Text() }], new JsonObject { ["type"] = "object" });
        }

        paths["/v1/blocks/{number}"] = Get(
            "Every event of a block.", [new JsonObject { ["name"] = "number", ["in"] = "path", ["required"] = true, ["description"] = "the block's number", ["schema"] = Text() }], new JsonObject { ["type"] = "object" });
        paths["/v1/transactions/{hash}"] = Get(
            "Every event of a transaction.", [new JsonObject { ["name"] = "hash", ["in"] = "path", ["required"] = true, ["description"] = "the transaction's hash", ["schema"] = Text() }], new JsonObject { ["type"] = "object" });
        paths["/v1/search"] = Get("What an id, an address, a transaction, a block or the beginning of a model's name means.", [Query("q", "string", isRequired: true)], new JsonObject { ["type"] = "object" });
        paths["/v1/status"] = Get("Where the indexer is.", [], new JsonObject { ["type"] = "object" });
        paths["/v1/state"] = Get("The state hash, as of a block.", [Query("block", "integer")], new JsonObject { ["type"] = "object" });
        paths["/v1/reorgs"] = Get("What the chain took back, newest first.", [], new JsonObject { ["type"] = "object" });
        paths["/v1/webhooks"] = Get("How the operator's webhooks do, and what nobody took.", [], new JsonObject { ["type"] = "object" });
        paths["/v1/openapi.json"] = Get("This document.", [], new JsonObject { ["type"] = "object" });
        paths["/health/live"] = Get("Whether the process answers.", [], null);
        paths["/health/ready"] = Get("Whether what is answered is the chain as it is now.", [], new JsonObject { ["type"] = "object" });
        paths["/metrics"] = Get("Figures for Prometheus.", [], null);
        paths["/v1/sql"] = new JsonObject
        {
            ["post"] = new JsonObject
            {
                ["summary"] = "Runs one SELECT, sent as plain text.",
                ["requestBody"] = new JsonObject { ["required"] = true, ["content"] = new JsonObject { ["text/plain"] = new JsonObject { ["schema"] = Text() } } },
                ["responses"] = Responses(new JsonObject { ["type"] = "object" }),
            },
        };
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "OpenGradient indexer",
                ["version"] = "1",
                ["description"] = "Numbers beyond 2^53 are text; bytes are hexadecimal; ids are block-log. Filters are column=value or column.op=value "
                    + "with eq, ne, lt, le, gt, ge, in and null, and the same for lists, exports, streams and buckets.",
            },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        }.ToJsonString();
    }

    private static JsonObject SchemaOf(Resource resource)
    {
        var properties = new JsonObject();
        foreach (var column in resource.Columns)
        {
            JsonNode type = column.Kind switch
            {
                ColumnKind.Integer when column.Name != "id" => new JsonArray("integer", "string"),
                ColumnKind.Boolean => "boolean",
                ColumnKind.Json => "array",
                _ => "string",
            };
            if (column.IsNullable)
                type = type is JsonArray several ? new JsonArray([.. several.Select(entry => entry!.DeepClone()), "null"]) : new JsonArray(type, "null");
            properties[column.Name] = new JsonObject { ["type"] = type, ["format"] = FormatOf(column) };
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. resource.Columns.Select(column => (JsonNode)column.Name)]),
        };
    }

    // More than JSON's own kinds tell: clients read values by it.
    private static string FormatOf(Column column) => column.Kind switch
    {
        ColumnKind.Integer => column.Name == "id" ? "row-id" : "int64",
        ColumnKind.Boolean => "boolean",
        ColumnKind.Amount => "uint256",
        ColumnKind.SignedAmount => "int256",
        ColumnKind.Address => "address",
        ColumnKind.Hash => "hash",
        ColumnKind.Bytes => "bytes",
        ColumnKind.Text => "text",
        _ => "json",
    };

    private static IEnumerable<JsonNode> Filters(Resource resource) => resource.Columns.Where(column => column.Kind != ColumnKind.Json)
        .Select(column => (JsonNode)Query(column.Name, "string")).Append(Query("block", "integer"));

    private static JsonObject Query(string name, string type, bool isRequired = false) => new()
    {
        ["name"] = name,
        ["in"] = "query",
        ["required"] = isRequired,
        ["schema"] = new JsonObject { ["type"] = type },
    };

    private static JsonObject Get(string summary, JsonArray parameters, JsonNode? answer) => new()
    {
        ["get"] = new JsonObject { ["summary"] = summary, ["parameters"] = parameters, ["responses"] = Responses(answer) },
    };

    private static JsonObject Responses(JsonNode? answer)
    {
        var good = new JsonObject { ["description"] = "As asked." };
        if (answer is not null)
            good["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = answer.DeepClone() } };
        return new JsonObject
        {
            ["200"] = good,
            ["default"] = new JsonObject
            {
                ["description"] = "What is wrong, as RFC 9457 has it.",
                ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "object" } } },
            },
        };
    }

    private static JsonObject PageOf(JsonNode item) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["items"] = new JsonObject { ["type"] = "array", ["items"] = item.DeepClone() },
            ["next"] = new JsonObject { ["type"] = new JsonArray("string", "null") },
            ["as_of"] = new JsonObject { ["type"] = "object" },
        },
    };

    private static JsonObject Text() => new() { ["type"] = "string" };

    private static JsonObject Ref(string schema) => new() { ["$ref"] = $"#/components/schemas/{schema}" };
}
