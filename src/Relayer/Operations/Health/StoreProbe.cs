using OpenGradient.Database;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Relayer.Verifying.Duties;

namespace OpenGradient.Relayer.Operations;

/// <summary>Whether the database answers, what waits there, and on what models run.</summary>
/// <param name="database">The database.</param>
/// <param name="verifies">Whether answers of others are verified here.</param>
/// <param name="wanted">What models should run on.</param>
/// <param name="chosen">What they run on.</param>
/// <param name="clock">The time.</param>
public sealed class StoreProbe(IDatabase database, bool verifies, OnnxBackendOptions wanted, ChosenProvider chosen, TimeProvider clock) : IHealthProbe
{
    private static readonly TimeSpan LongWait = TimeSpan.FromMinutes(1);

    public async Task<IReadOnlyList<HealthCheck>> LookAsync(CancellationToken cancellationToken)
    {
        List<HealthCheck> checks = [Inference()];
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
                      (SELECT COUNT(*) FROM transactions WHERE state IN (2, 3)) AS Flying,
                      (SELECT COUNT(*) FROM duties WHERE due_at <= @now) AS Duties,
                      (SELECT MIN(due_at) FROM duties WHERE due_at <= @now AND lease_until <= @now AND kind <> @Proof) AS OldestDuty
                    """,
                    new { now, Proof = (int)DutyKind.ProofChallenge }),
                cancellationToken);
            var elapsed = clock.GetElapsedTime(started);
            checks.Add(HealthCheck.Good("database", $"{database.Engine}, answered in {elapsed.TotalMilliseconds:0} ms", elapsed.TotalSeconds));
            checks.Add(Jobs(queues, now));
            if (verifies || queues.Duties > 0)
                checks.Add(Duties(queues, now));
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
            ? HealthCheck.Warning("jobs", details, $"There is more to do than is done: more workers ({RelayerSettingNames.Workers}), another replica, or a higher {RelayerSettingNames.LeastFee}.", queues.Due)
            : HealthCheck.Good("jobs", details, queues.Due);
    }

    // Those that wait for their turn to prove may do so for as long as a proof takes.
    private HealthCheck Duties(Queues queues, DateTimeOffset now)
    {
        var wait = queues.OldestDuty is { } oldest ? now - oldest : TimeSpan.Zero;
        var details = $"{queues.Duties} are due, the oldest that needs no proof for {wait.TotalSeconds:0} s";
        return wait <= LongWait ? HealthCheck.Good("duties", details, queues.Duties)
            : verifies ? HealthCheck.Warning("duties", details, "Answers are settled faster than they are reviewed, or reviewing hangs: look at the log, review fewer, or start another replica.", queues.Duties)
            : HealthCheck.Warning("duties", details, "Nothing is verified any more, and what was begun is left: seats of committees that stay silent cost stake.", queues.Duties);
    }

    private HealthCheck Inference()
    {
        var details = $"{chosen.Provider}: {chosen.Reason}";
        return wanted is { Provider: ExecutionProvider.Auto, CudaFolder: not null } && chosen.Provider == ExecutionProvider.Cpu
            ? HealthCheck.Warning("inference", details, "A folder for CUDA is set, and models run on the CPU all the same.")
            : HealthCheck.Good("inference", details);
    }

    private sealed class Queues
    {
        public long Due { get; init; }

        public DateTimeOffset? Oldest { get; init; }

        public long Unstarted { get; init; }

        public long Flying { get; init; }

        public long Duties { get; init; }

        public DateTimeOffset? OldestDuty { get; init; }
    }
}
