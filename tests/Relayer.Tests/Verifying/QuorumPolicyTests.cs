using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Tensors;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;
using OpenGradient.Relayer.Verifying.Quorums;
using static OpenGradient.Relayer.Tests.Verifying.SampleDossiers;

namespace OpenGradient.Relayer.Tests.Verifying;

public sealed class QuorumPolicyTests
{
    // Of the sample's deployment.
    private const ulong ClaimTime = 120;

    private static readonly Address Third = Address.Parse("0x00000000000000000000000000000000000000c3");
    private static readonly QuorumPolicy Policy = new(Us, Deployment.HubTerms, Inclusion, Options, Tries);
    private static readonly Duty Fresh = Duty(DutyKind.Quorum);
    private static readonly PreparedAnswer Nothing = new(Answer: null, IsTurnedAway: false);
    private static readonly PreparedAnswer Found = new(new JobAnswer(Keccak256.Hash([2]), new byte[] { 2 }, TimeSpan.Zero, "test"), IsTurnedAway: false);
    private static readonly IHubContract.Quorum None = new(0, 0, 0, 0, 0);
    private static readonly IHubContract.Quorum Begun = new(Now - 10, 0, 0, 1, 0);

    public static TheoryData<string> Named => [.. Cases.Keys];

    private static Dictionary<string, (Duty Duty, Dossier Dossier, IHubContract.Quorum Quorum, PreparedAnswer Prepared, DutyStep Expected)> Cases { get; } =
        new(StringComparer.Ordinal)
        {
            ["waits where a reorganisation took the request"] = (
                Fresh, new Dossier { RequestId = Id }, None, Found, new DutyStep.Sleep(DutyWait.ItsReturn)),
            ["leaves it where it is no member"] = (
                Fresh, Asked() with { Terms = new IHubContract.Terms([], [Them]) }, None, Found, new DutyStep.End(DutyEnd.NotChosen)),
            ["waits for the pipeline"] = (Fresh, Asked(), None, Nothing, new DutyStep.Rest(DutyWait.OurAnswer, Moment.Time + Options.Poll)),
            ["ends where the pipeline turned it away"] = (
                Fresh, Asked(), None, Nothing with { IsTurnedAway = true }, new DutyStep.End(DutyEnd.TurnedAway)),
            ["is the first to seal"] = (Fresh, Asked(), None, Found, new DutyStep.Send(Move.SealAnswer)),
            ["does not begin what cannot end before the deadline"] = (
                Fresh, Asked(deadline: Now + Inclusion + (2 * ClaimTime)), None, Found, new DutyStep.End(DutyEnd.TooLate)),
            ["begins what just ends before it"] = (
                Fresh, Asked(deadline: Now + Inclusion + (2 * ClaimTime) + 1), None, Found, new DutyStep.Send(Move.SealAnswer)),
            ["seals after others"] = (Fresh, Sealing(Them), Begun, Found, new DutyStep.Send(Move.SealAnswer)),
            ["seals no later than the phase lasts"] = (
                Fresh, Sealing(Them), Begun with { SealedAt = Now - ClaimTime + Inclusion - 1 }, Found, new DutyStep.End(DutyEnd.TooLate)),
            ["does not seal when the request has ended"] = (
                Fresh, Asked() with { View = RequestView.Unknown with { Stage = Stage.Settled } }, Begun, Found, new DutyStep.End(DutyEnd.TooLate)),
            ["waits for its seal"] = (
                Fresh.Sealed().Sent(Move.SealAnswer, SentState.Pending), Asked(), None, Found,
                new DutyStep.Rest(DutyWait.OurTransaction, Moment.Time + Tries.LookAgain)),
            ["waits while too few have sealed"] = (
                Fresh.Sealed(), Sealing(Us), Begun, Found, new DutyStep.Rest(DutyWait.Members, Moment.Time + TimeSpan.FromSeconds(ClaimTime - 9))),
            ["takes its bond back where too few have sealed"] = (
                Fresh.Sealed(), Sealing(Us), Begun with { SealedAt = Now - ClaimTime - 1 }, Found, new DutyStep.Send(Move.CloseSeal)),
            ["does not reveal before the time"] = (
                Fresh.Sealed(), Sealing(Us, Them), Begun with { RevealsFrom = Now + 5, RevealsUntil = Now + 125, Seals = 2 }, Found,
                new DutyStep.Rest(DutyWait.Members, Moment.Time + TimeSpan.FromSeconds(5))),
            ["reveals from then on"] = (
                Fresh.Sealed(), Sealing(Us, Them), Begun with { RevealsFrom = Now, RevealsUntil = Now + 120, Seals = 2 }, Found, new DutyStep.Send(Move.RevealAnswer)),
            ["reveals for its bond though the request has ended"] = (
                Fresh.Sealed(), Sealing(Us, Them) with { View = RequestView.Unknown with { Stage = Stage.Settled } },
                Begun with { RevealsFrom = Now - 120, RevealsUntil = Now, Seals = 3 }, Found, new DutyStep.Send(Move.RevealAnswer)),
            ["says that it was silent"] = (
                Fresh.Sealed(), Sealing(Us, Them), Begun with { RevealsFrom = Now - 121, RevealsUntil = Now - 1, Seals = 2 }, Found, new DutyStep.End(DutyEnd.Missed)),
            ["is done when it has revealed"] = (
                Fresh.Sealed(), Sealing(Us) with { Quorum = new QuorumView { Sealed = [Us], Revealed = [Revealed(Us, 2, 2)] } }, Begun, Found,
                new DutyStep.End(DutyEnd.Revealed)),
            ["is done when its bond is back"] = (
                Fresh.Sealed(), Sealing(Us) with { Quorum = new QuorumView { Sealed = [Us], Returned = [Us] } }, Begun, Found, new DutyStep.End(DutyEnd.TooFew)),
            ["says that its bond is lost"] = (
                Fresh.Sealed(), Sealing(Us) with { Quorum = new QuorumView { Sealed = [Us], Forfeited = [Us] } }, Begun, Found, new DutyStep.End(DutyEnd.SealLost)),
        };

