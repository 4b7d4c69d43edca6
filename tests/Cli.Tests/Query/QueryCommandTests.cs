using System.Globalization;
using Microsoft.AspNetCore.Http;
using OpenGradient.Cli.Tests.Support;

namespace OpenGradient.Cli.Tests.Query;

public sealed class QueryCommandTests
{
    private const string Fee =
        """{"id":"7-1","collected_at":1700000000,"payee":"0x00000000000000000000000000000000000000b1","amount":"340282366920938463463374607431768211455","transaction_hash":"0x00000000000000000000000000000000000000000000000000000000000000aa"}""";

    [Fact]
    public async Task Rows_are_a_table_CSV_or_JSON()
    {
        await using var served = await ServedAnswers.StartAsync(Page(Fee));

        var table = await OgRun.RunAsync("query", "fees", "amount.ge=5", "payee=0x00000000000000000000000000000000000000b1", "--limit", "3", "--asc", "--indexer", served.Address);
        var csv = await OgRun.RunAsync("query", "fees", "--csv", "--indexer", served.Address);
        var json = await OgRun.ReportAsync("query", "fees", "--columns", "amount,id", "--indexer", served.Address);

        Assert.Equal("/v1/fees?amount.ge=5&payee=0x00000000000000000000000000000000000000b1&order=asc&limit=3", served.Asked[0]);
        Assert.Contains("340282366920938463463374607431768211455", table.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("transaction_hash", table.Output, StringComparison.Ordinal);
        Assert.Equal("id,collected_at,payee,amount,transaction_hash", csv.Output.Split('\n')[0].TrimEnd());
        Assert.Equal("""[{"amount":"340282366920938463463374607431768211455","id":"7-1"}]""", json.GetRawText().ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_strangers_wrote_moves_no_cursor_and_is_no_formula()
    {
        const string hostile =
            """{"id":"1-0","created_at":1,"model_id":"0x00000000000000000000000000000000000000000000000000000000000000aa","name":"=cmd()\u001b[2J[red]","creator":"0x00000000000000000000000000000000000000b1","owner":"0x00000000000000000000000000000000000000b1","metadata_uri":"","version_count":0,"metadata_name":null,"metadata_description":null,"metadata_versions":null,"metadata_fault":null,"transaction_hash":"0x00000000000000000000000000000000000000000000000000000000000000aa"}""";
        await using var served = await ServedAnswers.StartAsync(Page(hostile));

        var table = await OgRun.RunAsync("query", "models", "--indexer", served.Address);
        var csv = await OgRun.RunAsync("query", "models", "--csv", "--columns", "name", "--indexer", served.Address);

        Assert.Contains("=cmd()?[2J[red]", table.Output, StringComparison.Ordinal);
        Assert.Contains("\n'=cmd()", csv.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_follows_the_cursor()
    {
        var pages = 0;
        await using var served = await ServedAnswers.StartAsync(context => context.Response.WriteAsync(Page(Fee, ++pages < 3 ? "\"next\"" : "null")));

        var rows = await OgRun.ReportAsync("query", "fees", "--all", "--indexer", served.Address);

        Assert.Equal(3, rows.GetArrayLength());
        Assert.Equal("/v1/fees?limit=500&cursor=next", served.Asked[^1]);
    }

    [Fact]
    public async Task No_more_rows_come_than_were_asked_for_however_short_the_pages_are()
    {
        var pages = 0;
        await using var served = await ServedAnswers.StartAsync(context =>
        {
            var wanted = int.Parse(context.Request.Query["limit"]!, CultureInfo.InvariantCulture);
            return context.Response.WriteAsync(Page(string.Join(',', Enumerable.Repeat(Fee, ++pages == 1 ? wanted - 1 : wanted)), "\"next\""));
        });

        var rows = await OgRun.ReportAsync("query", "fees", "--limit", "20", "--indexer", served.Address);

        Assert.Equal(20, rows.GetArrayLength());
        Assert.Equal("/v1/fees?limit=20 /v1/fees?limit=1&cursor=next", string.Join(' ', served.Asked));
    }

    [Fact]
    public async Task A_search_through_many_empty_pages_tells_how_far_it_is()
    {
        var pages = 0;
        await using var served = await ServedAnswers.StartAsync(context => context.Response.WriteAsync(++pages < 22 ? Page("", "\"next\"") : Page(Fee)));

        var found = await OgRun.RunAsync("query", "fees", "--json", "--indexer", served.Address);

        Assert.Contains("10 pages of the list had nothing that matches", found.Errors, StringComparison.Ordinal);
        Assert.Equal(2, found.Errors.Split("pages of the list").Length - 1);
        Assert.Equal('[', found.Output[0]);
    }

    [Fact]
    public async Task Figures_one_thing_and_SQL_are_asked_for_by_their_own_words()
    {
        await using var buckets = await ServedAnswers.StartAsync("""{"seconds":86400,"items":[{"from":86400,"node":"0xb1","count":2,"fee":{"count":2,"min":"1","max":"3","sum":"4","p50":"1","p95":"3","p99":"3"}}],"as_of":{"block":9,"gap_last":null}}""");
        await using var one = await ServedAnswers.StartAsync(Fee);
        await using var sql = await ServedAnswers.StartAsync("""{"columns":["n"],"rows":[[5]],"row_count":1,"truncated":true}""");

        var counted = await OgRun.ReportAsync("query", "receipts", "--every", "day", "--value", "fee", "--by", "node", "--indexer", buckets.Address);
        var found = await OgRun.RunAsync("query", "fees", "--id", "7-1", "--indexer", one.Address);
        await OgRun.RunAsync("query", "fees", "as_of=5", "--id", "7-1", "--indexer", one.Address);
        var told = await OgRun.RunAsync("query", "--sql", "SELECT 5 AS n", "--indexer", sql.Address);

        Assert.Equal(("1970-01-02T00:00:00Z", "0xb1", 2, "4"), (counted[0].GetProperty("from").GetString(), counted[0].GetProperty("node").GetString(), counted[0].GetProperty("count").GetInt32(), counted[0].GetProperty("sum").GetString()));
        Assert.Contains("0x00000000000000000000000000000000000000000000000000000000000000aa", found.Output, StringComparison.Ordinal);
        Assert.Contains("there is more", told.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(("/v1/receipts/buckets?every=day&value=fee&by=node", "/v1/fees/7-1 /v1/fees/7-1?as_of=5", "/v1/sql"), (buckets.Asked[0], string.Join(' ', one.Asked), sql.Asked[0]));
        Assert.Contains("beside it", await OgRun.RefusalAsync(ExitCode.Usage, "query", "fees", "--sql", "SELECT 5 AS n", "--indexer", sql.Address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_said_with_what_to_do()
    {
        await using var refusing = await ServedAnswers.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return context.Response.WriteAsync("""{"title":"The request makes no sense.","detail":"fees has no x."}""");
        });
        await using var other = await ServedAnswers.StartAsync("<html>");
        await using var empty = await ServedAnswers.StartAsync("""{"paths":{}}""");

        Assert.Contains("og indexer run", await OgRun.RefusalAsync(ExitCode.MissingPrerequisite, "query", "fees", "--indexer", "http://127.0.0.1:1"), StringComparison.Ordinal);
        Assert.Contains("No indexer answers", await OgRun.RefusalAsync(ExitCode.MissingPrerequisite, "query", "fees", "--indexer", other.Address), StringComparison.Ordinal);
        Assert.Contains("fees has no x", await OgRun.RefusalAsync(ExitCode.Usage, "query", "fees", "x=1", "--indexer", refusing.Address), StringComparison.Ordinal);
        Assert.Contains("requests", await OgRun.RefusalAsync(ExitCode.Usage, "query", "feez", "--indexer", empty.Address), StringComparison.Ordinal);
        // Whether an operator has something of that name nobody says who does not answer.
        Assert.Contains("No indexer answers", await OgRun.RefusalAsync(ExitCode.MissingPrerequisite, "query", "feez", "--indexer", other.Address), StringComparison.Ordinal);
        Assert.Contains("no condition", await OgRun.RefusalAsync(ExitCode.Usage, "query", "fees", "amount", "--indexer", other.Address), StringComparison.Ordinal);
        Assert.Contains("1 to 500", await OgRun.RefusalAsync(ExitCode.Usage, "query", "fees", "--limit", "501", "--indexer", other.Address), StringComparison.Ordinal);
        Assert.Contains("no address", await OgRun.RefusalAsync(ExitCode.Usage, "query", "fees", "--indexer", "ftp://x"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_belongs_to_another_question_is_not_passed_over()
    {
        await using var served = await ServedAnswers.StartAsync(Fee);

        foreach (var (words, arguments) in ((string, string[])[])
        [
            ("--every", ["fees", "--value", "amount"]), ("--every", ["fees", "--by", "payee"]), ("--id is for one thing", ["fees", "--id", "7-1", "--every", "day"]), ("--id is for one thing", ["fees", "--id", "7-1", "--all"]),
            ("names no column", ["fees", "--columns", " ,"]), ("is no payee", ["fees", "--id", "buckets"]), ("is no payee", ["fees", "--id", ""]), ("is no payee", ["fees", "--id", ".."]),
        ])
            Assert.Contains(words, await OgRun.RefusalAsync(ExitCode.Usage, ["query", .. arguments, "--indexer", served.Address]), StringComparison.Ordinal);

        Assert.Empty(served.Asked);
    }

    [Theory]
    [InlineData("/behind/a-proxy")]
    [InlineData("/behind/a-proxy/")]
    public async Task An_indexer_may_be_below_a_path(string path)
    {
        await using var served = await ServedAnswers.StartAsync(Fee);

        await OgRun.RunAsync("query", "fees", "--id", "7-1", "--indexer", served.Address + path);

        Assert.Equal("/behind/a-proxy/v1/fees/7-1", Assert.Single(served.Asked));
    }

    [Fact]
    public async Task What_is_missing_is_said_beside_the_answer()
    {
        await using var list = await ServedAnswers.StartAsync(Page(Fee, gapLast: "7"));
        await using var buckets = await ServedAnswers.StartAsync("""{"seconds":86400,"items":[],"as_of":{"block":9,"gap_last":7}}""");
        await using var whole = await ServedAnswers.StartAsync(Page(Fee));

        var rows = await OgRun.RunAsync("query", "fees", "--json", "--indexer", list.Address);
        var counted = await OgRun.RunAsync("query", "fees", "--every", "day", "--indexer", buckets.Address);

        Assert.Contains("up to block 7", rows.Errors, StringComparison.Ordinal);
        Assert.Equal('[', rows.Output[0]);
        Assert.Contains("up to block 7", counted.Errors, StringComparison.Ordinal);
        Assert.Empty((await OgRun.RunAsync("query", "fees", "--indexer", whole.Address)).Errors);
    }

    [Fact]
    public async Task Balances_are_listed_and_large_debts_stay_numbers()
    {
        const string zero = """{"id":"7-1","emitter":"0x00000000000000000000000000000000000000a1","account":"0x0000000000000000000000000000000000000000","balance":"-340282366920938463463374607431768211455","final_balance":"0"}""";
        await using var served = await ServedAnswers.StartAsync(Page(zero));

        var csv = await OgRun.RunAsync("query", "token_balances", "balance.lt=0", "--csv", "--columns", "account,balance", "--indexer", served.Address);

        Assert.Equal("0x0000000000000000000000000000000000000000,-340282366920938463463374607431768211455", csv.Output.Split('\n')[1].TrimEnd());
        Assert.Equal("/v1/token_balances?balance.lt=0&limit=20", served.Asked[0]);
    }

    [Fact]
    public async Task Statistics_are_a_table()
    {
        const string told = """
            {"seconds":3600,"from":0,"to":7200,"items":[{"from":3600,"node":"0xb1","asked":4,"answered":3,"failed":1,"overturned":0,"refunded":0,"lapsed":2,"open":0,"success_rate":0.5,
              "latency_seconds":{"count":3,"sum":"36","min":12,"p50":12,"p95":12,"p99":12,"max":12},"gas":{"count":3,"sum":"9","min":3,"p50":3,"p95":3,"p99":3,"max":3,"cost_wei":"27"}}],
             "as_of":{"block":9,"gap_last":null}}
            """;
        await using var served = await ServedAnswers.StartAsync(told);

        var rows = await OgRun.ReportAsync("query", "statistics", "every=hour", "by=node", "--indexer", served.Address);
        var csv = await OgRun.RunAsync("query", "statistics", "--csv", "--indexer", served.Address);

        Assert.Equal("/v1/statistics?every=hour&by=node", served.Asked[0]);
        Assert.Equal(("0xb1", 2, 0.5m, 12, 3, "27"), (
            rows[0].GetProperty("node").GetString(), rows[0].GetProperty("lapsed").GetInt32(), rows[0].GetProperty("success_rate").GetDecimal(), rows[0].GetProperty("latency_p50").GetInt32(),
            rows[0].GetProperty("gas_p50").GetInt32(), rows[0].GetProperty("cost_wei").GetString()));
        Assert.StartsWith("from,node,asked,answered,failed,overturned,refunded,lapsed,open,success_rate,", csv.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_operator_indexes_beside_our_contracts_is_asked_for_by_its_name()
    {
        const string document = """
            {"paths":{"/v1/events/pool_moved/{key}":{"get":{"parameters":[{"description":"id"}],"responses":{"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/pool_moved"}}}}}}}},
             "components":{"schemas":{"pool_moved":{"properties":{"id":{"type":"string","format":"row-id"},"value":{"type":["string","null"],"format":"uint256"}}}}}}
            """;
        await using var served = await ServedAnswers.StartAsync(context => context.Response.WriteAsync(
            context.Request.Path == "/v1/openapi.json" ? document : Page("""{"id":"7-1","value":"5"}""")));

        var rows = await OgRun.ReportAsync("query", "pool_moved", "value.ge=5", "--indexer", served.Address);

        Assert.Equal("/v1/openapi.json /v1/events/pool_moved?value.ge=5&limit=20", string.Join(' ', served.Asked));
        Assert.Equal("5", rows[0].GetProperty("value").GetString());
    }

    private static string Page(string row, string next = "null", string gapLast = "null") => $$$"""{"items":[{{{row}}}],"next":{{{next}}},"as_of":{"block":9,"gap_last":{{{gapLast}}}}}""";
}
