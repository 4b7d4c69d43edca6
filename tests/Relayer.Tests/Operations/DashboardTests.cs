using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Pipeline;
using OpenGradient.Relayer.Scheduling;
using OpenGradient.Support;

namespace OpenGradient.Relayer.Tests.Operations;

/// <summary>What the dashboard and the alarms ask for is what is told.</summary>
public sealed partial class DashboardTests
{
    // Told by the sending library, whose own tests hold it.
    private static readonly string[] Elsewhere = ["opengradient_sending_orders_total"];

    [Theory]
    [InlineData("deploy/grafana/relayer.json")]
    [InlineData("docs/operating.md")]
    public async Task Names_only_metrics_that_there_are(string file)
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var text = new PrometheusText();
        using var health = new HealthReport([new OneFigure()], TimeProvider.System);
        using var operations = new OperationsMeter(meters, health);
        using var pipeline = new PipelineMeter(meters);
        using var schedule = new ScheduleMeter(meters);
        await health.LookAsync(TestContext.Current.CancellationToken);
        pipeline.Prepared(new Preparation.Unavailable(""), TimeSpan.FromSeconds(1));
        pipeline.Filed(1, TimeSpan.FromSeconds(1));
        schedule.Done("a", succeeded: false, TimeSpan.FromSeconds(1));
        var told = Metric().Matches(text.Write()).Select(match => match.Value).Concat(Elsewhere).ToHashSet(StringComparer.Ordinal);

        var named = Metric().Matches(await File.ReadAllTextAsync(Repository.PathOf(file), TestContext.Current.CancellationToken)).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);

        Assert.True(named.Count >= 3, $"{file} names {named.Count} metrics.");
        Assert.Empty(named.Except(told, StringComparer.Ordinal));
    }

    [Fact]
    public void The_dashboards_panels_lie_beside_each_other()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("deploy/grafana/relayer.json")));
        HashSet<(int X, int Y)> taken = [];
        HashSet<int> ids = [];
        foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
        {
            Assert.True(ids.Add(panel.GetProperty("id").GetInt32()));
            var place = panel.GetProperty("gridPos");
            var (left, top) = (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32());
            Assert.True(left + place.GetProperty("w").GetInt32() <= 24);
            for (var x = left; x < left + place.GetProperty("w").GetInt32(); x++)
            {
                for (var y = top; y < top + place.GetProperty("h").GetInt32(); y++)
                    Assert.True(taken.Add((x, y)), $"Two panels lie at {x}, {y}.");
            }
        }
    }

    [GeneratedRegex("opengradient_[a-z_]*[a-z]", RegexOptions.None, 1000)]
    private static partial Regex Metric();

    private sealed class OneFigure : IHealthProbe
    {
        public Task<IReadOnlyList<HealthCheck>> LookAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<HealthCheck>>([HealthCheck.Good("one", "is", 1)]);
    }
}
