using OpenGradient.Relayer.Proving.Materials;
using OpenGradient.Support;

namespace OpenGradient.Relayer.Tests.Proving;

/// <summary>What takes long is got beside, and whoever asks waits for nothing.</summary>
public sealed class FetchedTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly ManualTime _clock = new();
    private int _rung;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_comes_is_rung_for_and_kept()
    {
        await using var fetched = Make();
        var came = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var gets = 0;

        Assert.Null(fetched.Find(1, Get));
        Assert.Null(fetched.Find(1, Get));
        came.SetResult("here");
        await RungAsync(1);

        Assert.Equal("here", fetched.Find(1, Get));
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("here", fetched.Find(1, Get));
        Assert.Equal(1, gets);

        Task<string> Get(CancellationToken cancellationToken)
        {
            gets++;
            return came.Task;
        }
    }

    [Fact]
    public async Task What_could_not_be_had_is_told_and_got_again_after_a_while()
    {
        await using var fetched = Make();
        var gets = 0;

        Assert.Null(fetched.Find(1, Get));
        await RungAsync(1);
        Assert.Equal("no: IOException: gone 1", fetched.Find(1, Get));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(fetched.Find(1, Get));
        await RungAsync(2);
        Assert.Equal("no: IOException: gone 2", fetched.Find(1, Get));

        Task<string> Get(CancellationToken cancellationToken) => throw new IOException($"gone {++gets}");
    }

    [Fact]
    public async Task What_never_comes_is_given_up_and_keeps_only_some_others_waiting()
    {
        await using var fetched = Make();
        for (var slow = 0; slow < 8; slow++)
            Assert.Null(fetched.Find(slow, NeverAsync));
        Assert.Null(fetched.Find(8, _ => Task.FromResult("quick")));
        Assert.Equal(0, Volatile.Read(ref _rung));

        // All have begun: none is given up before its time.
        await Eventually.UntilAsync(() => Task.FromResult(_begun == 8), "all have begun", Stop);
        _clock.Advance(Limit);
        await RungAsync(8);
        Assert.Equal("no: It took longer than 120 s.", fetched.Find(3, NeverAsync));
        Assert.Null(fetched.Find(8, _ => Task.FromResult("quick")));
        await RungAsync(9);
        Assert.Equal("quick", fetched.Find(8, NeverAsync));
    }

    [Fact]
    public async Task Nothing_is_got_any_more_once_it_is_over()
    {
        var fetched = Make();
        Assert.Null(fetched.Find(1, NeverAsync));
        await Eventually.UntilAsync(() => Task.FromResult(_begun == 1), "it has begun", Stop);

        await fetched.DisposeAsync();

        Assert.Null(fetched.Find(2, NeverAsync));
        Assert.Equal(1, _begun);
    }

    private volatile int _begun;

    private async Task<string> NeverAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _begun);
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return "never";
    }

    private Fetched<int, string> Make() =>
        new(Limit, details => $"no: {details}", value => !value.StartsWith("no", StringComparison.Ordinal), () => Interlocked.Increment(ref _rung), _clock);

    private Task RungAsync(int times) => Eventually.UntilAsync(() => Task.FromResult(Volatile.Read(ref _rung) == times), $"it rang {times} times", Stop);
}
