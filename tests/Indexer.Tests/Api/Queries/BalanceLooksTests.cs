using System.Data.Common;
using System.Globalization;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api.Queries;

public sealed class SqliteBalanceLooksTests(SqliteFixture databases) : BalanceLooksTests(databases), IClassFixture<SqliteFixture>
{
    private protected override string Explain => "EXPLAIN QUERY PLAN ";

    private protected override int Place => 3;

    private protected override bool IsWhole(string step) => step == "SCAN token_balances";

    private protected override bool IsSeek(string step, string columns) => columns.Split(" AND ").All(column => step.Contains(column, StringComparison.Ordinal));
}

public sealed class PostgresBalanceLooksTests(PostgresFixture databases) : BalanceLooksTests(databases)
{
    private protected override string Explain => "EXPLAIN ";

    private protected override int Place => 0;

    private protected override bool IsWhole(string step) => step.Contains("Seq Scan", StringComparison.Ordinal);

    // Of PostgreSQL's words what both engines say: which columns are found by the index, and how they are compared.
    private protected override bool IsSeek(string step, string columns) =>
        step.Contains("Index Cond: ", StringComparison.Ordinal) && columns.Split(" AND ").All(column => step.Contains(Words.Aggregate(column, (text, word) => text.Replace(word.Key, word.Value, StringComparison.Ordinal)), StringComparison.Ordinal));

    private static Dictionary<string, string> Words { get; } = new(StringComparer.Ordinal)
    {
        ["(emitter,account)<(?,?)"] = "ROW(emitter, account) < ROW(",
        ["(emitter,account)>(?,?)"] = "ROW(emitter, account) >= ROW(",
        ["=?"] = " = ",
        ["<?"] = " <",
        [">?"] = " >",
    };
}

/// <summary>A page of balances looks at so many holders and no more, whatever it is asked by, and goes on behind them.</summary>
public abstract class BalanceLooksTests(IDatabaseFixture databases)
{
    private const int MostRows = 5;
    private const int Holders = 23;

    private static readonly HashSet<string> Others = new(StringComparer.Ordinal);
    private static readonly string[] Tokens = [.. ((int[])[1, 2, 3]).Select(number => TokenOf(number).ToLowerHex())];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected abstract string Explain { get; }

    private protected abstract int Place { get; }

    private protected abstract bool IsWhole(string step);

    private protected abstract bool IsSeek(string step, string columns);

    [Fact]
    public async Task What_few_hold_is_looked_for_among_so_many_holders_a_page()
    {
        await using var index = await StartAsync();

        var nobody = await FollowAsync(index, "/v1/token_balances?balance=123456789");
        var ofOne = await FollowAsync(index, $"/v1/token_balances?balance=123456789&emitter={Tokens[1]}");
        var some = await FollowAsync(index, "/v1/token_balances?balance=1003&order=asc");
        var all = await FollowAsync(index, "/v1/token_balances?limit=500");

        Assert.Equal((0, 3 * Holders / MostRows + 1), (nobody.Rows.Count, nobody.Pages));
        Assert.Equal((0, Holders / MostRows + 1), (ofOne.Rows.Count, ofOne.Pages));
        Assert.Equal(3, some.Rows.Count);
        Assert.Equal((3 * Holders, 1), (all.Rows.Count, all.Pages));
    }

    [Fact]
    public async Task Who_holds_what_is_one_page_whatever_else_is_there()
    {
        await using var index = await StartAsync();

        var held = await FollowAsync(index, $"/v1/token_balances?account={ServedIndex.Someone(4).ToLowerHex()}&order=asc");

        Assert.Equal((1, string.Join(' ', Tokens)), (held.Pages, string.Join(' ', held.Rows.Select(row => row.Split('-')[0]))));
    }

