using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Relayer.Earnings;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Scheduling;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Operations;

public sealed class OperationsPagesTests(SqliteFixture fixture) : IClassFixture<SqliteFixture>, IAsyncLifetime
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly PrometheusText _metrics = new();
    private readonly FakeProbe _probe = new();
    private OperationsScene _scene = null!;
    private WebApplication _application = null!;
    private HealthReport _health = null!;
    private OperationsMeter _meter = null!;
    private HttpClient _http = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _scene = await OperationsScene.OpenAsync(fixture);
        var jobs = new JobQueries(_scene.Database);
        _health = new HealthReport([_probe], TimeProvider.System);
        _meter = new OperationsMeter(_services.GetRequiredService<IMeterFactory>(), _health);
        _application = await OperationsPages.StartAsync(
            new Uri("http://127.0.0.1:0"),
            new OperationsParts(
                jobs, new JobDetailQueries(_scene.Database, jobs, _scene.Queue), new ProfitQueries(_scene.Database, TimeProvider.System),
                new InstanceRegister(_scene.Database, "us", TimeSpan.FromSeconds(10), TimeProvider.System), _health, _metrics)
            {
                Notice = "It is <emulated>.",
            },
            NullLoggerFactory.Instance, Stop);
        _http = new HttpClient { BaseAddress = new Uri(_application.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _application.DisposeAsync();
        _meter.Dispose();
        _health.Dispose();
        _metrics.Dispose();
        await _services.DisposeAsync();
        await _scene.DisposeAsync();
    }

    [Theory]
    [InlineData(HealthLevel.Good, HttpStatusCode.OK)]
    [InlineData(HealthLevel.Warning, HttpStatusCode.OK)]
    [InlineData(HealthLevel.Bad, HttpStatusCode.ServiceUnavailable)]
    public async Task It_is_ready_unless_something_is_bad(HealthLevel level, HttpStatusCode expected)
    {
        _probe.Level = level;

        using var answer = await _http.GetAsync(Path("/health/ready"), Stop);

        Assert.Equal(expected, answer.StatusCode);
        var state = JsonSerializer.Deserialize(await answer.Content.ReadAsStringAsync(Stop), OperationsJson.Default.HealthState)!;
        Assert.Equal(["running", "probe"], state.Checks.Select(check => check.Name), StringComparer.Ordinal);
        Assert.Equal(level, state.Checks[1].Level);
        Assert.Equal("alive", await _http.GetStringAsync(Path("/health/live"), Stop));
    }

    [Fact]
    public async Task Metrics_tell_what_the_checks_found()
    {
        _probe.Level = HealthLevel.Warning;

        var text = await _http.GetStringAsync(Path("/metrics"), Stop);

        Assert.Contains("# TYPE opengradient_relayer_ready gauge\nopengradient_relayer_ready 1\n", text, StringComparison.Ordinal);
        Assert.Contains("opengradient_relayer_check_level{check=\"probe\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("opengradient_relayer_check_figure{check=\"probe\"} 2.5\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_is_told_with_its_transactions()
    {
        var order = await _scene.AddTransactionAsync("batch", DateTimeOffset.UnixEpoch, cost: 123);
        await _scene.AddJobAsync(1, JobEnd.Answered, DateTimeOffset.UnixEpoch, settlementOrder: order);
        var id = OperationsScene.Id(1);

        using var job = JsonDocument.Parse(await _http.GetStringAsync(Path($"/api/jobs/{id}"), Stop));
        Assert.Equal(id.ToString(), job.RootElement.GetProperty("job").GetProperty("requestId").GetString());
        var transaction = Assert.Single(job.RootElement.GetProperty("transactions").EnumerateArray());
        Assert.Equal("123", transaction.GetProperty("costWei").GetString());
        Assert.Equal("Finalized", transaction.GetProperty("state").GetString());
        Assert.Contains("123", await _http.GetStringAsync(Path($"/jobs/{id}"), Stop), StringComparison.Ordinal);
        Assert.Contains($"/jobs/{id}", await _http.GetStringAsync(Path("/"), Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_everybody_must_know_stands_on_every_page()
    {
        await _scene.AddJobAsync(1, JobEnd.Answered, DateTimeOffset.UnixEpoch);

        foreach (var page in (string[])["/", $"/jobs/{OperationsScene.Id(1)}"])
            Assert.Contains("It is &lt;emulated&gt;.", await _http.GetStringAsync(Path(page), Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/jobs/12", HttpStatusCode.BadRequest)]
    [InlineData("/jobs/<script>", HttpStatusCode.BadRequest)]
    [InlineData("/api/jobs/0x0000000000000000000000000000000000000000000000000000000000000000", HttpStatusCode.NotFound)]
    [InlineData("/api/jobs?limit=many", HttpStatusCode.BadRequest)]
    [InlineData("/nowhere", HttpStatusCode.NotFound)]
    public async Task What_goes_wrong_is_told_as_a_problem(string path, HttpStatusCode expected)
    {
        using var answer = await _http.GetAsync(Path(path), Stop);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));
        Assert.Equal((int)expected, problem.RootElement.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task It_changes_nothing_and_its_pages_run_no_script()
    {
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete })
        {
            using var request = new HttpRequestMessage(method, Path("/api/jobs"));
            using var refused = await _http.SendAsync(request, Stop);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, refused.StatusCode);
        }

        using var page = await _http.GetAsync(Path("/"), Stop);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("X-Content-Type-Options")));
        Assert.DoesNotContain("<style", await page.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.NotEmpty(await _http.GetStringAsync(Path("/style.css"), Stop));
    }

    [Fact]
    public async Task What_others_wrote_is_encoded_and_lists_are_bounded()
    {
        _probe.Details = "<img src=x onerror=alert(1)>";
        for (var i = 0; i < JobQueries.MostListed + 5; i++)
            await _scene.AddJobAsync(1_000 + i, JobEnd.TurnedAway, DateTimeOffset.UnixEpoch);

        Assert.DoesNotContain("<img", await _http.GetStringAsync(Path("/"), Stop), StringComparison.Ordinal);
        using var jobs = JsonDocument.Parse(await _http.GetStringAsync(Path("/api/jobs?limit=100000"), Stop));
        Assert.Equal(JobQueries.MostListed, jobs.RootElement.GetArrayLength());
        using var few = JsonDocument.Parse(await _http.GetStringAsync(Path("/api/jobs?limit=-3&open=false"), Stop));
        Assert.Equal(1, few.RootElement.GetArrayLength());
        using var profit = JsonDocument.Parse(await _http.GetStringAsync(Path("/api/profit?days=100000"), Stop));
        Assert.Equal(0, profit.RootElement.GetArrayLength());
    }

    private static Uri Path(string path) => new(path, UriKind.Relative);

    private sealed class FakeProbe : IHealthProbe
    {
        public HealthLevel Level { get; set; }

        public string Details { get; set; } = "as it should be";

        public Task<IReadOnlyList<HealthCheck>> LookAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<HealthCheck>>([new HealthCheck("probe", Level, Details, "Look at it.", 2.5)]);
    }
}
