using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Pipeline;
using OpenGradient.Relayer.Tests.Support;

namespace OpenGradient.Relayer.Tests.Pipeline;

/// <summary>What is in hand, and what waits: each job once, whatever becomes of its lease, and without noise.</summary>
public sealed class JobsInHandTests
{
    private static Preparation.Answered Answer { get; } = new(new JobAnswer(Keccak256.Hash("output"u8), "output"u8.ToArray(), TimeSpan.Zero, "test"));

    [Theory]
    [InlineData("UPDATE jobs SET lease_owner = NULL, lease_until = 0, lease_epoch = lease_epoch - 1 WHERE request_id = @id", 1)]
    [InlineData("UPDATE jobs SET lease_until = 0 WHERE request_id = @id", 2)]
    public async Task A_job_that_is_leased_again_while_it_is_in_hand_is_not_run_twice_at_once(string forget, int mostRuns)
    {
        // A lease that a database without power has forgotten, and one that ran out while this process stood still.
        var preparer = new Gated();
        await using var scene = await RelayerScene.OpenAsync(preparer, new());
        await using var run = Running.Start(scene);
        var asked = RelayerScene.Ask(1);
        await scene.TellAsync(asked);
        await RelayerScene.UntilAsync(() => Task.FromResult(preparer.AtOnce == 1), "it is run");
        var leases = await LeaseAsync(scene, asked.RequestId);

        await scene.Database.WriteAsync(session => session.ExecuteAsync(forget, new { id = asked.RequestId }), TestContext.Current.CancellationToken);
        scene.Signal.Ring();
        await RelayerScene.UntilAsync(async () => await LeaseAsync(scene, asked.RequestId) == leases + mostRuns - 1 && await IsLeasedAsync(scene, asked.RequestId), "it is leased again");
        // Who comes after it is not kept waiting, and a second run would have begun by now.
        var other = RelayerScene.Ask(2);
        await scene.TellAsync(other);
        await RelayerScene.UntilAsync(() => Task.FromResult(preparer.AtOnce == 2), "the other is run");
        Assert.Equal(2, preparer.Runs);

        preparer.Open();
        await RelayerScene.UntilAsync(() => Task.FromResult(scene.Orders.All.Count == 2), "both are claimed");
        Assert.InRange(preparer.Runs, 2, mostRuns + 1);
        Assert.Equal(1, preparer.MostOfOne);
        await RelayerScene.UntilAsync(() => Task.FromResult(scene.Pipeline.InHand == 0), "nothing is in hand");
    }

    [Fact]
    public async Task A_private_request_that_nobody_gives_the_input_of_is_counted_and_fills_no_log()
    {
        var preparer = new Inputless();
        var logger = new Listening();
        await using var scene = await RelayerScene.OpenAsync(preparer, new() { Poll = TimeSpan.FromMilliseconds(20), Backoff = new() { First = TimeSpan.FromMilliseconds(1) } }, logger: logger);
        using var metrics = new PrometheusText();
        await using var run = Running.Start(scene);
        var asked = RelayerScene.Ask(1);
        await scene.TellAsync(asked);
        await RelayerScene.UntilAsync(async () => await scene.ScalarAsync<int>("SELECT waiting_for FROM jobs") == (int)WaitingFor.ItsInput, "it waits");

        Assert.DoesNotContain(logger.Levels, level => level >= LogLevel.Information);
        Assert.Contains(LogLevel.Debug, logger.Levels);
        Assert.Contains("opengradient_relayer_private_waits_total", metrics.Write(), StringComparison.Ordinal);
        // Who brings the input wakes it: until then there is nothing to look for.
        Assert.Equal(1, preparer.Looks);
        Assert.Equal(TimeSpan.FromMinutes(10), new PipelineOptions().WaitFor(TimeSpan.Zero, WaitingFor.ItsInput));
        // A prover that comes back is found soon, however long nobody lived.
        Assert.Equal(TimeSpan.FromSeconds(5), new PipelineOptions().WaitFor(TimeSpan.FromHours(1), WaitingFor.Prover));
        // One that lives says its first word of a version sooner.
        Assert.Equal(TimeSpan.FromMilliseconds(250), new PipelineOptions().WaitFor(TimeSpan.FromSeconds(1), WaitingFor.Prover));
    }

