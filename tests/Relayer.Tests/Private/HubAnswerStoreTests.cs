using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Private;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;

namespace OpenGradient.Relayer.Tests.Private;

/// <summary>An answer that was given privately is settled, though its job had been put to rest until its input comes.</summary>
public sealed class HubAnswerStoreTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_given_away_is_ordered_at_once_and_stays_what_it_was()
    {
        await using var scene = await RelayerScene.OpenAsync(new WithoutInput());
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var run = Task.Run(() => scene.Pipeline.RunAsync(ending.Token), Stop);
        var store = new HubAnswerStore(scene.Database, scene.Signal, TimeProvider.System);
        var asked = SampleJobs.Request() with { Assignee = scene.Node, ExclusiveUntil = SampleJobs.Now + 15, Flags = (byte)RequestFlags.Private };
        var ask = new IHubContract.Ask(asked, SampleJobs.Them, 1);
        var id = RequestHash.IdOf(RelayerScene.Deployment.ChainId, RelayerScene.Deployment.Hub, ask);
        Assert.Null(await store.FindAsync(id, Stop));
        await scene.TellAsync(new IHubContract.RequestedEvent(id, ask.Requester, ask.Nonce, asked, ReadOnlyMemory<byte>.Empty));
        await RelayerScene.UntilAsync(async () => await scene.ScalarAsync<int>("SELECT waiting_for FROM jobs") != 0, "it rests");

        var (first, second) = (Answer("first"), Answer("second"));
        Assert.Equal(first.OutputCommit, (await store.KeepAsync(id, first, Stop))!.OutputCommit);
        Assert.Equal(first.OutputCommit, (await store.KeepAsync(id, second, Stop))!.OutputCommit);

        await RelayerScene.UntilAsync(() => Task.FromResult(scene.Orders.All.Count == 1), "it is ordered");
        Assert.Equal(first.OutputCommit, (await store.FindAsync(id, Stop))!.Answer!.OutputCommit);
        await ending.CancelAsync();
        await run;
    }

    [Fact]
    public async Task An_answer_to_nothing_that_is_known_counts_for_nothing()
    {
        await using var scene = await RelayerScene.OpenAsync(new WithoutInput());
        var store = new HubAnswerStore(scene.Database, scene.Signal, TimeProvider.System);

        Assert.Null(await store.KeepAsync(Hash32.FromUInt256(7u), Answer("one"), Stop));
    }

    private static JobAnswer Answer(string text) =>
        new(Keccak256.Hash(System.Text.Encoding.UTF8.GetBytes(text)), ReadOnlyMemory<byte>.Empty, TimeSpan.FromMilliseconds(1), "test");

    private sealed class WithoutInput : IPreparer
    {
        public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken) =>
            Task.FromResult<Preparation>(new Preparation.Delayed("Its input was not given yet."));
    }
}
