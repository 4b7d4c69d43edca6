using OpenGradient.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Benchmarks.Gas;

/// <summary>A wrong answer before a committee, from the seal to the verdict.</summary>
internal static class CourtCases
{
    private const byte RightMark = 200;
    private const ulong Rounding = 1000;

    private static readonly Hash32 Salt = Keccak256.Hash("salt"u8);

    public static async Task RunAsync(GasWorld world, CancellationToken cancellationToken)
    {
        var chain = world.Chain;
        var court = new IChallengeCourtContract(chain.Client, chain.Deployment.Court);
        await FundAsync(world, court, cancellationToken);
        // Verifiers count as they stood when the hour began.
        chain.PassHours(1);
        var ask = await world.AskAsync(world.Request(), cancellationToken);
        var settled = await world.DoAsync(
            GasActors.BusyNode, world.Hub.PrepareSettle(await world.AnswerAsync(ask, cancellationToken)), cancellationToken);
        var (courtAsk, settlement) = (Of(ask), Of(GasWorld.SettlementIn(settled)));
        var id = world.Domain.IdOf(ask);
        var right = GasWorld.OutputOf(RightMark);
        var seal = await court.CallSealOfAsync(
            chain.AddressOf(GasActors.Challenger), id, Keccak256.Hash(right), Salt, cancellationToken: cancellationToken);

        await world.MeasureAsync("seal a challenge", GasActors.Challenger, court.PrepareSealChallenge(seal), cancellationToken);
        var challenge = new IChallengeCourtContract.Challenge(
            right, Salt, ReadOnlyMemory<byte>.Empty, GasWorld.OutputOf(1), ReadOnlyMemory<byte>.Empty);
        await world.MeasureAsync(
            "open a case", GasActors.Challenger, court.PrepareOpenCase(courtAsk, settlement, challenge), cancellationToken);
        await chain.MineAsync(cancellationToken);
        await chain.MineAsync(cancellationToken);
        // It depends on the draw, by some tens of gas: rounded, so that it is the same every time.
        var summoned = await world.DoAsync(GasActors.Challenger, court.PrepareSummon(courtAsk, settlement), cancellationToken);
        world.Keep("summon a committee of 5", (summoned.GasUsed + Rounding - 1) / Rounding * Rounding);
        await VoteAsync(world, court, id, right, cancellationToken);
        var judged = await world.MeasureAsync("judge: overturned", GasActors.Challenger, court.PrepareJudge(courtAsk, settlement), cancellationToken);
        GasWorld.Expect<IHubContract.OverturnedEvent>(judged);
    }

    public static IChallengeCourtContract.Ask Of(IHubContract.Ask ask)
    {
        var asked = ask.Request;
        return new IChallengeCourtContract.Ask(
            new IChallengeCourtContract.Request(
                asked.VersionId, asked.Assurance, asked.Assignee, asked.ExclusiveUntil, asked.Deadline, asked.ChallengeWindow, asked.CallbackGas,
                asked.Flags, asked.QuorumValue, asked.Fee, asked.DeliveryTip, asked.MinLien, asked.InputCommit, asked.TermsHash),
            ask.Requester,
            ask.Nonce);
    }

    public static IChallengeCourtContract.Settlement Of(IHubContract.Settlement settlement) => new(
        settlement.OutputCommit, settlement.Node, settlement.Payee, settlement.KeyEpoch, settlement.IssuedAt, settlement.ExpiresAt,
        settlement.EvidenceHash, settlement.Assurance, settlement.RootLabel, settlement.Lien, settlement.SettledAt, settlement.Revision);

    private static async Task FundAsync(GasWorld world, IChallengeCourtContract court, CancellationToken cancellationToken)
    {
        await world.DoAsync(GasActors.Challenger, world.Token.PrepareApprove(court.Address, UInt256.MaxValue), cancellationToken);
        await world.DoAsync(
            GasActors.Challenger, court.PrepareDeposit(world.Chain.AddressOf(GasActors.Challenger), GasWorld.Tokens(100)), cancellationToken);
    }

    private static async Task VoteAsync(
        GasWorld world, IChallengeCourtContract court, Hash32 id, byte[] right, CancellationToken cancellationToken)
    {
        var drawn = await court.CallMembersOfAsync(id, cancellationToken: cancellationToken);
        var members = drawn.Select(member => Enumerable.Range(GasActors.FirstVerifier, GasActors.Verifiers)
            .Single(account => world.Chain.AddressOf(account) == member.Node)).ToList();
        for (var i = 0; i < members.Count; i++)
        {
            var seal = await court.CallVoteSealOfAsync(
                id, world.Chain.AddressOf(members[i]), Keccak256.Hash(right), Salt, cancellationToken: cancellationToken);
            var call = court.PrepareSealVote(id, seal);
            if (i == 1)
                await world.MeasureAsync("seal a vote", members[i], call, cancellationToken);
            else
                await world.DoAsync(members[i], call, cancellationToken);
        }

        var vote = new IChallengeCourtContract.Vote(Keccak256.Hash(right), Salt, right, GasWorld.OutputOf(1), [right]);
        for (var i = 0; i < members.Count; i++)
        {
            var call = court.PrepareRevealVote(id, vote);
            if (i == 1)
                await world.MeasureAsync("reveal a vote", members[i], call, cancellationToken);
            else
                await world.DoAsync(members[i], call, cancellationToken);
        }
    }
}
