using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using OpenGradient.Indexer.Api;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api.Endpoints;

/// <summary>Whoever goes away in the middle gives back what was held for him, and is nobody's fault.</summary>
public sealed class LeavingTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private const int Rows = 150;
    private const int InputBytes = 60_000;

    private readonly ConcurrentQueue<string> _told = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("export?format=csv", "export")]
    [InlineData("export?format=jsonl", "export")]
    [InlineData("stream", "stream")]
    public async Task A_place_is_given_back_by_whoever_leaves_and_nothing_is_logged_as_a_fault(string asked, string kind)
    {
        using var log = new Lines(_told);
        await using var index = await StartAsync(log);
        var path = new Uri($"/v1/events/hub_requested/{asked}", UriKind.Relative);
        using (var taken = await index.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Stop))
        {
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
            using var busy = await index.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Stop);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, busy.StatusCode);
        }

        await Eventually.UntilAsync(
            async () => (await index.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Stop)).Contains($"og_indexer_open_answers{{kind=\"{kind}\"}} 0\n", StringComparison.Ordinal), "nobody is told anything any more", Stop);
        using var next = await index.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Stop);

        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.Empty(_told);
    }

    [Fact]
    public async Task An_export_whose_time_is_over_is_broken_off_with_one_line_in_the_log()
    {
        using var log = new Lines(_told);
        // Long enough that it has begun by then also on a machine that has much to do: one that has not is told so in its answer.
        await using var index = await StartAsync(log, TimeSpan.FromSeconds(5));
        using var export = await index.Client.GetAsync(new Uri("/v1/events/hub_requested/export?format=jsonl", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal(HttpStatusCode.OK, export.StatusCode);
        await using var rows = await export.Content.ReadAsStreamAsync(Stop);

        await Eventually.UntilAsync(() => Task.FromResult(!_told.IsEmpty), "it is broken off", Stop);

        Assert.StartsWith("Warning Broke off an export of events/hub_requested to ", Assert.Single(_told), StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<Exception>(async () => await rows.CopyToAsync(Stream.Null, Stop));
        Assert.Single(_told);
    }

    [Fact]
    public async Task What_is_open_does_not_keep_an_indexer_from_ending_and_ends_with_it()
    {
        using var log = new Lines(_told);
        var index = await StartAsync(log);
        using var stream = await index.Client.GetAsync(new Uri("/v1/events/hub_requested/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Stop);
        using var export = await index.Client.GetAsync(new Uri("/v1/events/hub_requested/export?format=jsonl", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Stop);
        await using var rows = await export.Content.ReadAsStreamAsync(Stop);

        await index.DisposeAsync();

        // Half a file does not end as a whole one does.
        await Assert.ThrowsAnyAsync<Exception>(async () => await rows.CopyToAsync(Stream.Null, Stop));
        Assert.Empty(_told);
    }

    private async Task<ServedIndex> StartAsync(Lines log, TimeSpan? exportTimeout = null)
    {
        var index = await ServedIndex.StartAsync(await databases.CreateAsync(), new ApiOptions { MaxExports = 1, MaxStreams = 1, RequestsPerSecond = 10_000, ExportTimeout = exportTimeout ?? TimeSpan.FromMinutes(10) }, loggers: log);
        for (var i = 0; i < Rows; i++)
            index.Chain.Blocks.Mine(ServedIndex.Requested(i, ServedIndex.Someone(1), 1, new Random(i), InputBytes));
        await index.SettleAsync();
        return index;
    }

    private sealed class Lines(ConcurrentQueue<string> told) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
            // It is its own.
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                told.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