    [Fact]
    public async Task Pages_together_have_the_rows_of_the_whole_list()
    {
        foreach (var isIndexed in (bool[])[true, false])
        {
            await using var index = await StartAsync(isIndexed);
            var (random, found) = (new Random(12), 0);
            for (var i = 0; i < 60; i++)
            {
                var question = Conditions(random);
                var whole = await WholeAsync(index, question);
                var (rows, pages) = await FollowAsync(index, $"/v1/token_balances?limit=3&{question}");
                Assert.True(whole == string.Join(' ', rows), $"{question}\n{whole}\n{string.Join(' ', rows)}");
                Assert.InRange(pages, 1, (3 * Holders / 3) + 2);
                found += rows.Count;
            }

            Assert.InRange(found, 300, int.MaxValue);
        }
    }

    [Theory]
    [InlineData("", "", "(emitter,account)<(?,?)")]
    [InlineData("balance=5", "(emitter,account)>(?,?)", "(emitter,account)>(?,?) AND (emitter,account)<(?,?)")]
    [InlineData("block.ge=7", "(emitter,account)>(?,?)", "(emitter,account)>(?,?) AND (emitter,account)<(?,?)")]
    [InlineData("account.in=HOLDER,TOKEN", "(emitter,account)>(?,?)", "(emitter,account)>(?,?) AND (emitter,account)<(?,?)")]
    [InlineData("emitter.le=TOKEN", "emitter<?", "(emitter,account)<(?,?)")]
    [InlineData("emitter.ge=TOKEN&balance=5", "(emitter,account)>(?,?)", "(emitter,account)<(?,?)")]
    [InlineData("emitter=TOKEN", "emitter=?", "emitter=? AND account<?")]
    [InlineData("emitter=TOKEN&balance.gt=5", "emitter=? AND account>?", "emitter=? AND account>? AND account<?")]
    [InlineData("emitter=TOKEN&account.lt=HOLDER", "emitter=? AND account<?", "emitter=? AND account<?")]
    [InlineData("account=HOLDER", "account=?", "account=? AND emitter<?")]
    [InlineData("account=HOLDER&balance.gt=5", "account=?", "account=? AND emitter<?")]
    [InlineData("emitter=TOKEN&account=HOLDER", "emitter=? AND account=?", "emitter=? AND account=?")]
    public async Task Every_page_goes_along_one_index_from_where_it_begins_to_where_it_ends(string question, string first, string later)
    {
        await using var index = await StartAsync();
        var query = QueryOf(index, question.Replace("TOKEN", Tokens[1], StringComparison.Ordinal).Replace("HOLDER", ServedIndex.Someone(4).ToLowerHex(), StringComparison.Ordinal));
        var behind = query with { AfterKey = [TokenOf(2).ToArray(), ServedIndex.Someone(question.Contains("account=", StringComparison.Ordinal) ? 4 : 20).ToArray()] };

        foreach (var (asked, seek) in ((ListQuery, string)[])[(query, first), (behind, later)])
        {
            var plan = await index.Database.ReadAsync(
                async session => await PlanAsync(session, QueryText.Page(await BalanceLooks.WithinAsync(session, asked, MostRows, isIndexed: true))), Stop);
            var steps = string.Join('\n', plan);
            Assert.False(plan.Exists(IsSorting), steps);
            // A list from its very beginning needs no place in it.
            Assert.True(seek.Length == 0 || (!plan.Exists(IsWhole) && plan.Exists(step => IsSeek(step, seek))), $"{seek}\n{steps}");
        }
    }

    private async Task<ServedIndex> StartAsync(bool isIndexed = true)
    {
        var index = await ServedIndex.StartAsync(await databases.CreateAsync(), new ApiOptions { RequestsPerSecond = 10_000, MaxLookedRows = MostRows }, isIndexed: isIndexed);
        await index.MineRequestsAsync(1);
        await index.Database.WriteAsync(
            async session =>
            {
                for (var token = 1; token <= 3; token++)
                {
                    for (var holder = 0; holder < Holders; holder++)
                    {
                        var balance = (UInt256.One << 255) + (ulong)(1_000 + holder);
                        await session.ExecuteAsync(
                            "INSERT INTO token_balances (emitter, account, balance, id, final_balance, final_id) VALUES (@Token, @Holder, @Balance, @Id, @Balance, @Id)",
                            new { Token = TokenOf(token), Holder = ServedIndex.Someone(holder), Balance = balance.ToBigEndian(), Id = (long)(holder + 1) << 20 });
                    }
                }
            },
            Stop);
        return index;
    }

