using System.Text.Json.Nodes;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Api.Statistics;
using OpenGradient.Indexer.Proofs;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.OpenApi;

/// <summary>The OpenAPI document, made of the same definitions as the routes.</summary>
internal static class OpenApiDocument
{
    private const string Json = "application/json";

    // What other parameters of some routes are called. A column that is called so is compared by its operators alone there.
    private static readonly string[] BucketNames = ["every", "value", "by"];
    private static readonly string[] ExportNames = ["format"];
    private static readonly string[] StreamNames = ["after"];

    public static JsonObject Of(IReadOnlyList<Resource> resources)
    {
        var (paths, schemas, filters) = (new JsonObject(), new JsonObject(), new JsonObject());
        filters["block"] = Query("block", Shape.Whole(), "The block's number; also with lt, le, gt or ge.");
        filters["as_of"] = Query("as_of", Shape.Whole(), "Stands once. Leaves out what came after this block, and all that came of it.");
        foreach (var (name, shape) in AnswerShapes.All)
            schemas[name] = shape;
        foreach (var resource in resources)
        {
            schemas[resource.Source] = Shape.Of([.. resource.Columns.Select(column => (column.Name, Shape.Of(column)))]);
            AddFilters(filters, resource);
            AddResource(paths, resource);
        }

        if (resources.Any(resource => resource.Path == "requests"))
        {
            paths["/v1/requests/{key}/custody"] = Told(
                Get("custody_requests", "Every event about one request in order, with proofs, and what is missing by name.", [InPath("key", "request_id")], "Custody"),
                "A custody is as it is now: /v1/requests/{key}?as_of=BLOCK says how the request stood, and /v1/events/TABLE?request_id={key}&as_of=BLOCK has its events.");
            paths["/v1/statistics"] = Get(
                "statistics", "How well the requests of some time were answered: how many, what became of them, after how long, and what settling took.",
                [
                    Query("every", Shape.OneOf(StatisticsQuery.Lengths.Select(length => length.Name), "day")),
                    Query("by", Shape.OneOf(StatisticsQuery.Groups.Select(group => group.Name), "network"), "One group of all, or one for each of these."),
                    Query("from", Shape.Whole(), "Requests that were made from this second of Unix time on; without it 48 hours or 30 days before the end."),
                    Query("to", Shape.Whole(), $"And before this one; without it up to the end of the hour or day of the tip. At most {StatisticsQuery.MaxBuckets} times every."),
                    .. StatisticsQuery.Groups.Skip(1).Select(group => Query(group.Column.Name, Shape.Of(group.Column with { IsNullable = false }), "Only of this one.")),
                ],
                "Statistics", isTagged: true);
        }

        paths["/v1/blocks/{number}"] = Get("block", "Every event of a block.", [InPath("number", "the block's number")], "BlockEvents");
        paths["/v1/transactions/{hash}"] = Get("transaction", "Every event of a transaction.", [InPath("hash", "the transaction's hash")], "BlockEvents");
        paths["/v1/search"] = Get("search", "What an id, an address, a transaction, a block or the beginning of a model's name means.", [Query("q", Shape.Text(), isRequired: true)], "Found");
        paths["/v1/blobs/{hash}"] = Get(
            "blob", "How far fetching a blob is that rows name: the evidence of a key, or what is told of a model.", [InPath("hash", "sha256: and 64 digits, or 0x and as many")], "BlobState");
        paths["/v1/blobs/{hash}/content"] = Operation(
            "get", "blob_content", "Its bytes, as an attachment.", [InPath("hash", "sha256: and 64 digits, or 0x and as many")], Responses(Content(("application/octet-stream", Shape.Text("binary")))));
        paths["/v1/status"] = Get("status", "Where the indexer is.", [], "Status");
        paths["/v1/state"] = Get("state", "The state hash, as of a block.", [Query("block", Shape.Whole(), "Without it, the tip.")], "State");
        paths["/v1/reorgs"] = Get("reorgs", "What the chain took back, newest first.", [Limit(StateEndpoints.DefaultReorgs), Cursor()], "Reorgs");
        paths["/v1/webhooks"] = Get("webhooks", "How the operator's webhooks do, and what nobody took.", [], null, Shape.Anything("By hook."));
        paths["/v1/openapi.json"] = Get("openapi", "This document.", [], null, Shape.Anything("OpenAPI 3.1."));
        paths["/health/live"] = Operation("get", "live", "Whether the process answers.", [], Responses(Content(("text/plain", Shape.Text()))));
        paths["/health/ready"] = Get("ready", "Whether what is answered is the chain as it is now: 503 with what is wrong where it is not.", [], "Ready");
        paths["/metrics"] = Operation("get", "metrics", "Figures for Prometheus.", [], Responses(Content(("text/plain", Shape.Text()))));
        var sql = Operation("post", "sql", "Runs one SELECT, sent as plain text.", [], Responses(Content((Json, Shape.Ref("SqlRows")))));
        sql["post"]!["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(("text/plain", Shape.Text())) };
        paths["/v1/sql"] = sql;
        foreach (var (_, path) in paths)
            AddHead(path!.AsObject());
        return Document(paths, schemas, filters);
    }

    // Wherever something is read it may be asked by HEAD how the answer would be: with the same parameters, and the same statuses and headers.
    private static void AddHead(JsonObject path)
    {
        if (path["get"] is not { } get)
            return;
        var head = get.DeepClone().AsObject();
        head["operationId"] = $"head_{get["operationId"]}";
        head["summary"] = "How the answer to GET would be, without it.";
        head["responses"]!["200"]!.AsObject().Remove("content");
        path["head"] = head;
    }

    private static JsonObject Document(JsonObject paths, JsonObject schemas, JsonObject filters) => new()
    {
        ["openapi"] = "3.1.0",
        ["info"] = new JsonObject
        {
            ["title"] = "OpenGradient indexer",
            ["version"] = "1",
            ["description"] = "Numbers beyond 2^53 and all amounts are text; bytes are hexadecimal; ids are block-log; times are seconds of Unix time. Filters are column=value or column.op=value "
                + "with eq, ne, lt, le, gt, ge, in and null, and the same for lists, exports, streams and buckets. Lists end with next, which is the cursor of the page behind, or null.",
        },
        ["security"] = new JsonArray(new JsonObject(), new JsonObject { ["key"] = new JsonArray() }),
        ["paths"] = paths,
        ["components"] = new JsonObject
        {
            ["schemas"] = schemas,
            ["parameters"] = filters,
            ["responses"] = new JsonObject
            {
                ["Problem"] = new JsonObject
                {
                    ["description"] = "What is wrong, as RFC 9457 has it. Retry-After says when to ask again after a 429 or 503.",
                    ["headers"] = Headers("Retry-After"),
                    ["content"] = Content(("application/problem+json", Shape.Ref("Problem"))),
                },
            },
            ["securitySchemes"] = new JsonObject { ["key"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "A key that the operator gave out; none is needed." } },
        },
    };

    private static void AddResource(JsonObject paths, Resource resource)
    {
        var (root, name) = ($"/v1/{resource.Path}", resource.Source);
        var key = resource.Key ?? "id";
        paths[root] = Operation(
            "get", $"list_{name}", resource.IsBalances ? $"Lists {name}, by contract and account." : $"Lists {name}, newest first.",
            [.. Filters(resource), .. AsOf(resource), Limit(ListQuery.DefaultLimit), Cursor(), Order()], Responses(Content((Json, PageOf(name))), isTagged: true));
        paths[$"{root}/export"] = Told(Operation(
            "get", $"export_{name}", "All rows that match, as CSV, JSON Lines or Parquet.", [.. Filters(resource, ExportNames), .. AsOf(resource), Query("format", Shape.OneOf(["csv", "jsonl", "parquet"]), isRequired: true), Order()],
            Responses(
                Content(("text/csv", Shape.Text()), ("application/jsonl", Shape.Text()), ("application/vnd.apache.parquet", Shape.Text("binary"))), headers: Headers("OG-As-Of-Block", "OG-As-Of-Hash", "OG-Gap-Last"))),
            "An export has all rows: limit and cursor are for lists.");
        paths[$"{root}/{{key}}"] = Told(
            Operation("get", $"get_{name}", $"One of {name} by its {key}.", [InPath("key", key), .. AsOf(resource)], Responses(Content((Json, Shape.Ref(name))), isTagged: true)),
            $"One thing is asked for by its {key}: filters are for the list {root}.");
        if (resource.TimeColumn is not null)
        {
            paths[$"{root}/buckets"] = Get(
                $"count_{name}", "Rows counted by time.",
                [
                    .. Filters(resource, BucketNames), .. AsOf(resource), Query("every", Shape.OneOf(BucketEndpoints.Spans, "hour")),
                    Query("value", Shape.OneOf(resource.Columns.Where(BucketEndpoints.IsNumber).Select(column => column.Name)), "The column that is measured."),
                    Query("by", Shape.OneOf(Filterable(resource).Select(column => column.Name)), "The column that groups."),
                ],
                "Buckets", isTagged: true);
        }

        if (resource.IsView)
            return;
        paths[$"{root}/stream"] = Told(
            Operation("get", $"stream_{name}", "New rows that match, as server-sent events; those behind a place where `after` or the header Last-Event-ID has one.",
                [.. Filters(resource, StreamNames), Query("after", Shape.Text(), "A place on the stream.")], Responses(Content(("text/event-stream", Shape.Text())))),
            "A stream begins with what is new, or behind that place, and is ascending.");
        paths[$"{root}/completeness"] = Get(
            $"certify_{name}", "All rows of a range of blocks, with what shows to whoever knows the last block's hash that none is left out; `og verify` checks it.",
            [Query("from", Shape.Whole(), isRequired: true), Query("to", Shape.Whole(), $"At most {CompletenessBundle.MaxBlocks} blocks with both ends.", isRequired: true)], null,
            Shape.Anything("A certificate."));
        paths[$"{root}/{{key}}/proof"] = Get(
            $"prove_{name}", "What proves a row to whoever knows its block's hash; `og verify` checks it.", [InPath("key", key)], null, Shape.Anything("A bundle."));
    }

    // Each stands once, and is referred to by lists, exports, buckets and streams.
    private static void AddFilters(JsonObject filters, Resource resource)
    {
        foreach (var column in Filterable(resource))
        {
            var operators = $"also {column.Name}.OP with {(column.Kind == ColumnKind.Boolean ? "ne or null" : "ne, lt, le, gt, ge, in or null")}.";
            filters[$"{resource.Source}.{column.Name}"] = Query(column.Name, Shape.Asked(column), $"Equal; {operators}");
            if (BucketNames.Contains(column.Name, StringComparer.Ordinal) || ExportNames.Contains(column.Name, StringComparer.Ordinal) || StreamNames.Contains(column.Name, StringComparer.Ordinal))
                filters[$"{resource.Source}.{column.Name}.eq"] = Query($"{column.Name}.eq", Shape.Asked(column), $"Equal, where {column.Name} says something else; {operators}");
        }

        foreach (var column in Lists(resource))
            filters[$"{resource.Source}.{column.Name}.null"] = Query($"{column.Name}.null", Shape.Of(column with { Kind = ColumnKind.Boolean, IsNullable = false }), "Whether there is none.");
    }

    private static IEnumerable<JsonNode> Filters(Resource resource, params string[] taken) =>
        Filterable(resource).Select(column => $"{resource.Source}.{column.Name}{(taken.Contains(column.Name, StringComparer.Ordinal) ? ".eq" : "")}")
        .Concat(Lists(resource).Select(column => $"{resource.Source}.{column.Name}.null")).Append("block").Select(Known);

    // Balances have no past.
    private static IEnumerable<JsonNode> AsOf(Resource resource) => resource.IsBalances ? [] : [Known("as_of")];

    private static JsonNode Known(string name) => new JsonObject { ["$ref"] = $"#/components/parameters/{name}" };

    private static IEnumerable<Column> Filterable(Resource resource) => resource.Columns.Where(column => column.Kind != ColumnKind.Json);

    // Lists are compared with nothing: they are there, or not.
    private static IEnumerable<Column> Lists(Resource resource) => resource.Columns.Where(column => column is { Kind: ColumnKind.Json, IsNullable: true });

    private static JsonObject Limit(int otherwise) => Query("limit", new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = ListQuery.MaxLimit, ["default"] = otherwise });

