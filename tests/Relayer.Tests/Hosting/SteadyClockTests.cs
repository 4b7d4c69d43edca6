using OpenGradient.Relayer.Hosting;

namespace OpenGradient.Relayer.Tests.Hosting;

public sealed class SteadyClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Goes_on_second_by_second_when_the_clock_is_set_back()
    {
        var machine = new Machine();
        var clock = new SteadyClock(machine);
        machine.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(Noon.AddSeconds(10), clock.GetUtcNow());

        machine.Shown -= TimeSpan.FromHours(3);
        Assert.Equal(Noon.AddSeconds(10), clock.GetUtcNow());
        machine.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(Noon.AddSeconds(15), clock.GetUtcNow());
    }

    [Fact]
    public void Goes_along_when_the_clock_is_set_on_and_stays_there_when_that_was_wrong()
    {
        var machine = new Machine();
        var clock = new SteadyClock(machine);
        machine.Shown += TimeSpan.FromHours(30);
        Assert.Equal(Noon.AddHours(30), clock.GetUtcNow());

        machine.Shown -= TimeSpan.FromHours(30);
        machine.Pass(TimeSpan.FromMinutes(1));

        Assert.Equal(Noon.AddHours(30).AddMinutes(1), clock.GetUtcNow());
    }

    private sealed class Machine : TimeProvider
    {
        private TimeSpan _passed;

        public DateTimeOffset Shown { get; set; } = Noon;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time)
        {
            Shown += time;
            _passed += time;
        }

        public override DateTimeOffset GetUtcNow() => Shown;

        public override long GetTimestamp() => _passed.Ticks;
    }
}
