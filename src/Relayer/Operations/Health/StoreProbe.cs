using OpenGradient.Database;
using OpenGradient.Inference.Backends.Onnx;

namespace OpenGradient.Relayer.Operations;

/// <summary>Whether there is somewhere to write, what waits there, and on what models run.</summary>
/// <param name="database">The database.</param>
/// <param name="folders">Folders that are written to.</param>
/// <param name="wanted">What models should run on.</param>
/// <param name="chosen">What they run on.</param>
/// <param name="clock">The time.</param>
public sealed class StoreProbe(
    IDatabase database, IReadOnlyList<string> folders, OnnxBackendOptions wanted, ChosenProvider chosen, TimeProvider clock) : IHealthProbe
{
    private const double GiB = 1L << 30;
    private const long LittleRoom = 2L << 30;
    private const long NoRoom = 256L << 20;
    private static readonly TimeSpan LongWait = TimeSpan.FromMinutes(1);

    public async Task<IReadOnlyList<HealthCheck>> LookAsync(CancellationToken cancellationToken)
    {
        List<HealthCheck> checks = [Inference(), Disk()];
        try
        {
            var started = clock.GetTimestamp();
            var now = clock.GetUtcNow();
            var queues = await database.ReadAsync(
                session => session.QuerySingleAsync<Queues>(
                    """
                    SELECT (SELECT COUNT(*) FROM jobs WHERE due_at <= @now) AS Due,
                      (SELECT MIN(due_at) FROM jobs WHERE due_at <= @now AND lease_until <= @now) AS Oldest,
                      (SELECT COUNT(*) FROM transactions WHERE state = 1) AS Unstarted,
                      (SELECT COUNT(*) FROM transactions WHERE state IN (2, 3)) AS Flying
                    """,
                    new { now }),
                cancellationToken);
            var elapsed = clock.GetElapsedTime(started);
            checks.Add(HealthCheck.Good("database", $"{database.Engine}, answered in {elapsed.TotalMilliseconds:0} ms", elapsed.TotalSeconds));
            checks.Add(Jobs(queues, now));
            checks.Add(HealthCheck.Good("transactions", $"{queues.Unstarted} wait, {queues.Flying} are on their way", queues.Unstarted + queues.Flying));
        }
        catch (DatabaseException failure)
        {
            checks.Add(HealthCheck.Bad("database", failure.Message, "Nothing is claimed or settled without it: see that it runs and has room."));
        }

        return checks;
    }

    private static HealthCheck Jobs(Queues queues, DateTimeOffset now)
    {
        var wait = queues.Oldest is { } oldest ? now - oldest : TimeSpan.Zero;
        var details = $"{queues.Due} are due, the oldest for {wait.TotalSeconds:0} s";
        return wait > LongWait
            ? HealthCheck.Warning("jobs", details, "There is more to do than is done: more workers, another replica, or a higher least fee.", queues.Due)
            : HealthCheck.Good("jobs", details, queues.Due);
    }

    private HealthCheck Inference()
    {
        var details = $"{chosen.Provider}: {chosen.Reason}";
        return wanted is { Provider: ExecutionProvider.Auto, CudaFolder: not null } && chosen.Provider == ExecutionProvider.Cpu
            ? HealthCheck.Warning("inference", details, "A folder for CUDA is set, and models run on the CPU all the same.")
            : HealthCheck.Good("inference", details);
    }

    private HealthCheck Disk()
    {
        try
        {
            var free = folders.Min(folder => new DriveInfo(folder).AvailableFreeSpace);
            var details = $"{free / GiB:0.0} GiB free";
            return free < NoRoom ? HealthCheck.Bad("disk", details, "Free some: nothing can be stored any more.", free)
                : free < LittleRoom ? HealthCheck.Warning("disk", details, "Free some, or give the cache a smaller budget.", free)
                : HealthCheck.Good("disk", details, free);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return HealthCheck.Warning("disk", failure.Message, "See that the folders of the settings are there.");
        }
    }

    private sealed class Queues
    {
        public long Due { get; init; }

        public DateTimeOffset? Oldest { get; init; }

        public long Unstarted { get; init; }

        public long Flying { get; init; }
    }
}
