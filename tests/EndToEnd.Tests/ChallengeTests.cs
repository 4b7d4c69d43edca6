using OpenGradient.Contracts.Hub;
using OpenGradient.EndToEnd.Tests.Network;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support;

namespace OpenGradient.EndToEnd.Tests;

/// <summary>Real verifiers, a real court: what they do without anybody telling them.</summary>
public sealed class ChallengeTests(CourtNetwork network) : IClassFixture<CourtNetwork>
{
    [Fact]
    public async Task A_wrong_answer_is_challenged_judged_by_the_committee_and_slashed()
    {
        var stop = TestContext.Current.CancellationToken;
        var before = (await network.Nodes.CallNodeOfAsync(network.Misbehaving, cancellationToken: stop)).Stake;
        var requestId = await network.AskMisbehavingAsync(lie: 0.5f);

        await network.Network.ReachesAsync(requestId, Stage.Slashed);

        var lien = TestNetwork.Fee * 100u;
        Assert.Equal(before - lien, (await network.Nodes.CallNodeOfAsync(network.Misbehaving, cancellationToken: stop)).Stake);
        var members = await network.Court.CallMembersOfAsync(requestId, cancellationToken: stop);
        Assert.Equal(network.Members.Order(), members.Select(member => member.Node).Order());
        var ended = await network.Court.CallCaseOfAsync(requestId, cancellationToken: stop);
        Assert.Contains(ended.Challenger, network.Members);
        Assert.Equal(0b11111, ended.RevealedBy);
        // All five found it, one opened the case: what the others had put down for their seals is back.
        await Eventually.UntilAsync(
            async () => await BalancesAsync() == Units.Parse("50", 18) - Units.Parse("0.05", 18), "every bond is back, and only the members' fees are spent", stop);
    }

    [Fact]
    public async Task An_answer_within_the_tolerance_is_not_challenged()
    {
        var stop = TestContext.Current.CancellationToken;
        var requestId = await network.AskMisbehavingAsync(lie: network.Tolerance / 2);
        await network.Network.ReachesAsync(requestId, Stage.Settled);

        using var http = new HttpClient { BaseAddress = network.Hosts[0].Address };
        await Eventually.UntilAsync(
            async () => (await http.GetStringAsync(new Uri("/api/reviews?verdict=Agreed", UriKind.Relative), stop)).Contains(requestId.ToString(), StringComparison.Ordinal),
            "it is reviewed", stop);

        Assert.Equal(Stage.Settled, (Stage)(await network.Network.Hub.CallStateOfAsync(requestId, cancellationToken: stop)).Stage);
        Assert.Equal(0, (await network.Court.CallCaseOfAsync(requestId, cancellationToken: stop)).Stage);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_quorum_of_two_of_three_settles(bool isFloat)
    {
        var stop = TestContext.Current.CancellationToken;
        var requestId = isFloat
            ? await network.AskQuorumAsync(network.Floats, CourtNetwork.Returns(100), quorum: 2, members: 3)
            : await network.AskQuorumAsync(network.Integers, CourtNetwork.Quantised(), quorum: 2, members: 3);

        await network.Network.ReachesAsync(requestId, Stage.Settled);

        Assert.True(await network.Network.Hub.CallIsFinalAsync(requestId, cancellationToken: stop));
    }

    private async Task<UInt256> BalancesAsync()
    {
        var sum = UInt256.Zero;
        foreach (var member in network.Members)
            sum += await network.Court.CallBalanceOfAsync(member, cancellationToken: TestContext.Current.CancellationToken);
        return sum;
    }
}
