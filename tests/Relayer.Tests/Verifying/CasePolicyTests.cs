using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Verifying;
using OpenGradient.Relayer.Verifying.Cases;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;
using static OpenGradient.Relayer.Tests.Verifying.SampleDossiers;

namespace OpenGradient.Relayer.Tests.Verifying;

public sealed class CasePolicyTests
{
    private static readonly SealView AtBlock60 = new(new BlockNumber(60), IsForfeited: false);
    private static readonly Duty Fresh = Duty(DutyKind.Challenge).Answered();
    private static readonly Duty WithSeal = Duty(DutyKind.Challenge).Sealed();

    private static readonly DutyStep Sealing = new DutyStep.Send(Move.SealChallenge);

    public static TheoryData<string> Named => [.. Cases.Keys];

    private static Dictionary<string, Case> Cases { get; } = new(StringComparer.Ordinal)
    {
        ["seals while there is time"] = new(Fresh, Settled(), Sealing),
        ["waits where a reorganisation took the answer"] = new(Fresh, Settled() with { Answer = null }, new DutyStep.Sleep(DutyWait.ItsReturn)),
        ["does not seal when too little time is left to open"] = new(Fresh, Settled(until: Now + (4 * Inclusion) - 1), new DutyStep.End(DutyEnd.TooLate)),
        ["seals in the last moment in which it can open"] = new(Fresh, Settled(until: Now + (4 * Inclusion)), Sealing),
        ["does not seal for a lien that pays less than the members cost"] = new(Fresh, WithLien(166u), new DutyStep.End(DutyEnd.NotWorthIt)),
        ["seals for a lien that pays what the members cost"] = new(Fresh, WithLien(167u), Sealing),
        ["seals at a loss that is accepted"] = new(Fresh, WithLien(0u), Sealing, options: Options with { AcceptedLoss = 50u }),
        ["waits for balance"] = new(
            Fresh, Settled(), new DutyStep.Rest(DutyWait.Capacity, Moment.Time + Options.LookAgain), room: Room with { Balance = Risk - 1u }),
        ["needs no more than the balance it risks"] = new(Fresh, Settled(), Sealing, room: Room with { Balance = Risk }),
        ["waits while as many are open as may be"] = new(
            Fresh, Settled(), new DutyStep.Rest(DutyWait.Capacity, Moment.Time + Options.LookAgain), room: Room with { Open = Options.MostOpenChallenges }),
        ["waits while as much is at risk as may be"] = new(
            Fresh, Settled(), new DutyStep.Rest(DutyWait.Capacity, Moment.Time + Options.LookAgain), room: Room with { AtRisk = 1u },
            options: Options with { MostAtRisk = Risk }),
        ["brings none for a day after losses"] = new(
            Fresh, Settled(), new DutyStep.Rest(DutyWait.Breaker, Moment.Time + TimeSpan.FromHours(23)),
            room: Room with { LossesInRow = 2, LastLoss = Moment.Time - TimeSpan.FromHours(1) }),
        ["brings one when that day is over"] = new(
            Fresh, Settled(), Sealing, room: Room with { LossesInRow = 2, LastLoss = Moment.Time - TimeSpan.FromHours(24) }),
        ["brings no second one before that is judged"] = new(
            Fresh, Settled(), new DutyStep.Rest(DutyWait.Breaker, Moment.Time + Options.LookAgain),
            room: Room with { LossesInRow = 2, LastLoss = Moment.Time - TimeSpan.FromHours(24), Open = 1 }),
        ["waits for its seal"] = new(
            WithSeal.Sent(Move.SealChallenge, SentState.Pending), Settled(), new DutyStep.Rest(DutyWait.OurTransaction, Moment.Time + Tries.LookAgain)),
        ["seals again what failed"] = new(WithSeal.Sent(Move.SealChallenge, SentState.Failed), Settled(), Sealing),
        ["gives up what failed too often"] = new(
            WithSeal.Sent(Move.SealChallenge, SentState.Failed, attempt: 3), Settled(), new DutyStep.End(DutyEnd.Failed)),
        ["does not open in its seal's block"] = new(
            WithSeal, Settled(), new DutyStep.Rest(DutyWait.NextBlock, Moment.Time + Options.Poll), seal: new SealView(new BlockNumber(100), false)),
        ["opens a block later"] = new(WithSeal, Settled(), new DutyStep.Send(Move.OpenCase), seal: new SealView(new BlockNumber(99), false)),
        ["opens to the last second"] = new(WithSeal, Settled(until: Now + 1), new DutyStep.Send(Move.OpenCase), seal: AtBlock60),
        ["cannot open what is final"] = new(WithSeal, Settled(until: Now), new DutyStep.End(DutyEnd.TooLate), seal: AtBlock60),
        ["takes its seal back where another opened"] = new(WithSeal, Settled().InCase(challenger: Them), new DutyStep.Send(Move.WithdrawSeal), seal: AtBlock60),
        ["takes its seal back even when that case is over"] = new(
            WithSeal, Settled().InCase(view => view with { Stage = CaseStage.Ended, Challenger = Them }), new DutyStep.Send(Move.WithdrawSeal), seal: AtBlock60),
        ["is done when its seal is back"] = new(
            WithSeal, Settled().InCase(view => view with { Challenger = Them, SpentSeals = [WithSeal.Seal!.Value] }), new DutyStep.End(DutyEnd.CalledByAnother),
            seal: AtBlock60),
        ["waits for a seal on its way where another opened"] = new(
            WithSeal.Sent(Move.SealChallenge, SentState.Pending), Settled().InCase(challenger: Them),
            new DutyStep.Rest(DutyWait.OurTransaction, Moment.Time + Tries.LookAgain)),
        ["lets another's case be where nothing is sealed"] = new(Fresh, Settled().InCase(challenger: Them), new DutyStep.End(DutyEnd.CalledByAnother)),
        ["waits for the block of the draw"] = new(
            WithSeal, Ours(view => view with { SeedBlock = new BlockNumber(100) }), new DutyStep.Rest(DutyWait.NextBlock, Moment.Time + Options.Poll), seal: AtBlock60),
        ["summons behind it"] = new(WithSeal, Ours(view => view with { SeedBlock = new BlockNumber(99) }), new DutyStep.Send(Move.Summon), seal: AtBlock60),
        ["summons again where the draw was prepared anew"] = new(
            WithSeal.Sent(Move.Summon, SentState.Mined, block: 80), Ours(view => view with { SeedBlock = new BlockNumber(90) }),
            new DutyStep.Send(Move.Summon), seal: AtBlock60),
        ["waits for the committee to seal"] = new(
            WithSeal, Ours(view => view.Voting(Now + 100, new Seat(Us))),
            new DutyStep.Rest(DutyWait.Sealing, Moment.Time + TimeSpan.FromSeconds(101)), seal: AtBlock60),
        ["waits for those who sealed"] = new(
            WithSeal, Ours(view => view.Voting(Now - 100, new Seat(Us) { HasSealed = true })),
            new DutyStep.Rest(DutyWait.Revealing, Moment.Time + TimeSpan.FromSeconds(Phase - 99)), seal: AtBlock60),
        ["has it judged when all have revealed"] = new(
            WithSeal, Ours(view => view.Voting(Now - 1, new Seat(Us) { HasSealed = true, HasRevealed = true })), new DutyStep.Send(Move.Judge), seal: AtBlock60),
        ["has it judged when their time is over"] = new(
            WithSeal, Ours(view => view.Voting(Now - Phase - 1, new Seat(Us) { HasSealed = true })), new DutyStep.Send(Move.Judge), seal: AtBlock60),
        ["has lost where the answer was upheld"] = new(WithSeal, Judged(CaseView.ForNode), new DutyStep.End(DutyEnd.Lost), seal: AtBlock60),
        ["has not lost where nobody was drawn"] = new(
            WithSeal, Ours(view => view with { Stage = CaseStage.Ended }), new DutyStep.End(DutyEnd.NotJudged), seal: AtBlock60),
        ["moves on what it won"] = new(
            WithSeal.Sent(Move.Judge, SentState.Mined, block: 90), Judged(CaseView.ForChallenger) with { Slashed = Lien }, new DutyStep.Send(Move.WithdrawReward),
            seal: AtBlock60),
        ["keeps what it won where that is told"] = new(
            WithSeal, Judged(CaseView.ForChallenger) with { Slashed = Lien }, new DutyStep.End(DutyEnd.Won), seal: AtBlock60,
            options: Options with { WithdrawsRewards = false }),
        ["is done when the money has moved"] = new(
            WithSeal.Sent(Move.WithdrawReward, SentState.Mined, block: 90), Judged(CaseView.ForChallenger) with { Slashed = Lien }, new DutyStep.End(DutyEnd.Won),
            seal: AtBlock60),
        ["has won though the money did not move"] = new(
            WithSeal.Sent(Move.WithdrawReward, SentState.Failed, attempt: 3), Judged(CaseView.ForChallenger) with { Slashed = Lien },
            new DutyStep.End(DutyEnd.Won), seal: AtBlock60),
        ["has won for another answer than its own"] = new(WithSeal, Judged(CaseView.FirstMember + 2), new DutyStep.End(DutyEnd.WonForOthers), seal: AtBlock60),
        ["says that its seal is lost"] = new(WithSeal, Settled(), new DutyStep.End(DutyEnd.SealLost), seal: AtBlock60 with { IsForfeited = true }),
    };

