using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Relayer.Scheduling;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Scheduling;

public sealed class RelayerScheduleTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_memory_all_work_is_done_again_and_again_also_when_it_fails()
    {
        var own = new Counting("own", WorkScope.Replica);
        var shared = new Counting("shared", WorkScope.Cluster);
        var failing = new Counting("failing", WorkScope.Cluster) { Fails = true };
        await using (await StartAsync([own, shared, failing], "a", cluster: null))
            await RelayerScene.UntilAsync(() => Task.FromResult(own.Runs.Count > 2 && shared.Runs.Count > 2 && failing.Runs.Count > 2), "all ran three times");

        var after = own.Runs.Count;
        await Task.Delay(300, Stop);
        Assert.Equal(after, own.Runs.Count);
    }

    [Fact]
    public async Task In_a_cluster_each_run_is_done_by_one_process_and_a_second_takes_over()
    {
        await using var scene = await OperationsScene.OpenAsync(fixture);
        await using var server = scene.Options.OpenServer(8)!;
        var (ours, theirs) = (new Counting("shared", WorkScope.Cluster), new Counting("shared", WorkScope.Cluster));
        var (own, other) = (new Counting("own", WorkScope.Replica), new Counting("own", WorkScope.Replica));
        var first = await StartAsync([ours, own], "a", server);
        await using var second = await StartAsync([theirs, other], "b", server);
        await RelayerScene.UntilAsync(() => Task.FromResult(ours.Runs.Count + theirs.Runs.Count >= 8 && own.Runs.Count > 3 && other.Runs.Count > 3), "both work");

        // Each tick was somebody's, and no two ran at the same time.
        var all = ours.Runs.Concat(theirs.Runs).OrderBy(run => run.From).ToList();
        for (var i = 1; i < all.Count; i++)
            Assert.True(all[i].From >= all[i - 1].Until, "Two processes did the same work at the same time.");

        await first.DisposeAsync();
        var before = theirs.Runs.Count;
        await RelayerScene.UntilAsync(() => Task.FromResult(theirs.Runs.Count > before + 2), "the second goes on alone");
    }

    private static async Task<RelayerSchedule> StartAsync(IReadOnlyCollection<ITimedWork> works, string owner, DbDataSource? cluster)
    {
        var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        return await RelayerSchedule.StartAsync(
            works, owner, cluster, new ScheduleMeter(services.GetRequiredService<IMeterFactory>()), NullLoggerFactory.Instance, TimeProvider.System, Stop);
    }

    private sealed class Counting(string name, WorkScope scope) : ITimedWork
    {
        public ConcurrentQueue<(long From, long Until)> Runs { get; } = [];

        public bool Fails { get; init; }

        public string Name => name;

        public TimeSpan Every => TimeSpan.FromMilliseconds(100);

        public WorkScope Scope => scope;

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            var from = TimeProvider.System.GetTimestamp();
            await Task.Delay(20, cancellationToken);
            Runs.Enqueue((from, TimeProvider.System.GetTimestamp()));
            if (Fails)
                throw new InvalidOperationException("It is broken on purpose.");
        }
    }
}
