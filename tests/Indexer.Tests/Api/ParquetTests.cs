using System.Net;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Parquet;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api;

public sealed class ParquetTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private static readonly string Library = Repository.PathOf("node_modules", "@duckdb", "node-bindings-linux-x64", "libduckdb.so");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_holds_what_the_other_formats_hold()
    {
        await using var index = await StartAsync(new ApiOptions { DuckDbLibrary = Library, RequestsPerSecond = 10_000 });
        index.Chain.Mine(40, new Random(3));
        await index.MineRequestsAsync(30);

        foreach (var resource in (string[])["requests", "events/hub_requested", "events/shop_sold", "events/token_transfer", "token_balances"])
        {
            using var answer = await index.Client.GetAsync(new Uri($"/v1/{resource}/export?format=parquet&order=asc", UriKind.Relative), Stop);
            Assert.Equal((HttpStatusCode.OK, "application/vnd.apache.parquet"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            Assert.Equal(index.Chain.Blocks.Head.Number.ToString(provider: null), answer.Headers.GetValues("OG-As-Of-Block").Single());
            var csv = await index.Client.GetStringAsync(new Uri($"/v1/{resource}/export?format=csv&order=asc", UriKind.Relative), Stop);

            Assert.Equal(csv.ReplaceLineEndings("\n"), ReadBack(await answer.Content.ReadAsByteArrayAsync(Stop)));
            Assert.True(csv.AsSpan().Count('\n') > 5, resource);
        }
    }

    [Fact]
    public async Task Without_the_library_it_says_what_to_install()
    {
        await using var index = await StartAsync(new ApiOptions { DuckDbLibrary = "/nowhere/libduckdb.so" });

        var problem = await index.GetAsync("/v1/requests/export?format=parquet", 501);

        Assert.Contains("npm ci", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_takes_too_much_room_is_refused_and_leaves_nothing_behind()
    {
        await using var index = await StartAsync(new ApiOptions { DuckDbLibrary = Library, MaxParquetBytes = 1 << 20 });
        for (var i = 0; i < 3; i++)
            index.Chain.Blocks.Mine([ServedIndex.Requested(i, ServedIndex.Someone(1), 1_000, new Random(i), inputBytes: 3 << 20)]);
        await index.SettleAsync();
        var before = Temporary();

        var problem = await index.GetAsync("/v1/events/hub_requested/export?format=parquet", 413);

        Assert.Contains("1 MiB", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, Temporary());
    }

    private static int Temporary() => Directory.EnumerateDirectories(Path.GetTempPath(), "og-parquet-*").Count();

    // By DuckDB itself, as whoever takes such a file does.
    private static string ReadBack(byte[] parquet)
    {
        var folder = Directory.CreateTempSubdirectory("og-read").FullName;
        var (from, to) = (Path.Combine(folder, "a.parquet"), Path.Combine(folder, "a.csv"));
        File.WriteAllBytes(from, parquet);
        var database = DuckDb.Open(":memory:");
        var connection = DuckDb.Connect(database);
        DuckDb.Execute(connection, $"COPY (SELECT * FROM '{from}') TO '{to}' (FORMAT csv, HEADER)");
        DuckDb.duckdb_disconnect(ref connection);
        DuckDb.duckdb_close(ref database);
        var text = File.ReadAllText(to);
        Directory.Delete(folder, recursive: true);
        // Nothing and an empty text are two things to it.
        return text.Replace(",\"\",", ",,", StringComparison.Ordinal);
    }

    private async Task<ServedIndex> StartAsync(ApiOptions options) => await ServedIndex.StartAsync(await databases.CreateAsync(), options);
}