    private static Address TokenOf(int number) => Address.Parse(string.Create(CultureInfo.InvariantCulture, $"0x{number:x2}000000000000000000000000000000000000aa"));

    // Some of the conditions that may be asked together.
    private static string Conditions(Random random)
    {
        List<string> conditions = [random.Next(2) == 0 ? "order=asc" : "order=desc"];
        for (var i = random.Next(3); i > 0; i--)
        {
            conditions.Add(random.Next(8) switch
            {
                0 => $"emitter={Tokens[random.Next(3)]}",
                1 => $"emitter.in={Tokens[random.Next(3)]},{Tokens[random.Next(3)]}",
                2 => $"emitter.{(random.Next(2) == 0 ? "ge" : "lt")}={Tokens[random.Next(3)]}",
                3 => $"account={Holder()}",
                4 => $"account.in={Holder()},{Holder()},{Holder()}",
                5 => $"account.{(random.Next(2) == 0 ? "gt" : "ne")}={Holder()}",
                6 => string.Create(CultureInfo.InvariantCulture, $"balance.ge={1_000 + random.Next(Holders)}"),
                _ => string.Create(CultureInfo.InvariantCulture, $"block.lt={random.Next(Holders)}"),
            });
        }

        return string.Join('&', conditions);

        string Holder() => ServedIndex.Someone(random.Next(Holders)).ToLowerHex();
    }

    private static ListQuery QueryOf(ServedIndex index, string question)
    {
        var asked = question.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => KeyValuePair.Create(part.Split('=')[0], part.Split('=')[1]));
        Assert.True(ListQuery.TryParse(index.Api.Resources.Single(resource => resource.Path == "token_balances"), asked, Others, out var query, out var fault), fault);
        return query;
    }

    private static async Task<string> WholeAsync(ServedIndex index, string question) => await index.Database.ReadAsync(
        async session =>
        {
            await using var command = QueryText.Rows(QueryOf(index, question), null).ToCommand(session);
            await using var rows = await command.ExecuteReaderAsync(session.Cancellation);
            List<string> held = [];
            while (await rows.ReadAsync(session.Cancellation))
                held.Add($"0x{Convert.ToHexStringLower(await rows.GetFieldValueAsync<byte[]>(1, Stop))}-0x{Convert.ToHexStringLower(await rows.GetFieldValueAsync<byte[]>(2, Stop))}");
            return string.Join(' ', held);
        },
        Stop);

    private static async Task<(List<string> Rows, int Pages)> FollowAsync(ServedIndex index, string question)
    {
        List<string> rows = [];
        var pages = 0;
        for (string? next = ""; next is not null; pages++)
        {
            Assert.InRange(pages, 0, 200);
            var page = await index.GetAsync(question + (next.Length == 0 ? "" : $"&cursor={next}"));
            rows.AddRange(page.GetProperty("items").EnumerateArray().Select(row => $"{row.GetProperty("emitter").GetString()}-{row.GetProperty("account").GetString()}"));
            next = page.GetProperty("next").GetString();
        }

        return (rows, pages);
    }

    private static bool IsSorting(string step) => step.Contains("SORT", StringComparison.OrdinalIgnoreCase) || step.Contains("TEMP B-TREE", StringComparison.Ordinal);

    private async Task<List<string>> PlanAsync(DatabaseSession session, QueryText text)
    {
        // Of a few rows a server reads all, whatever indexes there are.
        if (session.Engine == Engine.Postgres)
            await session.ExecuteAsync("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off");
        await using var command = text.ToCommand(session);
#pragma warning disable CA2100 // The list's own text.
        command.CommandText = Explain + command.CommandText;
#pragma warning restore CA2100
        await using DbDataReader rows = await command.ExecuteReaderAsync(session.Cancellation);
        var steps = new List<string>();
        while (await rows.ReadAsync(session.Cancellation))
            steps.Add(rows.GetString(Place));
        Assert.NotEmpty(steps);
        return steps;
    }
}
