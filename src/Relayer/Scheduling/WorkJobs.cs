using Microsoft.Extensions.Logging;
using Quartz;
using Quartz.Extensibility;

namespace OpenGradient.Relayer.Scheduling;

/// <summary>Finds the work that a timer is about by its name.</summary>
internal sealed class WorkJobs(IEnumerable<ITimedWork> works, ScheduleMeter meter, ILogger logger, TimeProvider clock) : IJobFactory
{
    private readonly Dictionary<string, ITimedWork> _works = works.ToDictionary(work => work.Name, StringComparer.Ordinal);

    public ValueTask<JobScope> CreateJob(TriggerFiredBundle bundle, IScheduler scheduler, CancellationToken cancellationToken = default) =>
        new(new JobScope(new WorkJob(_works[bundle.JobDetail.Key.Name], meter, logger, clock), state: null));

    public ValueTask ReturnJob(JobScope scope, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
}

/// <summary>One piece of work as its timer sees it. While it runs, its timer waits, on whatever process.</summary>
[DisallowConcurrentExecution]
internal sealed class WorkJob(ITimedWork work, ScheduleMeter meter, ILogger logger, TimeProvider clock) : IJob
{
#pragma warning disable CA1031 // Whatever happens to one run, the timer goes on.
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var started = clock.GetTimestamp();
        var succeeded = false;
        try
        {
            await work.RunAsync(cancellationToken);
            succeeded = true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process stops.
        }
        catch (Exception failure)
        {
            logger.WorkFailed(failure, work.Name);
        }

        meter.Done(work.Name, succeeded, clock.GetElapsedTime(started));
    }
#pragma warning restore CA1031
}