    private static JsonObject Cursor() => Query("cursor", Shape.Text(), "The next of the page before.");

    private static JsonObject Order() => Query("order", Shape.OneOf(["asc", "desc"], "desc"));

    private static JsonObject Query(string name, JsonObject shape, string? description = null, bool isRequired = false)
    {
        var parameter = new JsonObject { ["name"] = name, ["in"] = "query", ["required"] = isRequired, ["schema"] = shape };
        if (description is not null)
            parameter["description"] = description;
        return parameter;
    }

    private static JsonObject InPath(string name, string description) =>
        new() { ["name"] = name, ["in"] = "path", ["required"] = true, ["description"] = description, ["schema"] = Shape.Text() };

    private static JsonObject Get(string id, string summary, JsonArray parameters, string? answer, JsonObject? shape = null, bool isTagged = false) =>
        Operation("get", id, summary, parameters, Responses(Content((Json, answer is null ? shape! : Shape.Ref(answer))), isTagged));

    private static JsonObject Operation(string method, string id, string summary, JsonArray parameters, JsonObject responses) => new()
    {
        [method] = new JsonObject { ["operationId"] = id, ["summary"] = summary, ["parameters"] = parameters, ["responses"] = responses },
    };

    // What is said to whoever reads the document, and to whoever asks with something else.
    private static JsonObject Told(JsonObject path, string description)
    {
        path.Single().Value!["description"] = description;
        return path;
    }