    private static Moment Moment => At(Now);

    [Theory]
    [MemberData(nameof(Named))]
    public void A_challenge_takes_the_step_that_its_state_asks_for(string name)
    {
        var sample = Cases[name];
        var policy = new CasePolicy(Us, Rules, sample.Options, Tries);

        Assert.Equal(sample.Expected, policy.Next(sample.Duty, sample.Dossier, sample.Seal, sample.Room, Moment));
    }

    private static Dossier WithLien(UInt256 lien)
    {
        var dossier = Settled();
        return dossier with { Answer = dossier.Answer! with { Settlement = dossier.Answer.Settlement with { Lien = lien } } };
    }

    private static Dossier Ours(Func<CaseView, CaseView> change) =>
        Settled().InCase(view => change(view) with { SpentSeals = [WithSeal.Seal!.Value] });

    private static Dossier Judged(int verdict) =>
        Ours(view => view.Voting(Now - 100, new Seat(Us) { HasSealed = true, HasRevealed = true }) with { Stage = CaseStage.Ended, Verdict = verdict });

    private sealed class Case(
        Duty duty, Dossier dossier, DutyStep expected, SealView? seal = null, ChallengeRoom? room = null, VerifyingOptions? options = null)
    {
        public Duty Duty => duty;

        public Dossier Dossier => dossier;

        public DutyStep Expected => expected;

        public SealView Seal => seal ?? SealView.None;

        public ChallengeRoom Room => room ?? SampleDossiers.Room;

        public VerifyingOptions Options => options ?? SampleDossiers.Options;
    }
}
