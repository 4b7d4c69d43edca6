using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Quartz;

namespace OpenGradient.Relayer.Scheduling;

/// <summary>
/// The timers of one process. What each process does for itself has timers in memory. What one of all processes does has its timers on PostgreSQL in
/// the tables of a cluster, so that another takes over when one dies; on SQLite there is one process, and all timers are in memory.
/// </summary>
public sealed class RelayerSchedule : IAsyncDisposable
{
    private const string ClusterName = "opengradient-relayer";
    private static readonly TimeSpan CheckIn = TimeSpan.FromSeconds(5);

    private readonly List<IScheduler> _schedulers;

    private RelayerSchedule(List<IScheduler> schedulers) => _schedulers = schedulers;

    /// <summary>Starts all timers; each piece of work is done for the first time at once.</summary>
    /// <param name="works">What is done, each under a name of its own.</param>
    /// <param name="owner">This process: no other has the same name.</param>
    /// <param name="cluster">PostgreSQL, shared with the other processes; null for SQLite.</param>
    /// <param name="meter">Told how it goes.</param>
    /// <param name="loggers">For what goes wrong.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<RelayerSchedule> StartAsync(
        IReadOnlyCollection<ITimedWork> works, string owner, DbDataSource? cluster, ScheduleMeter meter, ILoggerFactory loggers, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var jobs = new WorkJobs(works, meter, loggers.CreateLogger<RelayerSchedule>(), clock);
        List<IScheduler> schedulers = [];
        try
        {
            var own = works.Where(work => cluster is null || work.Scope == WorkScope.Replica).ToList();
            schedulers.Add(await OpenAsync(own, jobs, loggers, quartz => quartz.UseInMemoryStore(_ => { }), $"own/{owner}", owner, cancellationToken));
            var shared = works.Except(own).ToList();
            if (shared.Count > 0)
                schedulers.Add(await OpenAsync(shared, jobs, loggers, quartz => Share(quartz, cluster!), ClusterName, owner, cancellationToken));
            foreach (var scheduler in schedulers)
                await scheduler.Start(cancellationToken);
            return new RelayerSchedule(schedulers);
        }
        catch
        {
            await StopAsync(schedulers);
            throw;
        }
    }

    /// <summary>Stops the timers, and waits for what is being done.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(_schedulers);

    private static async Task<IScheduler> OpenAsync(
        IEnumerable<ITimedWork> works, WorkJobs jobs, ILoggerFactory loggers, Action<IQuartzBuilder> store, string name, string owner,
        CancellationToken cancellationToken)
    {
        var scheduler = await QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.Services.Replace(ServiceDescriptor.Singleton(loggers));
            quartz.ConfigureScheduler(options =>
            {
                options.InstanceName = name;
                options.InstanceId = owner;
            });
            quartz.UseJobFactory(jobs);
            quartz.UseDefaultThreadPool(Math.Max(1, works.Count()));
            store(quartz);
        }).BuildScheduler(cancellationToken);
        foreach (var work in works)
        {
            var job = JobBuilder.Create<WorkJob>().WithIdentity(work.Name).Build();
            var trigger = TriggerBuilder.Create().WithIdentity(work.Name).StartNow()
                .WithSchedule(SimpleScheduleBuilder.Create().WithInterval(work.Every).RepeatForever()).Build();
            await scheduler.ScheduleJob(job, trigger, ScheduleJobOptions.Replacing, cancellationToken);
        }

        return scheduler;
    }

    private static void Share(IQuartzBuilder quartz, DbDataSource cluster) => quartz.UsePersistentStore(store =>
    {
        store.UsePostgres(source => source.DataSourceFactory = _ => cluster);
        store.UseSystemTextJsonSerializer();
        store.ProvisionSchema();
        store.UseClustering(cluster =>
        {
            cluster.CheckinInterval = CheckIn;
            cluster.CheckinMisfireThreshold = CheckIn;
        });
    });

    private static async Task StopAsync(IEnumerable<IScheduler> schedulers)
    {
        foreach (var scheduler in schedulers)
            await scheduler.Shutdown(waitForJobsToComplete: true, CancellationToken.None);
    }
}
