using OpenGradient.Indexer.Fetching;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Fetching;

/// <summary>What is asked at every attempt, and passes by nothing that is not due however much there is.</summary>
public sealed class BlobTableTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_due_is_found_by_time_and_what_is_in_a_state_is_counted_by_it()
    {
        await using var scene = await BlobScene.StartAsync(databases);

        foreach (var text in BlobTable.HotTexts)
            Assert.Matches("^SEARCH index_blobs USING (COVERING )?INDEX index_blobs_(fresh|tried) \\(kinds=\\? AND next_at.*\\)$", (await PlanAsync(text))[0]);
        Assert.Equal(["SEARCH index_blobs USING COVERING INDEX index_blobs_state (state=?)"], await PlanAsync(BlobTable.CountText));
        Assert.Equal(8, BlobTable.HotTexts.Distinct(StringComparer.Ordinal).Count());

        Task<IReadOnlyList<string>> PlanAsync(string text) => scene.Database.ReadAsync(
            async session => (IReadOnlyList<string>)[.. (await session.QueryAsync<Step>("EXPLAIN QUERY PLAN " + text, new { now = 1L, most = 2, state = BlobRow.Waiting })).Select(step => step.Detail)], Stop);
    }

    private sealed class Step
    {
        public string Detail { get; init; } = "";
    }
}
