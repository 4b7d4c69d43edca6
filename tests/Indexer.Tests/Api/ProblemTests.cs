using System.Text;
using System.Text.Json;
using OpenGradient.Database;
using OpenGradient.Indexer.Api;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api;

public sealed class SqliteProblemTests(SqliteFixture databases) : ProblemTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresProblemTests(PostgresFixture databases) : ProblemTests(databases);

/// <summary>What is wrong is said in one form, whatever is wrong and whoever asks.</summary>
public abstract class ProblemTests(IDatabaseFixture databases)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("text/html")]
    [InlineData("text/plain")]
    [InlineData("application/xml;q=0.9, */*;q=0")]
    [InlineData("no type at all")]
    public async Task A_problem_has_its_form_whatever_is_said_to_be_accepted(string accept)
    {
        await using var index = await StartAsync();
        index.BeforeBlock = () => throw new InvalidOperationException("of nobody's business");

        foreach (var (method, path, status) in ((HttpMethod, string, int)[])
        [
            (HttpMethod.Get, "/v1/nowhere", 404), (HttpMethod.Get, "/nowhere", 404), (HttpMethod.Post, "/v1/requests", 405), (HttpMethod.Delete, "/v1/requests", 405), (HttpMethod.Get, "/v1/sql", 405),
            (HttpMethod.Get, "/v1/requests?nonsense=1", 400), (HttpMethod.Get, "/v1/events/hub_requested/2-0/proof", 500), (HttpMethod.Get, "/v1/requests/0x12", 400),
        ])
        {
            using var question = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            Assert.True(question.Headers.TryAddWithoutValidation("Accept", accept));
            using var answer = await index.Client.SendAsync(question, Stop);
            await IsProblemAsync(answer, status, $"{method} {path}");
            // Any page may ask, and reads what was wrong.
            Assert.Equal(("*", "nosniff"), (Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")), Assert.Single(answer.Headers.GetValues("X-Content-Type-Options"))));
        }
    }

    [Fact]
    public async Task A_method_that_a_route_does_not_take_is_refused_with_those_that_it_does()
    {
        await using var index = await StartAsync();

        foreach (var (method, path, allowed) in ((HttpMethod, string, string)[])
        [
            (HttpMethod.Post, "/v1/requests", "GET HEAD"), (HttpMethod.Put, $"/v1/requests/{ServedIndex.RequestId(1)}", "GET HEAD"), (HttpMethod.Get, "/v1/sql", "POST"), (HttpMethod.Head, "/v1/sql", "POST"),
            (HttpMethod.Post, "/v1/events/hub_requested/stream", "GET HEAD"), (HttpMethod.Delete, "/health/ready", "GET HEAD"),
        ])
        {
            using var question = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            using var answer = await index.Client.SendAsync(question, Stop);
            Assert.Equal((405, allowed, "no-store"), ((int)answer.StatusCode, string.Join(' ', answer.Content.Headers.Allow.Order(StringComparer.Ordinal)), answer.Headers.CacheControl?.ToString()));
        }
    }

    [Fact]
    public async Task Where_other_origins_are_refused_a_preflight_is_a_method_that_there_is_not()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), new ApiOptions { AllowedOrigin = "", RequestsPerSecond = 10_000 });
        using var preflight = new HttpRequestMessage(HttpMethod.Options, new Uri("/v1/requests", UriKind.Relative));

        using var answer = await index.Client.SendAsync(preflight, Stop);

        await IsProblemAsync(answer, 405, "OPTIONS");
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_question_in_SQL_that_is_too_long_packed_or_of_untold_length_is_refused_with_words()
    {
        await using var index = await StartAsync();

        Assert.SkipWhen(index.Database.Engine == Engine.Postgres, "The console is closed there without a role of its own.");
        using var longer = await index.Client.PostAsync(new Uri("/v1/sql", UriKind.Relative), new StringContent(new string(' ', 40_000)), Stop);
        using var packed = new ByteArrayContent(Encoding.UTF8.GetBytes("SELECT 1")) { Headers = { ContentEncoding = { "gzip" } } };
        using var wrapped = await index.Client.PostAsync(new Uri("/v1/sql", UriKind.Relative), packed, Stop);
        using var untold = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/sql", UriKind.Relative)) { Content = new StringContent("SELECT 1"), Headers = { TransferEncodingChunked = true } };
        using var chunked = await index.Client.SendAsync(untold, Stop);

        await IsProblemAsync(longer, 400, "40,000 letters");
        await IsProblemAsync(wrapped, 415, "gzip");
        await IsProblemAsync(chunked, 400, "chunked");
    }

    [Fact]
    public async Task Odd_but_plausible_questions_are_answered_or_refused_and_are_nobodys_fault_but_the_askers()
    {
        await using var index = await StartAsync();
        List<string> wrong = [];
        string[] paths = ["requests", "receipts", "challenges", "models", "events/hub_requested", "events/shop_sold", "token_balances"];
        string[] questions =
        [
            "limit=99999999999999999999", "limit=-1", "limit=5.0", "limit=%2B5", "limit=0x5", "limit=", "limit", "order=ASC", "order=desc,asc", "cursor=1", "cursor=MWQ5OTk5OTk5OTk5OTk5OTk5OTk5", "cursor=%00", "cursor=ü",
            "block=-1", "block.ge=18446744073709551616", "block.le=8796093022207", "block=8796093022208", "block.ne=1", "block.in=1", "block.null=true", "block=1e3", "id=1-1", "id.in=1-1,,1-2", "id=-1--1", "id.gt=8796093022207-1048575",
            "transaction_hash=0X" + new string('a', 64), "emitter=0x" + new string('F', 40), "emitter.in=" + string.Join(',', Enumerable.Repeat("0x" + new string('1', 40), 101)), "as_of=18446744073709551615", "as_of=0",
            "name=%F0%9F%98%80", "what=%ED%A0%80", "what=%00", "what.lt=%EF%BF%BF", "nonsense%00=1", "%F0%9F%98%80=1", "a.b.c=1", ".eq=1", "fee.=1", "fee.EQ=1", "fee=0x10", "fee=1e18", "fee=-0", "fee=+1", "fee=%201", "fee=1&fee=2&fee.ge=3",
            "fee=115792089237316195423570985008687907853269984665640564039457584007913129639935", "fee=115792089237316195423570985008687907853269984665640564039457584007913129639936", "balance=-1", "balance=-57896044618658097711785492504343953926634992332820282019728792003956564819969",
            string.Join('&', Enumerable.Repeat("block.ge=1", 25)), "x=" + new string('y', 3_000), "lines=[]", "lines.null=true", "lines.eq=[]", "delivery_succeeded.in=true,false", "stage.lt=zzz", "stage.in=open,nowhere",
        ];
        foreach (var path in paths)
        {
            foreach (var question in questions)
            {
                foreach (var kind in (string[])["", "/export", "/buckets", "/5-1", "/stream"])
                {
                    var asked = $"/v1/{path}{kind}?{(kind == "/export" ? "format=jsonl&" : "")}{question}";
                    using var answer = await index.Client.GetAsync(new Uri(asked, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Stop);
                    if ((int)answer.StatusCode is not (200 or 400 or 404))
                        wrong.Add($"{asked}: {(int)answer.StatusCode}");
                    else if (!answer.IsSuccessStatusCode)
                        await IsProblemAsync(answer, (int)answer.StatusCode, asked);
                }
            }
        }

        Assert.Empty(wrong);
    }

    private static async Task IsProblemAsync(HttpResponseMessage answer, int status, string asked)
    {
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True((int)answer.StatusCode == status, $"{asked}: {(int)answer.StatusCode} {text}");
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/problem+json", $"{asked}: {answer.Content.Headers.ContentType} {text}");
        using var problem = JsonDocument.Parse(text);
        Assert.Equal(status, problem.RootElement.GetProperty("status").GetInt32());
        Assert.NotEqual(0, problem.RootElement.GetProperty("title").GetString()!.Length);
        Assert.True(problem.RootElement.TryGetProperty("detail", out var detail) && detail.GetString()!.Length > 0, $"{asked}: {text}");
    }

    private async Task<ServedIndex> StartAsync()
    {
        var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(3);
        index.Chain.Mine(10, new Random(4));
        await index.SettleAsync();
        return index;
    }
}
