using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;

namespace OpenGradient.Relayer.Tests.Chain;

public sealed class RequestViewTests
{
    private static readonly IHubContract.RequestedEvent Asked = RelayerScene.Ask(1);
    private static readonly Hash32 Id = Asked.RequestId;
    private static readonly Hash32 Output = Keccak256.Hash("output"u8);

    [Fact]
    public void A_request_is_open_claimed_and_settled()
    {
        var view = After(new HubNews.Asked(Asked));
        Assert.Equal(Stage.Open, view.Stage);
        view = view.After(new HubNews.Claimed(Id, SampleJobs.Us, 120, 1));
        Assert.Equal((Stage.Claimed, SampleJobs.Us, 120UL, 1), (view.Stage, view.Node, view.Until, view.Claims));
        view = view.After(Settled(Output));
        Assert.Equal((Stage.Settled, SampleJobs.Them, 500UL, Output), (view.Stage, view.Node, view.Until, view.OutputCommit));
        Assert.False(view.IsFinal(499));
        Assert.True(view.IsFinal(500));
    }

    [Fact]
    public void A_claim_that_is_given_back_leaves_it_open_with_its_count()
    {
        var view = After(new HubNews.Asked(Asked), new HubNews.Claimed(Id, SampleJobs.Us, 120, 2), new HubNews.Released(Id));
        Assert.Equal((Stage.Open, Address.Zero, 2), (view.Stage, view.Node, view.Claims));
    }

    [Fact]
    public void A_failure_is_told_from_an_answer_and_stays_one_when_it_is_upheld()
    {
        var view = After(new HubNews.Asked(Asked), Settled(HubDomain.Failure));
        Assert.Equal(Stage.Failed, view.Stage);
        view = view.After(new HubNews.Contested(Id));
        Assert.Equal(Stage.Challenged, view.Stage);
        Assert.False(view.IsFinal(ulong.MaxValue));
        view = view.After(new HubNews.Upheld(Id));
        Assert.Equal(Stage.Failed, view.Stage);
        Assert.True(view.IsFinal(0));
    }

    [Fact]
    public void What_is_overturned_is_slashed_or_corrected()
    {
        var contested = After(new HubNews.Asked(Asked), Settled(Output), new HubNews.Contested(Id));
        var proven = SettlementOf(Keccak256.Hash("proven"u8));
        Assert.Equal(Stage.Slashed, contested.After(new HubNews.Overturned(Id, IsCorrected: false, proven)).Stage);
        var corrected = contested.After(new HubNews.Overturned(Id, IsCorrected: true, proven));
        Assert.Equal((Stage.Settled, proven.OutputCommit), (corrected.Stage, corrected.OutputCommit));
        Assert.True(corrected.IsFinal(0));
    }

    [Fact]
    public void Once_delivered_is_delivered()
    {
        var view = After(new HubNews.Asked(Asked), Settled(Output), new HubNews.Delivered(Id, Succeeded: false));
        Assert.False(view.IsDelivered);
        view = view.After(new HubNews.Delivered(Id, Succeeded: true)).After(new HubNews.Delivered(Id, Succeeded: false));
        Assert.True(view.IsDelivered);
    }

    [Fact]
    public void A_refund_ends_it() => Assert.True(After(new HubNews.Asked(Asked), new HubNews.Refunded(Id)).IsFinal(0));

    [Fact]
    public void Every_event_that_moves_a_request_is_read_and_no_other()
    {
        var hub = RelayerScene.Deployment.Hub;
        Assert.True(HubNews.TryRead(Asked.ToLog(hub), out var news));
        Assert.Equal(Asked.RequestId, Assert.IsType<HubNews.Asked>(news).RequestId);
        Assert.True(HubNews.TryRead(new IHubContract.RefundedEvent(Id, SampleJobs.Them, 1u).ToLog(hub), out news));
        Assert.IsType<HubNews.Refunded>(news);
        Assert.False(HubNews.TryRead(new IHubContract.DepositedEvent(SampleJobs.Us, SampleJobs.Us, 1u).ToLog(hub), out _));
    }

    private static RequestView After(params IEnumerable<HubNews> told) => told.Aggregate(RequestView.Unknown, (view, news) => view.After(news));

    private static HubNews.Settled Settled(Hash32 output) => new(new IHubContract.SettledEvent(
        Id, SampleJobs.Them, 500, SettlementOf(output), ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty));

    private static IHubContract.Settlement SettlementOf(Hash32 output) =>
        new(output, SampleJobs.Them, SampleJobs.Them, 0, 0, 0, Hash32.Zero, 1, Hash32.Zero, 0u, 0, 0);
}
