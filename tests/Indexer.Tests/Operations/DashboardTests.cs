using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using OpenGradient.Ethereum.Following;
using OpenGradient.Indexer.Api.Operations;
using OpenGradient.Indexer.Tests.Api;
using OpenGradient.Indexer.Tests.Webhooks;
using OpenGradient.Indexer.Webhooks;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Operations;

/// <summary>The dashboard asks for what is told, and shows all of it.</summary>
public sealed partial class DashboardTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private const string Dashboard = "deploy/grafana/indexer.json";

    [Fact]
    public async Task Names_exactly_the_metrics_that_there_are()
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        await index.MineRequestsAsync(2);
        index.Status.OnStep(await index.Chain.StepAsync(index.Database, ServedIndex.Families), TimeSpan.Zero);
        index.Status.OnEndpointFailure("a", new SourceFailure.Unavailable("gone"));
        var answers = new OpenAnswers();
        await answers.CountAsync(new DefaultHttpContext(), _ => Task.CompletedTask);
        var webhooks = new WebhookFigures(TimeProvider.System);
        webhooks.Note(HookScene.Hook, new WebhookPlace { Fingerprint = HookScene.Hook.Fingerprint });
        var told = Metric().Matches(new MetricsText(index.Api, answers, webhooks).Write()).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);

        var named = Metric().Matches(await File.ReadAllTextAsync(Repository.PathOf(Dashboard), TestContext.Current.CancellationToken)).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);

        Assert.True(told.Count > 20, $"{told.Count} metrics are told.");
        Assert.Equal(told.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Its_panels_lie_beside_each_other()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Repository.PathOf(Dashboard)));
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

    [GeneratedRegex("og_indexer_[a-z_]*[a-z]", RegexOptions.None, 1000)]
    private static partial Regex Metric();
}
