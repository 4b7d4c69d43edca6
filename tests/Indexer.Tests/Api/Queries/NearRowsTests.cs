using System.Data.Common;
using System.Globalization;
using OpenGradient.Database;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Schema;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api.Queries;

public sealed class SqliteNearRowsTests(SqliteFixture databases) : NearRowsTests(databases), IClassFixture<SqliteFixture>
{
    private protected override string Explain => "EXPLAIN QUERY PLAN ";

    private protected override int Place => 3;

    private protected override bool IsWhole(string step) => step.StartsWith("SCAN", StringComparison.Ordinal) && !step.Contains("USING COVERING INDEX", StringComparison.Ordinal);

    private protected override bool IsSpan(string step) => step.Contains("rowid>? AND rowid<?", StringComparison.Ordinal);

    private protected override bool IsLookup(string step) => step == "SEARCH r USING INTEGER PRIMARY KEY (rowid=?)";

    private protected override bool IsPart(string step) => step == "SEARCH r USING INTEGER PRIMARY KEY (rowid>?)";
}

public sealed class PostgresNearRowsTests(PostgresFixture databases) : NearRowsTests(databases)
{
    private protected override string Explain => "EXPLAIN ";

    private protected override int Place => 0;

    private protected override bool IsWhole(string step) => step.Contains("Seq Scan", StringComparison.Ordinal);

    private protected override bool IsSpan(string step) => step.Contains("Index Cond: ((", StringComparison.Ordinal) && step.Contains("id >= ", StringComparison.Ordinal) && step.Contains("id < ", StringComparison.Ordinal);

    private protected override bool IsLookup(string step) => step.Contains("Index Cond: (node = ", StringComparison.Ordinal) || step.Contains("Scan on hub_overturned x", StringComparison.Ordinal)
        || step.Contains(" on hub_overturned x", StringComparison.Ordinal);

    private protected override bool IsPart(string step) => step.Contains("Index Cond: (id > ", StringComparison.Ordinal);
}

/// <summary>What is asked of some time, or of one node, reads the rows of that, and finds the same.</summary>
public abstract class NearRowsTests(IDatabaseFixture databases)
{
    private static readonly HashSet<string> Others = new(StringComparer.Ordinal);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected abstract string Explain { get; }

    private protected abstract int Place { get; }

    private protected abstract bool IsWhole(string step);

    private protected abstract bool IsSpan(string step);

    private protected abstract bool IsLookup(string step);

    private protected abstract bool IsPart(string step);

    [Theory]
    [InlineData("events/hub_requested", "block_time", "assurance", null)]
    [InlineData("receipts", "settled_at", null, "latency_seconds")]
    [InlineData("receipts", "settled_at", "node", "fee")]
    [InlineData("requests", "requested_at", null, null)]
    [InlineData("deliveries", "delivered_at", "succeeded", null)]
    public async Task Buckets_of_some_time_read_the_rows_of_that_time(string path, string column, string? by, string? value)
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(8);
        var query = QueryOf(index, path, (column + ".ge", TimeOf(index, 3)), (column + ".lt", TimeOf(index, 6)));

        var plan = await index.Database.ReadAsync(
            async session => await PlanAsync(
                session, BucketEndpoints.TextOf(await NearRows.OfAsync(session, query), 3_600, value is null ? null : query.Resource.Find(value), by is null ? null : query.Resource.Find(by))),
            Stop);

