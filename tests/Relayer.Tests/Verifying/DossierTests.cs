using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Relayer.Verifying.Dossiers;
using static OpenGradient.Relayer.Tests.Verifying.SampleDossiers;

namespace OpenGradient.Relayer.Tests.Verifying;

public sealed class DossierTests
{
    private static readonly IHubContract.RequestedEvent Asked = RelayerScene.Ask(1);
    private static readonly IHubContract.Settlement Wrong =
        new(Keccak256.Hash([1]), Them, Them, 0, 0, 0, Hash32.Zero, 1, Hash32.Zero, Lien, Now, 0);

    [Fact]
    public void A_case_is_read_from_its_opening_to_its_end()
    {
        var id = Asked.RequestId;
        List<IContractEvent> told =
        [
            Asked,
            new IHubContract.SettledEvent(id, Them, Now + 100, Wrong, default, new byte[] { 1 }),
            new IHubContract.ContestedEvent(id),
            new IChallengeCourtContract.SealWithdrawnEvent(Us, Hash32.FromUInt256(5u), id),
            new IChallengeCourtContract.CaseOpenedEvent(id, Us, 7u, Keccak256.Hash([2]), new byte[] { 2 }, "input"u8.ToArray()),
            new IChallengeCourtContract.CaseArmedEvent(id, 12),
        ];
        var open = Read(told);
        Assert.Equal((Stage.Challenged, CaseStage.Open, Us, new BlockNumber(12)), (open.View.Stage, open.Case.Stage, open.Case.Challenger, open.Case.SeedBlock));
        Assert.Equal([Hash32.FromUInt256(5u)], open.Case.SpentSeals);
        Assert.Equal(new byte[] { 1 }, open.AnswerBytes!.Value.ToArray());

        told.Add(new IChallengeCourtContract.CommitteeDrawnEvent(id, [Member(Us), Member(Them)], Now + 900));
        told.Add(new IChallengeCourtContract.VoteSealedEvent(id, Us, Hash32.Zero));
        told.Add(new IChallengeCourtContract.RevealsBeganEvent(id, Now + 5));
        var voting = Read(told);
        Assert.Equal((CaseStage.Voting, Now + 5, 0, false), (voting.Case.Stage, voting.Case.RevealsFrom, voting.Case.SeatOf(Us), voting.Case.AllHaveRevealed));

        told.Add(new IChallengeCourtContract.VoteRevealedEvent(id, Us, Keccak256.Hash([2]), 1, new byte[] { 2 }));
        Assert.True(Read(told).Case.AllHaveRevealed);
        told.Add(new IChallengeCourtContract.CaseEndedEvent(id, Us, 1, 4u));
        told.Add(new IHubContract.OverturnedEvent(id, Us, Lien, IsCorrected: false, Wrong));
        var ended = Read(told);
        Assert.Equal((CaseStage.Ended, 1, Lien, Stage.Slashed), (ended.Case.Stage, ended.Case.Verdict, ended.Slashed, ended.View.Stage));
    }

    [Fact]
    public void Stronger_evidence_changes_the_settlement_and_not_what_the_first_evidence_is_about()
    {
        var raised = Wrong with { KeyEpoch = 3 };
        var dossier = Read(
        [
            Asked, new IHubContract.SettledEvent(Asked.RequestId, Them, Now + 100, Wrong, new byte[] { 5 }, new byte[] { 1 }),
            new IHubContract.RaisedEvent(Asked.RequestId, Now + 50, raised),
        ]);

        Assert.Equal((raised, Wrong, Now + 50), (dossier.Answer!.Settlement, dossier.Answer.Receipt, dossier.View.Until));
    }

    [Fact]
    public void Another_contract_that_says_the_same_is_not_heard()
    {
        var strange = new IHubContract.SettledEvent(Asked.RequestId, Them, Now, Wrong, default, new byte[] { 1 }).ToLog(SampleJobs.Us);

        Assert.Null(Dossier.Of(Asked.RequestId, [new ToldLog(new BlockNumber(1), Hash32.Zero, strange)], Deployment.Hub, Deployment.Court).Answer);
    }

    [Fact]
    public void A_copy_of_our_seal_is_not_ours()
    {
        var seal = Hash32.FromUInt256(5u);

        Assert.Null(After(SealView.None, new IChallengeCourtContract.ChallengeSealedEvent(Them, seal, 1u)).Block);
        var ours = After(SealView.None, new IChallengeCourtContract.ChallengeSealedEvent(Us, seal, 1u));
        Assert.Equal(new BlockNumber(1), ours.Block);
        Assert.False(After(ours, new IChallengeCourtContract.SealForfeitedEvent(Them, seal, 1u)).IsForfeited);
        Assert.True(After(ours, new IChallengeCourtContract.SealForfeitedEvent(Us, seal, 1u)).IsForfeited);
    }

    [Fact]
    public void Bytes_that_are_not_what_was_settled_are_none()
    {
        var dossier = Settled([1]);

        Assert.NotNull(dossier.AnswerBytes);
        Assert.Null((dossier with { Answer = dossier.Answer! with { Output = new byte[] { 9 } } }).AnswerBytes);
    }

    private static SealView After(SealView view, IContractEvent told) =>
        view.After(new ToldLog(new BlockNumber(1), Hash32.Zero, told.ToLog(Deployment.Court)), Us);

    private static IChallengeCourtContract.Member Member(Address node) => new(node, 0u, Hash32.Zero);

    private static Dossier Read(IEnumerable<IContractEvent> told) => Dossier.Of(
        Asked.RequestId,
        told.Select((content, i) => new ToldLog(
            new BlockNumber((ulong)i), Hash32.Zero,
            content.ToLog(content.GetType().DeclaringType == typeof(IHubContract) ? Deployment.Hub : Deployment.Court))),
        Deployment.Hub, Deployment.Court);
}