    private static Moment Moment => At(Now);

    [Theory]
    [MemberData(nameof(Named))]
    public void A_member_takes_the_step_that_its_quorum_asks_for(string name)
    {
        var (duty, dossier, quorum, prepared, expected) = Cases[name];

        Assert.Equal(expected, Policy.Next(duty, dossier, quorum, prepared, balance: 1_000u, Moment));
    }

    [Fact]
    public void A_seal_waits_for_its_bond()
    {
        Assert.Equal(
            new DutyStep.Rest(DutyWait.Capacity, Moment.Time + Options.LookAgain), Policy.Next(Fresh, Asked(), None, Found, balance: 999u, Moment));
    }

    [Fact]
    public void Stands_behind_the_answer_with_most_members_that_its_own_agrees_with()
    {
        var view = new QuorumView
        {
            Revealed = [Revealed(Them, 3, 3), Revealed(Third, 4, 4), Revealed(Us, 5, 4), Revealed(Address.Zero, 6, 6) with { Counts = false }],
        };

        Assert.Equal([Keccak256.Hash([4]), Keccak256.Hash([3])], AgreedAnswer.Candidates(view).Select(answer => answer.Commit));
    }

    [Fact]
    public void Answers_agree_within_the_tolerance_and_failures_with_failures_only()
    {
        var semantics = new VersionSemantics.Float(new Tolerance(100_000_000_000_000_000, 0));
        var own = new JobAnswer(Keccak256.Hash(Floats(1)), Floats(1), TimeSpan.Zero, "test");
        var failure = new JobAnswer(HubDomain.Failure, ReadOnlyMemory<byte>.Empty, TimeSpan.Zero, "test");

        Assert.True(AgreedAnswer.Agrees(semantics, own, Keccak256.Hash(Floats(1.05f)), Floats(1.05f)));
        Assert.False(AgreedAnswer.Agrees(semantics, own, Keccak256.Hash(Floats(1.5f)), Floats(1.5f)));
        Assert.False(AgreedAnswer.Agrees(new VersionSemantics.Integer(Hash32.Zero), own, Keccak256.Hash(Floats(1.05f)), Floats(1.05f)));
        Assert.False(AgreedAnswer.Agrees(semantics, failure, Keccak256.Hash(Floats(1)), Floats(1)));
        Assert.True(AgreedAnswer.Agrees(semantics, failure, HubDomain.Failure, default));
    }

    private static RevealedAnswer Revealed(Address node, byte own, byte agreed) =>
        new(node, Keccak256.Hash([own]), Keccak256.Hash([agreed]), Counts: true, Hash32.Zero);

    private static Dossier Asked(ulong deadline = Now + 600)
    {
        var settled = Settled();
        return settled with
        {
            Ask = settled.Ask! with { Request = settled.Ask.Request with { QuorumValue = 2, Deadline = deadline } },
            Terms = new IHubContract.Terms([], [Us, Them, Third]),
            View = RequestView.Unknown with { Stage = Stage.Open },
            Answer = null,
        };
    }

    private static Dossier Sealing(params Address[] by) =>
        Asked() with { View = RequestView.Unknown with { Stage = Stage.Sealing }, Quorum = new QuorumView { Sealed = by } };
}
