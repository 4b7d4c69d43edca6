using System.Text.Json;
using Microsoft.Data.Sqlite;
using OpenGradient.Database;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Support.Databases;
using SQLitePCL;

namespace OpenGradient.Indexer.Tests.Api.Queries;

public sealed class SqlitePageCostTests(SqliteFixture databases) : PageCostTests(databases), IClassFixture<SqliteFixture>
{
    private const int StepsAtOnce = 100;

    // A row takes about a hundred steps of SQLite's machine: to be read, and for each table that is asked about it.
    private protected override long MostFor(int rows) => 100 + (rows * 2);

    private protected override Task PrepareAsync(IDatabase database) => Task.CompletedTask;

    // In hundreds of steps.
    private protected override async Task<long> CostAsync(DatabaseSession session, QueryText text)
    {
        var handle = ((SqliteConnection)session.Connection).Handle;
        var count = 0L;
        raw.sqlite3_progress_handler(handle, StepsAtOnce, _ => Count(ref count), null);
        try
        {
            await using var command = text.ToCommand(session);
            await using var rows = await command.ExecuteReaderAsync(session.Cancellation);
            while (await rows.ReadAsync(session.Cancellation))
            {
            }
        }
        finally
        {
            raw.sqlite3_progress_handler(handle, 0, null, null);
        }

        return count;
    }

    private static int Count(ref long count)
    {
        count++;
        return 0;
    }
}

public sealed class PostgresPageCostTests(PostgresFixture databases) : PageCostTests(databases)
{
    // A row of the list itself, one in each table that has something about it, and what says that it is the last of them.
    private protected override long MostFor(int rows) => 100 + (rows * 5);

    private protected override Task PrepareAsync(IDatabase database) => database.WriteAsync(session => session.ExecuteAsync("ANALYZE;"), Stop);

    // In rows that were read.
    private protected override async Task<long> CostAsync(DatabaseSession session, QueryText text)
    {
        await using var command = text.ToCommand(session);
#pragma warning disable CA2100 // The endpoint's own text.
        command.CommandText = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + command.CommandText;
#pragma warning restore CA2100
        using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync(session.Cancellation))!);
        return RowsOf(plan.RootElement[0].GetProperty("Plan"));
    }

    private static long RowsOf(JsonElement step)
    {
        var own = step.TryGetProperty("Relation Name", out _)
            ? (Of("Actual Rows") + Of("Rows Removed by Filter") + Of("Rows Removed by Index Recheck")) * Of("Actual Loops")
            : 0;
        return own + (step.TryGetProperty("Plans", out var inner) ? inner.EnumerateArray().Sum(RowsOf) : 0);

        long Of(string name) => step.TryGetProperty(name, out var value) ? (long)value.GetDouble() : 0;
    }
}

/// <summary>A page of a view reads a bounded part of its tables, whatever is asked for and however many rows there are.</summary>
public abstract class PageCostTests(IDatabaseFixture databases)
{
    private const int Rows = 15_000;
    private const int MostLooked = 200;

    private static readonly HashSet<string> Others = new(StringComparer.Ordinal);

    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Each with how many rows it may look at.
    private static IEnumerable<(string Path, string Question, int Looked)> Questions() =>
    [
        ("requests", "", 51),
        ("requests", "stage=settled", MostLooked), ("requests", "stage=claimed", MostLooked), ("requests", "stage=open", MostLooked), ("requests", "stage=overturned", 51),
        ("requests", "stage.ne=settled&order=asc", MostLooked), ("requests", "settled_at.null=true", MostLooked), ("requests", "delivered_at.null=true", MostLooked),
        ("requests", $"node={Loaded.Busy}", MostLooked), ("requests", $"node={Loaded.Rare}", 51), ("requests", $"node={Loaded.Rare}&stage=open", 51), ("requests", $"node={Loaded.Nobody}", 51),
        ("requests", $"requester={Loaded.Busy}", 51), ("requests", $"requester={Loaded.Rare}", 51), ("requests", $"requester={Loaded.Nobody}", 51), ("requests", $"requester={Loaded.Busy}&stage=claimed", MostLooked), ("requests", $"requester.in={Loaded.Busy},{Loaded.Rare}", 3 * 51),
        ("requests", $"id.in={Loaded.IdOf(7)},{Loaded.IdOf(Rows / 2)}", 51), ("requests", $"id.in={Loaded.IdOf(7)},{Loaded.IdOf(8)}&stage=claimed", 51),
        ("requests", $"stage=claimed&as_of={Rows / 2}", MostLooked), ("requests", $"node={Loaded.Rare}&as_of={Rows / 2}", 51),
        ("receipts", "", 51), ("receipts", $"node={Loaded.Busy}", 51), ("receipts", "assurance=3", MostLooked), ("receipts", "overturned_at.null=false", MostLooked),
        ("receipts", "fee=1&latency_seconds.ge=1000", MostLooked), ("receipts", $"id.in={Loaded.IdOf(9)}", 51), ("receipts", $"node={Loaded.Busy}&assurance=3", MostLooked),
        ("challenges", "", 2 * 51), ("challenges", "standing=1", 2 * MostLooked), ("challenges", "standing=3", 2 * MostLooked), ("challenges", "ended_at.null=true", 2 * MostLooked),
        ("challenges", $"challenger={Loaded.Nobody}", 2 * MostLooked), ("challenges", $"id.in={Loaded.IdOf(7)},{Loaded.IdOf(8)}", 51),
    ];

    private protected abstract long MostFor(int rows);

    /// <summary>What a server does by itself once it is left alone.</summary>
    private protected abstract Task PrepareAsync(IDatabase database);

    private protected abstract Task<long> CostAsync(DatabaseSession session, QueryText text);

    [Fact]
    public async Task A_page_reads_a_part_of_its_tables_whatever_is_asked_for()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), families: FewThings.Families);
        await Loaded.FillAsync(index.Database, Rows, Stop);
        await PrepareAsync(index.Database);

        foreach (var (path, question, looked) in Questions())
        {
            var asked = question.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => KeyValuePair.Create(part.Split('=', 2)[0], part.Split('=', 2)[1]));
            Assert.True(ListQuery.TryParse(index.Api.Resources.Single(resource => resource.Path == path), asked, Others, out var query, out var fault), fault);
            var cost = await index.Database.ReadAsync(
                async session =>
                {
                    var near = await NearRows.WithinAsync(session, await NearRows.OfAsync(session, query), MostLooked);
                    return await CostAsync(session, QueryText.Page(near));
                },
                Stop);
            Assert.True(cost <= MostFor(looked), $"{path}?{question} took {cost}, and {MostFor(looked)} are enough.");
        }
    }
}
