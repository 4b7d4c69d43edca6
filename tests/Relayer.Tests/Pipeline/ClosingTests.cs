using System.Collections.Concurrent;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Tests.Support;

namespace OpenGradient.Relayer.Tests.Pipeline;

/// <summary>A pipeline that is to end settles what it has, and begins nothing that nobody would settle.</summary>
public sealed class ClosingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_it_closes_answers_are_settled_and_nothing_is_run_or_claimed()
    {
        var preparer = new Gated(isOpen: true);
        await using var scene = await RelayerScene.OpenAsync(preparer, new() { Poll = TimeSpan.FromMilliseconds(20) });
        var (claimed, answered, fresh) = (RelayerScene.Ask(1), RelayerScene.Ask(2), RelayerScene.Ask(3));
        // Enough stake for one.
        var plenty = scene.Standing;
        scene.Standing = scene.Standing with { FreeStake = 100_000u };
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = Task.Run(() => scene.Pipeline.RunAsync(closing.Token, stopping.Token), Stop);
        await scene.TellAsync(claimed);
        await OrdersAsync(scene, 1);
        await scene.TellAsync(scene.Claimed(claimed.RequestId), answered);
        await RelayerScene.UntilAsync(async () => await WaitingAsync(scene, answered.RequestId) == WaitingFor.Capacity, "the second waits for stake");

        await closing.CancelAsync();
        scene.Standing = plenty;
        await scene.TellAsync(fresh);
        scene.ChainTime++;
        await OrdersAsync(scene, 2);
        // Some looks for work.
        await Task.Delay(300, Stop);

        Assert.Equal([OrderPurpose.Claim, OrderPurpose.Settle], scene.Orders.All.Select(order => order.Purpose));
        Assert.Equal([claimed.RequestId, answered.RequestId], preparer.Asked);
        await stopping.CancelAsync();
        await running;
        // Whoever is there goes on with them at once.
        var next = scene.StoreOf("next");
        HashSet<Hash32> left = [];
        await RelayerScene.UntilAsync(
            async () =>
            {
                left.UnionWith((await next.LeaseDueAsync(10, TimeSpan.FromMinutes(1), Stop)).Select(job => job.Job.RequestId));
                return left.IsSupersetOf([answered.RequestId, fresh.RequestId]);
            },
            "both are due");
    }

    [Fact]
    public async Task What_is_being_run_when_it_is_to_end_is_answered_and_left_unclaimed()
    {
        var preparer = new Gated(isOpen: false);
        await using var scene = await RelayerScene.OpenAsync(preparer);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = Task.Run(() => scene.Pipeline.RunAsync(stopping.Token), Stop);
        var asked = RelayerScene.Ask(1);
        await scene.TellAsync(asked);
        await RelayerScene.UntilAsync(() => Task.FromResult(!preparer.Asked.IsEmpty), "it is run");

        await stopping.CancelAsync();
        preparer.Open();
        await running;

        Assert.NotNull((await scene.JobAsync(asked.RequestId)).Answer);
        Assert.Empty(scene.Orders.All);
    }

    private static Task OrdersAsync(RelayerScene scene, int count) => RelayerScene.UntilAsync(() => Task.FromResult(scene.Orders.All.Count == count), $"{count} orders");

    private static async Task<WaitingFor> WaitingAsync(RelayerScene scene, Hash32 requestId) =>
        (WaitingFor)await scene.ScalarAsync<int>("SELECT waiting_for FROM jobs WHERE request_id = @requestId", new { requestId });

    private sealed class Gated : IPreparer
    {
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Gated(bool isOpen)
        {
            if (isOpen)
                Open();
        }

        public ConcurrentQueue<Hash32> Asked { get; } = new();

        public void Open() => _gate.SetResult();

        public async Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken)
        {
            Asked.Enqueue(job.RequestId);
            await _gate.Task.WaitAsync(cancellationToken);
            return new Preparation.Answered(new JobAnswer(Keccak256.Hash("output"u8), "output"u8.ToArray(), TimeSpan.Zero, "test"));
        }
    }
}
