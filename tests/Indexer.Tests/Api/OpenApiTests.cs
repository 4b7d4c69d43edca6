using System.Text.Json;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api;

/// <summary>The document says of answers what they are, so that whoever reads only it can ask and understand.</summary>
public sealed class OpenApiTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private const string More = "Beside these";

    [Fact]
    public async Task What_it_says_of_an_answer_is_what_the_answer_is()
    {
        await using var index = await StartAsync();
        var document = await index.GetAsync("/v1/openapi.json");
        var request = ServedIndex.RequestId(4).ToString();
        var transaction = (await index.GetAsync("/v1/events/hub_settled")).GetProperty("items")[0].GetProperty("transaction_hash").GetString();
        var holder = (await index.GetAsync("/v1/token_balances")).GetProperty("items")[0];

        foreach (var (path, asked) in ((string, string)[])
        [
            ("/v1/requests", "/v1/requests?limit=3"), ("/v1/requests/{key}", $"/v1/requests/{request}"), ("/v1/requests/{key}/custody", $"/v1/requests/{request}/custody"),
            ("/v1/receipts", "/v1/receipts"), ("/v1/events/hub_settled", "/v1/events/hub_settled"), ("/v1/events/shop_sold", "/v1/events/shop_sold"),
            ("/v1/token_balances", "/v1/token_balances"),
            ("/v1/token_balances/{key}", $"/v1/token_balances/{holder.GetProperty("emitter").GetString()}-{holder.GetProperty("account").GetString()}"),
            ("/v1/requests/buckets", "/v1/requests/buckets?every=day&value=fee&by=requester"), ("/v1/statistics", "/v1/statistics?by=node"),
            ("/v1/blocks/{number}", "/v1/blocks/4"), ("/v1/blocks/{number}", "/v1/blocks/0"), ("/v1/transactions/{hash}", $"/v1/transactions/{transaction}"),
            ("/v1/search", $"/v1/search?q={request}"), ("/v1/status", "/v1/status"), ("/v1/state", "/v1/state"), ("/v1/state", "/v1/state?block=0"), ("/v1/reorgs", "/v1/reorgs?limit=1"),
        ])
        {
            var answer = await index.GetAsync(asked);
            var schema = document.GetProperty("paths").GetProperty(path).GetProperty("get").GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema");
            Assert.Equal("", Fault(document, schema, answer, asked) ?? "");
        }

        var (_, rows) = await index.SqlAsync("SELECT id, stage, fee FROM requests");
        Assert.Equal("", Fault(document, document.GetProperty("components").GetProperty("schemas").GetProperty("SqlRows"), rows, "sql") ?? "");
        var problem = await index.GetAsync("/v1/requests?nonsense=1", 400);
        Assert.Null(Fault(document, document.GetProperty("components").GetProperty("schemas").GetProperty("Problem"), problem, "problem", isOpen: true));
    }

    [Fact]
    public async Task Whoever_generates_a_client_finds_every_name_once()
    {
        await using var index = await StartAsync();
        var document = await index.GetAsync("/v1/openapi.json");

        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).ToList();
        var ids = operations.ConvertAll(operation => operation.Value.GetProperty("operationId").GetString()!);

        Assert.Equal(ids.Distinct(StringComparer.Ordinal), ids, StringComparer.Ordinal);
        foreach (var operation in operations)
        {
            Assert.Equal("#/components/responses/Problem", operation.Value.GetProperty("responses").GetProperty("default").GetProperty("$ref").GetString());
            foreach (var parameter in operation.Value.GetProperty("parameters").EnumerateArray())
            {
                var whole = parameter.TryGetProperty("$ref", out var place) ? Resolved(document, place.GetString()!) : parameter;
                Assert.True(whole.GetProperty("in").GetString() is "query" or "path" && whole.TryGetProperty("schema", out _));
            }
        }
    }

    [Fact]
    public async Task What_it_says_can_be_asked_can_be_asked()
    {
        await using var index = await StartAsync();
        var document = await index.GetAsync("/v1/openapi.json");

        foreach (var resource in index.Api.Resources)
        {
            var get = document.GetProperty("paths").GetProperty($"/v1/{resource.Path}").GetProperty("get");
            foreach (var parameter in get.GetProperty("parameters").EnumerateArray().Where(parameter => parameter.TryGetProperty("$ref", out _)))
            {
                var filter = Resolved(document, parameter.GetProperty("$ref").GetString()!);
                await index.GetAsync($"/v1/{resource.Path}?{filter.GetProperty("name").GetString()}={Example(filter.GetProperty("schema"))}");
            }
        }
    }

    [Fact]
    public async Task Every_route_refuses_what_the_document_does_not_say_that_it_takes()
    {
        await using var index = await StartAsync();
        var document = await index.GetAsync("/v1/openapi.json");
        List<string> passed = [];
        var routes = 0;

        foreach (var (method, path) in document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => (operation.Name, path.Name))))
        {
            foreach (var unknown in (string[])["nonsense=1", "nonsense.gt=1", "LIMIT=1", "=1"])
            {
                var (status, problem) = await AskAsync(index, method, $"{path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)}?{unknown}");
                // What is wrong is in a body, and HEAD has none.
                if (status != 400 || (method != "head" && !problem.Contains("and not " + unknown.Split('=')[0], StringComparison.Ordinal)))
                    passed.Add($"{method} {path}?{unknown}: {status} {problem}");
                routes++;
            }
        }

        Assert.Empty(passed);
        Assert.InRange(routes, 200, int.MaxValue);
    }

    [Fact]
    public async Task Every_route_takes_what_the_document_says_that_it_takes_and_once_what_has_one_value()
    {
        await using var index = await StartAsync();
        var document = await index.GetAsync("/v1/openapi.json");
        List<string> wrong = [];
        var single = 0;

        foreach (var path in document.GetProperty("paths").EnumerateObject().Where(path => path.Value.TryGetProperty("get", out _)))
        {
            foreach (var parameter in path.Value.GetProperty("get").GetProperty("parameters").EnumerateArray())
            {
                var known = parameter.TryGetProperty("$ref", out var place) ? Resolved(document, place.GetString()!) : parameter;
                var name = known.GetProperty("name").GetString();
                if (known.GetProperty("in").GetString() != "query")
                    continue;
                var asked = $"{path.Name.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)}?{name}=x";
                var (_, problem) = await AskAsync(index, "get", asked);
                if (problem.Contains("and not ", StringComparison.Ordinal))
                    wrong.Add($"{asked}: {problem}");
                if (parameter.TryGetProperty("$ref", out _) && name != "as_of")
                    continue;
                single++;
                (var status, problem) = await AskAsync(index, "get", $"{asked}&{name}=x");
                if (status != 400 || !problem.Contains("twice", StringComparison.Ordinal))
                    wrong.Add($"{asked} twice: {status} {problem}");
            }
        }

        Assert.Empty(wrong);
        Assert.InRange(single, 100, int.MaxValue);
    }

    // A stream has no end: what is read is whether it began.
    private static async Task<(int Status, string Problem)> AskAsync(ServedIndex index, string method, string path)
    {
        using var question = new HttpRequestMessage(HttpMethod.Parse(method), new Uri(path, UriKind.Relative));
        using var answer = await index.Client.SendAsync(question, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json" || method == "head")
            return ((int)answer.StatusCode, "");
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return ((int)answer.StatusCode, problem.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString()! : "");
    }

    private static string Example(JsonElement schema) => schema.TryGetProperty("enum", out var known) ? known[0].ToString() : schema.GetProperty("format").GetString() switch
    {
        "row-id" => "5-1",
        "boolean" => "true",
        "address" => ServedIndex.Someone(1).ToLowerHex(),
        "hash" => ServedIndex.RequestId(1).ToString(),
        "bytes" => "0x12",
        _ => "5",
    };

    private static JsonElement Resolved(JsonElement document, string place) =>
        place.Split('/')[1..].Aggregate(document, (part, name) => part.GetProperty(name));

    // Where an answer is not as it is described; null where it is.
    private static string? Fault(JsonElement document, JsonElement schema, JsonElement value, string at, bool isOpen = false)
    {
        if (schema.TryGetProperty("$ref", out var place))
            return Fault(document, Resolved(document, place.GetString()!), value, at, isOpen);
        if (schema.TryGetProperty("anyOf", out var several))
            return several.EnumerateArray().Any(one => Fault(document, one, value, at) is null) ? null : $"{at} is none of what it may be: {value}";
        if (schema.TryGetProperty("type", out var type))
        {
            var types = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(entry => entry.GetString()) : [type.GetString()];
            if (!types.Any(name => Is(value, name!)))
                return $"{at} is {value}, and not {type}";
        }

        if (schema.TryGetProperty("enum", out var names) && names.EnumerateArray().All(name => name.GetString() != value.GetString()))
            return $"{at} is {value}, which is not among {names}";
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
            return value.EnumerateArray().Select((item, i) => Fault(document, items, item, $"{at}[{i}]")).FirstOrDefault(fault => fault is not null);
        if (value.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out var properties))
            return null;
        isOpen |= schema.TryGetProperty("description", out var words) && words.GetString()!.StartsWith(More, StringComparison.Ordinal);
        return properties.EnumerateObject().Where(property => !value.TryGetProperty(property.Name, out _)).Select(property => $"{at} has no {property.Name}")
            .Concat(value.EnumerateObject().Where(entry => !isOpen && !properties.TryGetProperty(entry.Name, out _)).Select(entry => $"{at} has {entry.Name}, of which nothing is said"))
            .Concat(properties.EnumerateObject().Where(property => value.TryGetProperty(property.Name, out _))
                .Select(property => Fault(document, property.Value, value.GetProperty(property.Name), $"{at}.{property.Name}")!))
            .FirstOrDefault(fault => fault is not null);
    }

    private static bool Is(JsonElement value, string type) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => false,
    };

    private async Task<ServedIndex> StartAsync()
    {
        var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(8);
        index.Chain.Mine(10, new Random(4));
        await index.SettleAsync();
        index.Chain.Blocks.Rollback(1);
        index.Chain.Mine(2, new Random(5));
        await index.SettleAsync();
        return index;
    }
}
