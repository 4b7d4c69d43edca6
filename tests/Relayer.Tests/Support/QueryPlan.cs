using OpenGradient.Database;

namespace OpenGradient.Relayer.Tests.Support;

/// <summary>How a database would find what it is asked for.</summary>
internal static class QueryPlan
{
    /// <summary>The steps that read a table, by name of the table; fails where none does.</summary>
    public static async Task<IReadOnlyList<string>> ReadsAsync(DatabaseSession session, string table, string text, object parameters)
    {
        if (session.Engine == Engine.Postgres)
            // Of a few rows a server reads all, whatever indexes there are.
            await session.ExecuteAsync("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off");
        var steps = session.Engine == Engine.Sqlite
            ? [.. (await session.QueryAsync<Step>("EXPLAIN QUERY PLAN " + text, parameters)).Select(step => step.Detail)]
            : await session.QueryAsync<string>("EXPLAIN " + text, parameters);
        var reads = steps.Where(step => step.Contains($" {table}", StringComparison.Ordinal) && (step.Contains("Scan", StringComparison.Ordinal)
            || step.StartsWith("SCAN", StringComparison.Ordinal) || step.StartsWith("SEARCH", StringComparison.Ordinal))).ToList();
        Assert.NotEmpty(reads);
        return reads;
    }

    private sealed class Step
    {
        public string Detail { get; init; } = "";
    }
}