        Assert.DoesNotContain(plan, IsWhole);
        Assert.Contains(plan, IsSpan);
    }

    [Theory]
    [InlineData("node", "0x0000000000000000000000000000000000000007")]
    [InlineData("stage", "overturned")]
    public async Task Requests_of_which_few_are_so_are_found_from_what_made_them_so(string column, string value)
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(8);
        var query = QueryOf(index, "requests", (column, value));

        var plan = await index.Database.ReadAsync(async session => await PlanAsync(session, QueryText.Page(await NearRows.OfAsync(session, query))), Stop);

        Assert.DoesNotContain(plan, IsWhole);
        Assert.Contains(plan, IsLookup);
    }

    [Theory]
    [InlineData("stage", "open")]
    [InlineData("stage", "claimed")]
    [InlineData("stage", "settled")]
    [InlineData("settled_at.null", "true")]
    public async Task A_page_of_what_no_index_has_reads_a_part_of_the_requests(string column, string value)
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(8);
        var query = QueryOf(index, "requests", (column, value));

        var (plan, beyond) = await index.Database.ReadAsync(
            async session =>
            {
                var near = await NearRows.OfAsync(session, query);
                return (await PlanAsync(session, QueryText.Page(await NearRows.WithinAsync(session, near, 3))), await PlanAsync(session, NearRows.BeyondOf(near, 3)!));
            },
            Stop);

        Assert.DoesNotContain(plan, IsWhole);
        Assert.Contains(plan, IsPart);
        // Where they end is found in their own order, without sorting.
        Assert.DoesNotContain(beyond, IsSorting);
    }

    [Fact]
    public async Task Where_a_page_of_one_requester_ends_is_found_among_the_requests_of_that_one()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(8);
        var query = QueryOf(index, "requests", ("stage", "open"), ("requester", ServedIndex.Someone(1).ToString()));

        var plan = await index.Database.ReadAsync(async session => await PlanAsync(session, NearRows.BeyondOf(query, 3)!), Stop);

        Assert.Contains(plan, step => step.Contains("(requester=?", StringComparison.Ordinal) || step.Contains("Index Cond: (requester = ", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, IsSorting);
    }

    [Fact]
    public void What_a_view_is_said_to_be_indexed_by_is_indexed()
    {
        var tables = OurFamilies.Hub().Concat(OurFamilies.Models()).Concat(OurFamilies.Nodes()).Concat(OurFamilies.Keys()).ToDictionary(table => table.Name, StringComparer.Ordinal);
        foreach (var view in AnalystViews.All.Where(view => view.Of is not null))
            Assert.Empty(view.Indexed.Except(tables[view.Of!].Indexes, StringComparer.Ordinal));
        Assert.Equal("challenges", Assert.Single(AnalystViews.All, view => view.Of is null).Name);
    }

    [Fact]
    public async Task The_same_is_found_as_among_all_rows()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(12);
        var blocks = index.Chain.Blocks;
        index.Chain.Blocks.Mine(ServedIndex.About("hub_overturned", 4, new Random(1)), ServedIndex.About("hub_overturned", 6, new Random(2)));
        await index.SettleAsync();
        var node = (await index.GetAsync($"/v1/requests/{ServedIndex.RequestId(8)}")).GetProperty("node").GetString()!;
        List<(string Path, (string, string)[] Conditions)> questions =
        [
            ("requests", [("node", node)]), ("requests", [("node", ServedIndex.Someone(9).ToString())]), ("requests", [("stage", "overturned")]), ("requests", [("stage", "refunded")]),
            ("requests", [("stage", "overturned"), ("node", node)]), ("requests", [("node", node), ("requested_at.ge", TimeOf(index, 2))]),
        ];
        string[] times = [TimeOf(index, 0), TimeOf(index, 5), At(index, 5, 1), At(index, 5, -1), blocks.Head.Header.Header.Timestamp.ToString(CultureInfo.InvariantCulture), "0", "-5", long.MaxValue.ToString(CultureInfo.InvariantCulture)];
        foreach (var (path, column) in new[] { ("requests", "requested_at"), ("receipts", "settled_at"), ("events/hub_delivered", "block_time"), ("events/token_transfer", "block_time") })
        {
            foreach (var time in times)
            {
                questions.AddRange(((string[])["eq", "ne", "lt", "le", "gt", "ge"]).Select(op => (path, ((string, string)[])[($"{column}.{op}", time)])));
                questions.Add((path, [($"{column}.in", $"{time},{times[1]}")]));
                questions.Add((path, [($"{column}.ge", time), ($"{column}.lt", times[1]), ($"{column}.null", "false")]));
            }
        }

        var found = 0;
        foreach (var (path, conditions) in questions)
        {
            var query = QueryOf(index, path, conditions);
            var (all, near) = await index.Database.ReadAsync(async session => (await IdsAsync(session, query), await IdsAsync(session, await NearRows.OfAsync(session, query))), Stop);
            Assert.True(all == near, $"{path} {string.Join(' ', conditions)}: {all} and {near}");
            found += all.Length;
        }

        Assert.NotEqual(0, found);
    }

    private static bool IsSorting(string step) => step.Contains("SORT", StringComparison.OrdinalIgnoreCase) || step.Contains("TEMP B-TREE", StringComparison.Ordinal);

    private static string TimeOf(ServedIndex index, int block) => At(index, block, 0);

    private static string At(ServedIndex index, int block, int more) => ((long)index.Chain.Blocks[(ulong)block].Header.Header.Timestamp + more).ToString(CultureInfo.InvariantCulture);

    private static ListQuery QueryOf(ServedIndex index, string path, params (string Name, string Value)[] conditions)
    {
        Assert.True(
            ListQuery.TryParse(
                index.Api.Resources.Single(resource => resource.Path == path), conditions.Select(condition => KeyValuePair.Create(condition.Name, condition.Value)), Others, out var query, out var fault),
            fault);
        return query;
    }

    private static async Task<string> IdsAsync(DatabaseSession session, ListQuery query)
    {
        await using var command = QueryText.Rows(query, null).ToCommand(session);
        await using var rows = await command.ExecuteReaderAsync(session.Cancellation);
        var ids = new List<long>();
        while (await rows.ReadAsync(session.Cancellation))
            ids.Add(rows.GetInt64(0));
        return string.Join(' ', ids);
    }

    private async Task<List<string>> PlanAsync(DatabaseSession session, QueryText text)
    {
        // Of a few rows a server reads all, whatever indexes there are.
        if (session.Engine == Engine.Postgres)
            await session.ExecuteAsync("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off");
        await using var command = text.ToCommand(session);
#pragma warning disable CA2100 // The endpoint's own text.
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
