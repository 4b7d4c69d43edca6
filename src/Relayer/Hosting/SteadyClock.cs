namespace OpenGradient.Relayer.Hosting;

/// <summary>
/// A clock that is never behind what it has shown: rests and leases are kept as times of day, and a clock that is set back would make hours of seconds. When the
/// machine's clock is set on, or the machine has slept, it goes along; when that is set back, it goes on from where it was, second by second.
/// </summary>
public sealed class SteadyClock(TimeProvider clock) : TimeProvider
{
    private readonly Lock _gate = new();
    private DateTimeOffset _last = clock.GetUtcNow();
    private long _at = clock.GetTimestamp();

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            var at = clock.GetTimestamp();
            var steady = _last + clock.GetElapsedTime(_at, at);
            var shown = clock.GetUtcNow();
            (_last, _at) = (shown > steady ? shown : steady, at);
            return _last;
        }
    }

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => clock.CreateTimer(callback, state, dueTime, period);
}
