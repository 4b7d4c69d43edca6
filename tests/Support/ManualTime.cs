namespace OpenGradient.Support;

/// <summary>
/// Time that a test moves. Waits up to <see cref="LeapLimit"/> are over at once, and the clock stands at their end then: so retries can be
/// tested without waiting, while the longer limits around them stand still until <see cref="Advance"/>.
/// </summary>
public sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private readonly List<TimeSpan> _leaps = [];
    private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public TimeSpan LeapLimit { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>The waits that were leapt over, in order.</summary>
    public IReadOnlyList<TimeSpan> Leaps
    {
        get
        {
            lock (_gate)
                return [.. _leaps];
        }
    }

    /// <summary>How many waits stand still until <see cref="Advance"/>.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _timers.Count;
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public void Advance(TimeSpan time)
    {
        Timer[] due;
        lock (_gate)
        {
            _now += time;
            due = [.. _timers.Where(timer => timer.Due <= _now)];
            _timers.RemoveAll(timer => timer.Due <= _now);
        }

        foreach (var timer in due)
            timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private void Set(Timer timer, TimeSpan dueTime)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
                return;
            if (dueTime > LeapLimit)
            {
                timer.Due = _now + dueTime;
                _timers.Add(timer);
                return;
            }

            _leaps.Add(dueTime);
            _now += dueTime;
        }

        ThreadPool.QueueUserWorkItem(static timer => timer.Fire(), timer, preferLocal: false);
    }

    private sealed class Timer(ManualTime time, Action callback) : ITimer
    {
        private volatile bool _isOver;

        public DateTimeOffset Due { get; set; }

        public void Fire()
        {
            if (!_isOver)
                callback();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.Set(this, dueTime);
            return true;
        }

        public void Dispose()
        {
            _isOver = true;
            time.Set(this, Timeout.InfiniteTimeSpan);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
