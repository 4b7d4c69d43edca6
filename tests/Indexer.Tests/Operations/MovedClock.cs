namespace OpenGradient.Indexer.Tests.Operations;

/// <summary>A clock that stands until a test moves it.</summary>
internal sealed class MovedClock(DateTimeOffset now) : TimeProvider
{
    private DateTimeOffset _now = now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.Ticks;

    public void Advance(TimeSpan time) => _now += time;
}
