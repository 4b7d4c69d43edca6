using Microsoft.AspNetCore.Http;
using OpenGradient.Cli.Tests.Support;

namespace OpenGradient.Cli.Tests.Query;

public sealed class QueryCommandTests
{
    private const string Fee =
        """{"id":"7-1","collected_at":1700000000,"payee":"0x00000000000000000000000000000000000000b1","amount":"340282366920938463463374607431768211455","transaction_hash":"0x00000000000000000000000000000000000000000000000000000000000000aa"}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

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
            """{"id":"1-0","created_at":1,"model_id":"0x00000000000000000000000000000000000000000000000000000000000000aa","name":"=cmd()\u001b[2J[red]","creator":"0x00000000000000000000000000000000000000b1","owner":"0x00000000000000000000000000000000000000b1","metadata_uri":"","version_count":0,"transaction_hash":"0x00000000000000000000000000000000000000000000000000000000000000aa"}""";
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
    public async Task Figures_one_thing_and_SQL_are_asked_for_by_their_own_words()
    {
        await using var buckets = await ServedAnswers.StartAsync("""{"seconds":86400,"items":[{"from":86400,"node":"0xb1","count":2,"fee":{"count":2,"min":"1","max":"3","sum":"4","p50":"1","p95":"3","p99":"3"}}]}""");
        await using var one = await ServedAnswers.StartAsync(Fee);
        await using var sql = await ServedAnswers.StartAsync("""{"columns":["n"],"rows":[[5]],"row_count":1,"truncated":true}""");

        var counted = await OgRun.ReportAsync("query", "receipts", "--every", "day", "--value", "fee", "--by", "node", "--indexer", buckets.Address);
        var found = await OgRun.RunAsync("query", "fees", "--id", "7-1", "--indexer", one.Address);
        var told = await OgRun.RunAsync("query", "--sql", "SELECT 5 AS n", "--indexer", sql.Address);

        Assert.Equal(("1970-01-02T00:00:00Z", "0xb1", 2, "4"), (counted[0].GetProperty("from").GetString(), counted[0].GetProperty("node").GetString(), counted[0].GetProperty("count").GetInt32(), counted[0].GetProperty("sum").GetString()));
        Assert.Contains("0x00000000000000000000000000000000000000000000000000000000000000aa", found.Output, StringComparison.Ordinal);
        Assert.Contains("there is more", told.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(("/v1/receipts/buckets?every=day&value=fee&by=node", "/v1/fees/7-1", "/v1/sql"), (buckets.Asked[0], one.Asked[0], sql.Asked[0]));
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

        Assert.Contains("og indexer run", await OgRun.RefusalAsync(ExitCode.MissingPrerequisite, "query", "fees", "--indexer", "http://127.0.0.1:1"), StringComparison.Ordinal);
        Assert.Contains("No indexer answers", await OgRun.RefusalAsync(ExitCode.MissingPrerequisite, "query", "fees", "--indexer", other.Address), StringComparison.Ordinal);
        Assert.Contains("fees has no x", await OgRun.RefusalAsync(ExitCode.Usage, "query", "fees", "x=1", "--indexer", refusing.Address), StringComparison.Ordinal);
        Assert.Contains("requests", await OgRun.RefusalAsync(ExitCode.Usage, "query", "feez", "--indexer", other.Address), StringComparison.Ordinal);
        Assert.Contains("no condition", await OgRun.RefusalAsync(ExitCode.Usage, "query", "fees", "amount", "--indexer", other.Address), StringComparison.Ordinal);
        Assert.Contains("1 to 500", await OgRun.RefusalAsync(ExitCode.Usage, "query", "fees", "--limit", "501", "--indexer", other.Address), StringComparison.Ordinal);
        Assert.Contains("no address", await OgRun.RefusalAsync(ExitCode.Usage, "query", "fees", "--indexer", "ftp://x"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_is_written_whole_or_goes_on_where_it_broke_off()
    {
        var folder = Directory.CreateTempSubdirectory("og-export");
        var path = Path.Combine(folder.FullName, "rows.jsonl");
        var lines = Enumerable.Range(0, 6).Select(LineOf).ToList();
        await using var served = await ServedAnswers.StartAsync(context =>
        {
            context.Response.Headers["OG-As-Of-Block"] = "9";
            context.Response.Headers["OG-As-Of-Hash"] = "0xaa";
            var from = context.Request.Query["block.ge"].ToString() is { Length: > 0 } block ? int.Parse(block, provider: null) : 0;
            return context.Response.WriteAsync(string.Concat(lines.Where(line => int.Parse(line.AsSpan(7, 1), provider: null) >= from).Select(line => line + "\n")));
        });

        // In the middle of the fifth row: what is no whole line is written again.
        await File.WriteAllTextAsync(path + ".part", string.Concat(lines.Take(4).Select(line => line + "\n")) + lines[4][..5], Stop);
        var report = await OgRun.ReportAsync("export", "hub_settled", "--out", path, "--resume", "--indexer", served.Address);

        Assert.Equal(string.Concat(lines.Select(line => line + "\n")), await File.ReadAllTextAsync(path, Stop));
        Assert.False(File.Exists(path + ".part"));
        Assert.Equal(("events/hub_settled", 9UL, true), (report.GetProperty("resource").GetString(), report.GetProperty("asOfBlock").GetUInt64(), report.GetProperty("resumed").GetBoolean()));
        Assert.Equal("/v1/events/hub_settled/export?block.ge=1&order=asc&format=jsonl", served.Asked[0]);

        await File.WriteAllTextAsync(path + ".part", """{"id":"1-3","n":7 }""" + "\n", Stop);
        Assert.Contains("taken back", await OgRun.RefusalAsync(ExitCode.Failed, "export", "hub_settled", "--out", path, "--resume", "--indexer", served.Address), StringComparison.Ordinal);
        Assert.Contains("no format", await OgRun.RefusalAsync(ExitCode.Usage, "export", "hub_settled", "--out", Path.Combine(folder.FullName, "x.xls"), "--indexer", served.Address), StringComparison.Ordinal);
        Assert.Contains("Only events", await OgRun.RefusalAsync(ExitCode.Usage, "export", "requests", "--out", path, "--resume", "--indexer", served.Address), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    private static string LineOf(int i) => $$"""{"id":"{{i / 2}}-{{i}}","n":{{i}} }""";

    private static string Page(string row, string next = "null") => $$$"""{"items":[{{{row}}}],"next":{{{next}}},"as_of":{"block":9}}""";
}
