namespace OpenGradient.Relayer.Operations;

/// <summary>Whether the relayer can do its work, what it runs on, and what will soon be in its way. Asked often, it looks at most once a second.</summary>
public sealed class HealthReport(IReadOnlyList<IHealthProbe> probes, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _looking = new(1, 1);
    private volatile string? _stopped;
    private volatile Look? _last;

    /// <summary>Why it has stopped; null while it works.</summary>
    public string? Stopped
    {
        get => _stopped;
        set => _stopped = value;
    }

    /// <summary>What was found at the last look; null before the first.</summary>
    public HealthState? Last => _last?.State;

    /// <summary>Looks at everything, or tells what was found just now.</summary>
    public async Task<HealthState> LookAsync(CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
            if (_last is { } last && clock.GetElapsedTime(last.At) < Fresh && last.Stopped == Stopped)
                return last.State;

            var stopped = Stopped;
            List<HealthCheck> checks =
            [
                stopped is null ? HealthCheck.Good("running", "yes") : HealthCheck.Bad("running", stopped, "Mend what it says, and start the relayer again."),
            ];
            foreach (var probe in probes)
                checks.AddRange(await probe.LookAsync(cancellationToken));
            var state = HealthState.Of(checks);
            _last = new Look(clock.GetTimestamp(), stopped, state);
            return state;
        }
        finally
        {
            _looking.Release();
        }
    }

    public void Dispose() => _looking.Dispose();

    private sealed record Look(long At, string? Stopped, HealthState State);
}
