using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Relayer.Operations;

namespace OpenGradient.Relayer.Tests.Hosting;

/// <summary>How a host ends: what was asked privately is answered first, unless something is broken that would settle it.</summary>
public sealed class HostLifeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Asked_to_stop_it_goes_on_settling_until_whoever_asked_last_is_answered()
    {
        await using var life = Life();
        using var unasked = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ending = life.UntilUnaskedAsync(() => Answer(isAsked, answered), unasked.Cancel);
        var pipeline = life.LoopAsync("pipeline", token => Task.Delay(Timeout.InfiniteTimeSpan, token), unasked.Token);

        await life.StopAsync();
        await isAsked.Task.WaitAsync(Stop);
        Assert.False(unasked.IsCancellationRequested || life.Broken.IsCancellationRequested);
        answered.SetResult();

        await Task.WhenAll(ending, pipeline).WaitAsync(Stop);
        Assert.True(unasked.IsCancellationRequested);
        Assert.False(life.Broken.IsCancellationRequested);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_a_part_ended_that_should_not_nothing_more_is_taken_at_once(bool isBroken)
    {
        await using var life = Life();
        using var unasked = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ending = life.UntilUnaskedAsync(() => answered.Task, unasked.Cancel);
        var pipeline = life.LoopAsync("pipeline", token => Task.Delay(Timeout.InfiniteTimeSpan, token), unasked.Token);

        var follower = life.LoopAsync("follower", _ => isBroken ? throw new InvalidOperationException("broken") : Task.CompletedTask, Stop);

        // Who is inside is still to be answered.
        await pipeline.WaitAsync(Stop);
        Assert.Equal(isBroken, await follower.ContinueWith(ended => ended.IsFaulted, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default));
        Assert.True(life.Stopping.IsCancellationRequested && life.Broken.IsCancellationRequested);
        Assert.False(ending.IsCompleted);
        answered.SetResult();
        await ending;
    }

    private static HostLife Life()
    {
        var life = new HostLife(NullLogger.Instance);
        life.Health = life.Own(new HealthReport([], TimeProvider.System));
        return life;
    }

    private static async Task Answer(TaskCompletionSource isAsked, TaskCompletionSource answered)
    {
        isAsked.SetResult();
        await answered.Task;
    }
}
