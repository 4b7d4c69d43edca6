using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Verifying.Cases;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;
using static OpenGradient.Relayer.Tests.Verifying.SampleDossiers;

namespace OpenGradient.Relayer.Tests.Verifying;

public sealed class VotePolicyTests
{
    private const ulong Reserve = Phase / 4;

    private static readonly VotePolicy Policy = new(Us, Rules, Options, Tries);
    private static readonly Duty Fresh = Duty(DutyKind.Seat);
    private static readonly Seat Ours = new(Us);
    private static readonly Seat Theirs = new(Them);

    public static TheoryData<string> Named => [.. Cases.Keys];

    private static Dictionary<string, (Duty Duty, Dossier Dossier, DutyStep Expected)> Cases { get; } = new(StringComparer.Ordinal)
    {
        ["runs the input first"] = (Fresh, Committee(Now + Phase, Ours), new DutyStep.Run()),
        ["waits where a reorganisation took the committee"] = (Fresh, Settled().InCase(), new DutyStep.Sleep(DutyWait.ItsReturn)),
        ["is done where it was drawn anew without us"] = (Fresh, Committee(Now + Phase, Theirs), new DutyStep.End(DutyEnd.NotChosen)),
        ["runs while the reserve is whole"] = (Fresh, Committee(Now + Reserve + 1, Ours), new DutyStep.Run()),
        ["says that it does not know rather than be silent"] = (Fresh, Committee(Now + Reserve, Ours), new DutyStep.Abstain()),
        ["says so too when running failed too often"] = (
            Fresh with { FailedRuns = Options.MostFailedRuns }, Committee(Now + Phase, Ours), new DutyStep.Abstain()),
        ["seals what it found"] = (Fresh.Answered(), Committee(Now + Phase, Ours), new DutyStep.Send(Move.SealVote)),
        ["waits for its seal"] = (
            Fresh.Sealed().Sent(Move.SealVote, SentState.Pending), Committee(Now + Phase, Ours),
            new DutyStep.Rest(DutyWait.OurTransaction, Moment.Time + Tries.LookAgain)),
        ["seals again what failed"] = (
            Fresh.Sealed().Sent(Move.SealVote, SentState.Failed), Committee(Now + Phase, Ours), new DutyStep.Send(Move.SealVote)),
        ["seals nothing when sealing is over"] = (Fresh.Answered(), Committee(Now, Ours), new DutyStep.Sleep(DutyWait.Revealing)),
        ["does not reveal while others seal"] = (
            Fresh.Sealed(), Committee(Now + 30, Ours with { HasSealed = true }), new DutyStep.Rest(DutyWait.Sealing, Moment.Time + TimeSpan.FromSeconds(31))),
        ["reveals when sealing is over"] = (
            Fresh.Sealed(), Committee(Now - 1, Ours with { HasSealed = true }), new DutyStep.Send(Move.RevealVote)),
        ["reveals again where a rival came in between"] = (
            Fresh.Sealed().Sent(Move.RevealVote, SentState.Failed), Committee(Now - 1, Ours with { HasSealed = true }), new DutyStep.Send(Move.RevealVote)),
        ["reveals to the last second"] = (
            Fresh.Sealed(), Committee(Now - Phase + 1, Ours with { HasSealed = true }), new DutyStep.Send(Move.RevealVote)),
        ["reveals nothing when that is over"] = (
            Fresh.Sealed(), Committee(Now - Phase, Ours with { HasSealed = true }), new DutyStep.Sleep(DutyWait.Revealing)),
        ["waits for others to have it judged"] = (
            Fresh.Sealed(), Committee(Now - 1, Done), new DutyStep.Rest(DutyWait.Others, Moment.Time + TimeSpan.FromSeconds((2 * Inclusion)))),
        ["has it judged when nobody else does"] = (
            Fresh.Sealed(), Committee(Now - (2 * Inclusion) - 1, Done), new DutyStep.Send(Move.Judge)),
        ["waits for who has sealed and not revealed"] = (
            Fresh.Sealed(), Committee(Now - 1, Done, Theirs with { HasSealed = true }),
            new DutyStep.Rest(DutyWait.Revealing, Moment.Time + TimeSpan.FromSeconds(Phase + (2 * Inclusion)))),
        ["has served when it is judged"] = (Fresh.Sealed(), Ended(Done), new DutyStep.End(DutyEnd.Served)),
        ["says that it was silent"] = (Fresh.Sealed(), Ended(Ours with { HasSealed = true }), new DutyStep.End(DutyEnd.Missed)),
    };

    private static Seat Done => Ours with { HasSealed = true, HasRevealed = true };

    private static Moment Moment => At(Now);

    [Theory]
    [MemberData(nameof(Named))]
    public void A_member_takes_the_step_that_its_case_asks_for(string name)
    {
        var (duty, dossier, expected) = Cases[name];

        Assert.Equal(expected, Policy.Next(duty, dossier, Moment));
    }

    [Fact]
    public void Members_come_one_after_another_to_have_a_case_judged()
    {
        var later = Committee(Now - (2 * Inclusion) - 1, Theirs with { HasSealed = true, HasRevealed = true }, Done);

        Assert.IsType<DutyStep.Rest>(Policy.Next(Fresh.Sealed(), later, Moment));
        Assert.Equal(new DutyStep.Send(Move.Judge), Policy.Next(Fresh.Sealed(), later, At(Now + (2 * Inclusion))));
    }

    private static Dossier Committee(ulong revealsFrom, params Seat[] seats) => Settled().InCase(view => view.Voting(revealsFrom, seats), Them);

    private static Dossier Ended(params Seat[] seats) => Settled().InCase(view => view.Voting(Now - 100, seats) with { Stage = CaseStage.Ended }, Them);
}
