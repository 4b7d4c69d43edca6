using OpenGradient.Support;

namespace OpenGradient.Database.Tests;

/// <summary>For how long work is tried again. Waits between tries are leapt over.</summary>
public sealed class AttemptTests
{
    private static readonly DatabaseOptions Options = DatabaseOptions.Parse("sqlite:never-opened.db") with { RetryFor = TimeSpan.FromSeconds(15) };

    private readonly ManualTime _clock = new();
    private int _tries;

    [Fact]
    public async Task Who_was_paused_in_the_middle_tries_again_when_it_wakes()
    {
        var done = await Attempts().RunAsync(
            () =>
            {
                if (++_tries > 1)
                    return Task.FromResult("done");
                _clock.Advance(TimeSpan.FromMinutes(40));
                throw new TimeoutException("The server has ended it meanwhile.");
            },
            TestContext.Current.CancellationToken);

        Assert.Equal("done", done);
    }

    [Fact]
    public async Task What_goes_on_failing_is_reported()
    {
        var started = _clock.GetUtcNow();
        await Assert.ThrowsAsync<DatabaseException>(
            () => Attempts().RunAsync<string>(() => throw new TimeoutException($"Try {++_tries}."), TestContext.Current.CancellationToken));
        Assert.True(_tries > 1);
        Assert.InRange(_clock.GetUtcNow() - started, TimeSpan.Zero, Options.RetryFor);
    }

    private Attempts Attempts() => new(Options, _clock, () => 0.5, error => error is TimeoutException ? new DriverFault(DatabaseFault.Unavailable, error.Message) : null);
}
