using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Messages;
using OpenGradient.Support;

namespace OpenGradient.PrivateRequests.Tests.Messages;

public sealed class ReplayGuardTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly ManualTime _clock = new();

    private ulong Now => (ulong)_clock.GetUtcNow().ToUnixTimeSeconds();

    [Fact]
    public void A_request_counts_once()
    {
        var guard = new ReplayGuard(Window, 10, _clock);

        Assert.Equal(Freshness.Fresh, guard.Note(Id(1), Now));
        Assert.Equal(Freshness.Replayed, guard.Note(Id(1), Now));
        Assert.Equal(Freshness.Replayed, guard.Note(Id(1), Now + 1));
        Assert.Equal(Freshness.Fresh, guard.Note(Id(2), Now));
    }

    [Fact]
    public void What_is_forgotten_is_too_old_to_be_taken_again()
    {
        var guard = new ReplayGuard(Window, 10, _clock);
        var fromTheFuture = Now + 300;
        Assert.Equal(Freshness.Fresh, guard.Note(Id(1), fromTheFuture));
        for (var second = 0; second < 1_000; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.NotEqual(Freshness.Fresh, guard.Note(Id(1), fromTheFuture));
        }

        Assert.Equal(0, guard.Count);
    }

    [Fact]
    public void A_host_that_puts_the_clock_on_and_back_gets_nothing_taken_again()
    {
        var clock = new SettableTime(_clock.GetUtcNow());
        var guard = new ReplayGuard(Window, 10, clock);
        var (sentAt, start) = (Now, clock.Now);
        Assert.Equal(Freshness.Fresh, guard.Note(Id(1), sentAt));
        clock.Now = start + TimeSpan.FromHours(1);
        Assert.Equal(Freshness.Fresh, guard.Note(Id(2), sentAt + 3_600));
        Assert.Equal(1, guard.Count);

        clock.Now = start;
        Assert.Equal(Freshness.OutsideWindow, guard.Note(Id(1), sentAt));
        // What is sealed from now on is taken, all the same.
        Assert.Equal(Freshness.Fresh, guard.Note(Id(3), sentAt + 1));
    }

    [Theory]
    [InlineData(-301)]
    [InlineData(301)]
    public void What_is_outside_the_window_is_not_taken(int seconds) =>
        Assert.Equal(Freshness.OutsideWindow, new ReplayGuard(Window, 10, _clock).Note(Id(1), (ulong)((long)Now + seconds)));

    [Fact]
    public void Times_that_are_none_are_outside()
    {
        var guard = new ReplayGuard(Window, 10, _clock);
        Assert.Equal((Freshness.OutsideWindow, Freshness.OutsideWindow), (guard.Note(Id(1), ulong.MaxValue), guard.Note(Id(1), 0)));
    }

    [Fact]
    public void There_is_room_for_so_many_and_nothing_is_forgotten_for_another()
    {
        var guard = new ReplayGuard(Window, 3, _clock);
        for (byte i = 0; i < 3; i++)
            Assert.Equal(Freshness.Fresh, guard.Note(Id(i), Now));

        Assert.Equal(Freshness.Full, guard.Note(Id(9), Now));
        Assert.Equal(Freshness.Replayed, guard.Note(Id(0), Now));
        _clock.Advance(Window + Window + TimeSpan.FromSeconds(1));
        Assert.Equal(Freshness.Fresh, guard.Note(Id(9), Now));
        Assert.Equal(1, guard.Count);
    }

    private static Hash32 Id(byte number) => new([.. new byte[31], number]);

    private sealed class SettableTime(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
