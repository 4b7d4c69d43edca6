using OpenGradient.Support;

namespace OpenGradient.Database.Tests;

public sealed class LongWorkTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task For_each_transaction_that_takes_long_the_pool_may_have_a_thread_more_until_it_ends()
    {
        var most = Environment.ProcessorCount + 3;
        var running = Enumerable.Range(0, most).Select(_ => LongWork.Begin()).ToList();

        // Others may ask at the same time.
        await Eventually.UntilAsync(() => LongWork.Count >= most, "they are found to take long", Stop);
        Assert.True(MinThreads() > most);

        foreach (var read in running)
            read.Dispose();
        await Eventually.UntilAsync(() => LongWork.Count < most, "they are forgotten", Stop);
    }

    [Fact]
    public async Task With_as_many_long_transactions_as_processors_others_are_heard()
    {
        using var end = new ManualResetEventSlim();
        var asking = Enumerable.Range(0, Environment.ProcessorCount * 4).Select(_ => Task.Run(
            () =>
            {
                using var read = LongWork.Begin();
                end.Wait(Stop);
            },
            Stop)).ToList();
        try
        {
            await Eventually.UntilAsync(() => LongWork.Count >= asking.Count, "all of them have begun", Stop);
            await Task.Run(static () => { }, Stop);
        }
        finally
        {
            end.Set();
        }

        await Task.WhenAll(asking);
    }

    private static int MinThreads()
    {
        ThreadPool.GetMinThreads(out var workers, out _);
        return workers;
    }
}