    private static JsonObject Responses(JsonObject content, bool isTagged = false, JsonObject? headers = null)
    {
        var good = new JsonObject { ["description"] = "As asked.", ["content"] = content };
        if ((headers ?? (isTagged ? Headers("ETag") : null)) is { } told)
            good["headers"] = told;
        var responses = new JsonObject { ["200"] = good };
        if (isTagged)
            responses["304"] = new JsonObject { ["description"] = "What If-None-Match names is still good." };
        responses["default"] = new JsonObject { ["$ref"] = "#/components/responses/Problem" };
        return responses;
    }

    private static JsonObject Headers(params ReadOnlySpan<string> names)
    {
        var headers = new JsonObject();
        foreach (var name in names)
            headers[name] = new JsonObject { ["schema"] = Shape.Text() };
        return headers;
    }

    private static JsonObject Content(params ReadOnlySpan<(string Type, JsonObject Shape)> kinds)
    {
        var content = new JsonObject();
        foreach (var (type, shape) in kinds)
            content[type] = new JsonObject { ["schema"] = shape };
        return content;
    }

    private static JsonObject PageOf(string item) => Shape.Of(
        ("items", Shape.List(Shape.Ref(item))), ("next", Shape.Described(Shape.OrNull(Shape.Text()), "The cursor of the page behind it; null for the last. A page that is not full, or is empty, may have one.")),
        ("as_of", Shape.Ref("AsOf")));
}