    [Fact]
    public void A_job_in_hand_is_taken_again_when_it_is_put_down_and_its_own_lease_adds_nothing()
    {
        var (held, job) = (new JobsInHand(), new LeasedJob(Jobs.SampleJobs.Open(), Epoch: 1, Told: 0, ReadyAt: null));
        var (second, third) = (job with { Epoch = 2 }, job with { Epoch = 3 });

        Assert.Equal((Taking.Begins, Taking.Known, Taking.Waits), (held.Take(job), held.Take(job), held.Take(second)));
        // The one that waited is over, and its room is the next one's.
        Assert.Equal(Taking.Known, held.Take(third));
        Assert.Same(third, held.PutDown(job.Job.RequestId));
        Assert.Equal(job.Job.RequestId, Assert.Single(held.Ids));
        Assert.Equal(Taking.Known, held.Take(third));
        Assert.Null(held.PutDown(job.Job.RequestId));
        Assert.Empty(held.Ids);
        Assert.Null(held.PutDown(job.Job.RequestId));
    }

    private static async Task<long> LeaseAsync(RelayerScene scene, Hash32 requestId) =>
        await scene.ScalarAsync<long>("SELECT lease_epoch FROM jobs WHERE request_id = @requestId", new { requestId });

    private static async Task<bool> IsLeasedAsync(RelayerScene scene, Hash32 requestId) =>
        await scene.ScalarAsync<int>("SELECT COUNT(*) FROM jobs WHERE request_id = @requestId AND lease_owner = 'test' AND lease_until > 0", new { requestId }) == 1;

    /// <summary>Answers nothing until it may, and knows how many it has in hand.</summary>
    private sealed class Gated : IPreparer
    {
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentDictionary<Hash32, int> _now = new();
        private int _runs;
        private int _atOnce;
        private int _mostOfOne;

        public int Runs => _runs;

        public int AtOnce => _atOnce;

        public int MostOfOne => _mostOfOne;

        public void Open() => _gate.SetResult();

        public async Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _runs);
            Interlocked.Increment(ref _atOnce);
            var ofThis = _now.AddOrUpdate(job.RequestId, 1, (_, count) => count + 1);
            lock (_now)
                _mostOfOne = Math.Max(_mostOfOne, ofThis);
            try
            {
                await _gate.Task.WaitAsync(cancellationToken);
                return Answer;
            }
            finally
            {
                Interlocked.Decrement(ref _atOnce);
                _now.AddOrUpdate(job.RequestId, 0, (_, count) => count - 1);
            }
        }
    }

    /// <summary>Keeps how loud it was.</summary>
    private sealed class Listening : ILogger<RelayPipeline>
    {
        private readonly ConcurrentQueue<LogLevel> _levels = new();

        public IReadOnlyCollection<LogLevel> Levels => _levels;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _levels.Enqueue(logLevel);
    }

    /// <summary>Waits for the input of each.</summary>
    private sealed class Inputless : IPreparer
    {
        private int _looks;

        public int Looks => _looks;

        public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _looks);
            return Task.FromResult<Preparation>(new Preparation.Delayed("It was not given.", Reason: WaitingFor.ItsInput));
        }
    }

    /// <summary>The pipeline while it runs.</summary>
    private sealed class Running(CancellationTokenSource stop, Task run) : IAsyncDisposable
    {
        public static Running Start(RelayerScene scene)
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            return new Running(stop, Task.Run(() => scene.Pipeline.RunAsync(stop.Token)));
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await run;
            stop.Dispose();
        }
    }
}
