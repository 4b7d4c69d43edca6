using Microsoft.Extensions.Logging;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Scheduling;

/// <summary>Says that this process lives.</summary>
public sealed class Heartbeat(InstanceRegister register, Func<Uri> address, ScheduleOptions options) : ITimedWork
{
    public string Name => "heartbeat";

    public TimeSpan Every => options.Heartbeat;

    public WorkScope Scope => WorkScope.Replica;

    public Task RunAsync(CancellationToken cancellationToken) => register.BeatAsync(address(), cancellationToken);
}

/// <summary>Frees what the dead had leased, so that a crash costs seconds and not the length of a lease. Each process does it: that is why it works when others die.</summary>
public sealed class Reaper(InstanceRegister register, JobSignal signal, ILogger<Reaper> logger, ScheduleOptions options) : ITimedWork
{
    public string Name => "reaper";

    public TimeSpan Every => options.Reaping;

    public WorkScope Scope => WorkScope.Replica;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var freed = await register.ReapAsync(cancellationToken);
        if (freed == 0)
            return;
        logger.Reaped(freed);
        signal.Ring();
    }
}
