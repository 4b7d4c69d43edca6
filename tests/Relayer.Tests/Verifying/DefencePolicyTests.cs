using OpenGradient.Contracts.Hub;
using OpenGradient.Relayer.Verifying.Cases;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;
using static OpenGradient.Relayer.Tests.Verifying.SampleDossiers;

namespace OpenGradient.Relayer.Tests.Verifying;

public sealed class DefencePolicyTests
{
    private static readonly DefencePolicy Policy = new(Us, Rules, Tries);
    private static readonly Duty Duty = Duty(DutyKind.Defence);

    [Fact]
    public void Bytes_that_stayed_off_the_chain_are_shown_while_members_seal()
    {
        Assert.Equal(new DutyStep.Send(Move.ShowOutput), Next(OffChain(Opened())));
        Assert.Equal(new DutyStep.Send(Move.ShowOutput), Next(OffChain(Opened(view => view.Voting(Now + 1)))));
        Assert.IsType<DutyStep.Rest>(Next(OffChain(Opened(view => view.Voting(Now)))));
        Assert.IsType<DutyStep.Rest>(Next(OffChain(Opened(view => view with { ShownOutput = new byte[] { 1 } }))));
        Assert.IsType<DutyStep.Rest>(Next(Opened()));
        Assert.IsType<DutyStep.Rest>(Next(OffChain(Opened()), hasOutput: false));
    }

    [Fact]
    public void A_case_that_nobody_moves_is_brought_to_its_end()
    {
        Assert.Equal(new DutyStep.Rest(DutyWait.Summoning, At(Now).Time + TimeSpan.FromSeconds(1)), Next(Opened(), openedBy: Now - Rules.SummonSeconds));
        Assert.Equal(new DutyStep.Send(Move.Lapse), Next(Opened(), openedBy: Now - Rules.SummonSeconds - 1));
        Assert.Equal(new DutyStep.Send(Move.Judge), Next(Opened(view => view.Voting(Now - Phase - (14 * Inclusion) - 1, new Seat(Them) { HasSealed = true }))));
        Assert.IsType<DutyStep.Rest>(Next(Opened(view => view.Voting(Now - Phase - (14 * Inclusion), new Seat(Them) { HasSealed = true }))));
    }

    [Fact]
    public void It_ends_with_the_case_and_where_the_answer_is_anothers()
    {
        Assert.Equal(new DutyStep.End(DutyEnd.Served), Next(Opened(view => view with { Stage = CaseStage.Ended })));
        Assert.Equal(new DutyStep.End(DutyEnd.NotChosen), Next(Settled(by: Them).InCase()));
        Assert.Equal(new DutyStep.Sleep(DutyWait.ItsReturn), Next(Settled(by: Us)));
    }

    private static Dossier Opened(Func<CaseView, CaseView>? change = null) => Settled(by: Us).InCase(change, Them);

    private static Dossier OffChain(Dossier dossier) =>
        dossier with { Ask = dossier.Ask! with { Request = dossier.Ask.Request with { Flags = (byte)RequestFlags.OutputOffChain } } };

    private static DutyStep Next(Dossier dossier, bool hasOutput = true, ulong openedBy = Now) => Policy.Next(Duty, dossier, hasOutput, openedBy, At(Now));
}
