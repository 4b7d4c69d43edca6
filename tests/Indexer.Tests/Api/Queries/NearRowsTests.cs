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

    private protected override bool IsWhole(string step) => step.StartsWith("SCAN", StringComparison.Ordinal) && !step.Contains("USING COVERING INDEX", StringComparison.Ordinal) && !IsOfPart(step);

    // What a question inside another has found.
    private static bool IsOfPart(string step) =>
        step.Split(' ')[1] is var name && (name is "first_rows" or "found" or "then_and_there" or "y" || AnalystViews.All.Any(view => view.Name == name));

    private protected override bool IsSpan(string step) => step.Contains("rowid>? AND rowid<?", StringComparison.Ordinal);

    private protected override bool IsLookup(string step) => step == "SEARCH r USING INTEGER PRIMARY KEY (rowid=?)";

    private protected override bool IsPart(string step) => step == "SEARCH r USING INTEGER PRIMARY KEY (rowid>?)";

    private protected override bool IsOneRow(string step) => step.Contains(" USING INTEGER PRIMARY KEY (rowid=?)", StringComparison.Ordinal);

    private protected override bool IsPartOfChallenges(string step) => step is "SEARCH c USING INTEGER PRIMARY KEY (rowid>?)" or "SEARCH p USING INTEGER PRIMARY KEY (rowid>?)";

    private protected override bool IsGoneThrough(string step) =>
        (step.StartsWith("SEARCH ", StringComparison.Ordinal) || step.StartsWith("SCAN ", StringComparison.Ordinal)) && !step.Contains("=?", StringComparison.Ordinal) && !IsOfPart(step) && !IsOwnPart(step);

    // A view's own rows are called by one letter, or by the event, and by no x.
    private protected override bool IsOwnPart(string step) =>
        step.EndsWith("(rowid<?)", StringComparison.Ordinal) && step.Split(' ')[1] is "r" or "s" or "c" or "p" or "v" or "k" or "hub_delivered" or "hub_collected";
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

    private protected override bool IsOneRow(string step) => step.Contains("Index Cond: (id = ", StringComparison.Ordinal);

    private protected override bool IsPartOfChallenges(string step) => IsPart(step);

    private protected override bool IsGoneThrough(string step) => step.Contains("Index Scan", StringComparison.Ordinal) && step.Contains("_pkey on ", StringComparison.Ordinal) && step.Contains(" x", StringComparison.Ordinal);

    private protected override bool IsOwnPart(string step) => step.Contains("Index Cond: (id < ", StringComparison.Ordinal);
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

    private protected abstract bool IsOneRow(string step);

    private protected abstract bool IsPartOfChallenges(string step);

    private protected abstract bool IsGoneThrough(string step);

    private protected abstract bool IsOwnPart(string step);

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
                return (await PlanAsync(session, QueryText.Page(await NearRows.WithinAsync(session, near, 3))), await PlanAsync(session, Looks.Of(near, 3).BeyondOf(null)));
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

        var looks = Looks.Of(query, 3);
        var plan = await index.Database.ReadAsync(async session => await PlanAsync(session, looks.BeyondOf(Assert.Single(looks.Ways))), Stop);

        Assert.Contains(plan, step => step.Contains("(requester=?", StringComparison.Ordinal) || step.Contains("Index Cond: (requester = ", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, IsSorting);
    }

    [Theory]
    [InlineData("requests", "requester")]
    [InlineData("events/hub_requested", "requester")]
    [InlineData("events/token_transfer", "from_address")]
    public async Task A_page_of_several_values_has_the_first_rows_of_each_and_no_others(string path, string column)
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(8);
        var query = QueryOf(index, path, (column + ".in", $"{ServedIndex.Someone(1)},{ServedIndex.Someone(2)},{ServedIndex.Someone(2)}"));

        var plan = await index.Database.ReadAsync(async session => await PlanAsync(session, QueryText.Page(await NearRows.WithinAsync(session, query, 3))), Stop);

        // Each by its index, and each ends where the page would: what is sorted are as many rows as a page has for each value.
        Assert.DoesNotContain(plan, IsWhole);
        Assert.Equal(3, plan.Count(step => IsBy(step, column)));
        Assert.Contains(plan, IsOneRow);
    }

    [Theory]
    [InlineData("requests")]
    [InlineData("events/hub_requested")]
    public async Task A_page_of_two_values_goes_by_one_of_them_to_where_so_many_rows_end(string path)
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(8);
        var query = QueryOf(index, path, ("requester", ServedIndex.Someone(1).ToString()), ("version_id", ServedIndex.RequestId(1).ToString()));
        var looks = Looks.Of(query, 3);
        Assert.Equal("requester version_id", string.Join(' ', looks.Ways.Select(way => way!.Column)));

        foreach (var way in looks.Ways)
        {
            var (page, beyond) = await index.Database.ReadAsync(
                async session => (await PlanAsync(session, QueryText.Page(looks.By(way) with { Beyond = 5 })), await PlanAsync(session, looks.BeyondOf(way))), Stop);
            var other = looks.Ways.Single(one => one != way)!.Column;
            Assert.Contains(page, step => IsBy(step, way!.Column));
            Assert.Contains(beyond, step => IsBy(step, way!.Column));
            Assert.DoesNotContain(page, step => IsBy(step, other));
            Assert.DoesNotContain(beyond, IsSorting);
            Assert.DoesNotContain(page, IsWhole);
        }
    }

    [Fact]
    public async Task Models_are_found_by_who_made_them_and_challenges_in_a_part_of_both_their_events()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), families: FewThings.Families);
        for (var i = 0; i < 8; i++)
            index.Chain.Blocks.Mine(FewThings.Logs(12, new Random(i)));
        await index.SettleAsync();
        var models = QueryOf(index, "models", ("creator", ServedIndex.Someone(1).ToString()));
        var challenges = QueryOf(index, "challenges", ("challenger", ServedIndex.Someone(1).ToString()));

        var (made, open) = await index.Database.ReadAsync(
            async session => (await PlanAsync(session, QueryText.Page(await NearRows.WithinAsync(session, models, 3))),
                await PlanAsync(session, QueryText.Page(challenges with { Beyond = 5 }))),
            Stop);

        Assert.Contains(made, step => IsBy(step, "owner"));
        Assert.DoesNotContain(made, IsWhole);
        Assert.True(open.Count(IsPartOfChallenges) == 2, string.Join('\n', open));
        Assert.DoesNotContain(open, IsWhole);
    }

    [Fact]
    public void What_a_resource_is_said_to_be_indexed_by_is_indexed()
    {
        var tables = FewThings.Families.SelectMany(TableLayout.Of).ToDictionary(table => table.Name, StringComparer.Ordinal);
        foreach (var resource in Resource.Of(FewThings.Families))
        {
            Assert.NotEmpty(resource.Events);
            foreach (var events in resource.Events)
                Assert.Empty(resource.Indexed.Select(column => column.Stored).Except(tables[events].Indexes, StringComparer.Ordinal));
        }
    }

    public static TheoryData<string> Views => [.. AnalystViews.All.Select(view => view.Name)];

    [Theory]
    [MemberData(nameof(Views))]
    public async Task A_view_as_of_a_block_reads_a_part_of_its_own_rows_and_of_others_what_is_about_them(string view)
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), families: FewThings.Families);
        for (var i = 0; i < 8; i++)
            index.Chain.Blocks.Mine(FewThings.Logs(12, new Random(i)));
        await index.SettleAsync();
        var resource = index.Api.Resources.Single(resource => resource.Path == view);
        var page = QueryOf(index, view, ("as_of", "5"));
        var one = page with { Conditions = [.. resource.KeyOf(resource.Find(resource.Key!)!.Kind == ColumnKind.Hash ? FewThings.Thing(1).ToString() : ServedIndex.Someone(1).ToString(), out _)!, .. page.Conditions], Limit = 1 };

        var (plan, found) = await index.Database.ReadAsync(
            async session => (await PlanAsync(session, QueryText.Page(await NearRows.WithinAsync(session, page, 3))), await PlanAsync(session, QueryText.Rows(one, 1))), Stop);

        // What its rows are put together from is looked up, and not gone through up to that block; and one thing is looked up itself.
        var (pages, things) = (string.Join('\n', plan), string.Join('\n', found));
        Assert.False(plan.Exists(IsWhole), pages);
        Assert.False(found.Exists(IsWhole), things);
        Assert.False(plan.Exists(IsGoneThrough), pages);
        Assert.False(found.Exists(IsGoneThrough), things);
        Assert.True(plan.Exists(IsOwnPart), pages);
        Assert.False(found.Exists(IsOwnPart), things);
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

    private static bool IsBy(string step, string column) =>
        step.Contains($"({column}=?", StringComparison.Ordinal) || step.Contains($"Index Cond: ({column} = ", StringComparison.Ordinal) || step.Contains($"Index Cond: (({column} = ", StringComparison.Ordinal);

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
