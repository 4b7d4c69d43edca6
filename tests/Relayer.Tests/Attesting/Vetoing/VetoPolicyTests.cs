using OpenGradient.Attestation.Verdicts;
using OpenGradient.Contracts.Keys;
using OpenGradient.Relayer.Attesting.Judging;
using OpenGradient.Relayer.Attesting.Vetoing;

namespace OpenGradient.Relayer.Tests.Attesting.Vetoing;

/// <summary>When a key is vetoed without anybody being asked.</summary>
public sealed class VetoPolicyTests
{
    private const ulong Time = AttestingScene.BlockTime + 60;
    private const ulong Inclusion = 36;

    [Fact]
    public void What_the_evidence_itself_shows_is_enough() =>
        Assert.Equal(new VetoDecision.Veto(Reason(Check.Debug).ToString()), Decide([[Reason(Check.CrlMissing), Reason(Check.Debug)]]));

    [Theory]
    [InlineData(Check.CollateralMissing)]
    [InlineData(Check.CollateralMalformed)]
    [InlineData(Check.CertificateWindow)]
    [InlineData(Check.CertificateSignature)]
    [InlineData(Check.ChainIncomplete)]
    [InlineData(Check.RootUnknown)]
    [InlineData(Check.CrlMissing)]
    [InlineData(Check.CrlWindow)]
    [InlineData(Check.TcbInfoWindow)]
    [InlineData(Check.TcbStatus)]
    [InlineData(Check.TcbEvaluation)]
    [InlineData(Check.SnpSignature)]
    [InlineData(Check.Age)]
    public void What_may_be_the_fault_of_whoever_brought_it_is_not(Check check) =>
        Assert.Contains("by hand", Assert.IsType<VetoDecision.Leave>(Decide([[Reason(check)]])).Reason, StringComparison.Ordinal);

    [Fact]
    public void One_claim_that_holds_outweighs_any_that_do_not() => Assert.Equal(new VetoDecision.Leave("It holds."), Decide([[Reason(Check.Debug)], []]));

    [Fact]
    public void Every_claim_must_fall_for_what_counts() => Assert.IsType<VetoDecision.Leave>(Decide([[Reason(Check.Debug)], [Reason(Check.CrlMissing)]]));

    [Fact]
    public void What_was_not_brought_is_left_to_people() => Assert.Contains("not brought", Assert.IsType<VetoDecision.Leave>(Decide([])).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData(KeyState.Active)]
    [InlineData(KeyState.Vetoed)]
    [InlineData(KeyState.Revoked)]
    [InlineData(KeyState.Expired)]
    public void Only_what_is_pending_is_vetoed(KeyState state) => Assert.IsType<VetoDecision.Leave>(Decide([[Reason(Check.Debug)]], state));

    [Theory]
    [InlineData(Inclusion + 1, true)]
    [InlineData(Inclusion, false)]
    [InlineData(0UL, false)]
    public void A_veto_that_would_come_too_late_is_not_sent(ulong left, bool vetoes) =>
        Assert.Equal(vetoes, Decide([[Reason(Check.Debug)]], left: left) is VetoDecision.Veto);

    private static VetoDecision Decide(IReadOnlyList<IReadOnlyList<RefusalReason>> rechecks, KeyState state = KeyState.Pending, ulong left = 300) =>
        VetoPolicy.Decide(new PendingKey(SamplePending.Registration, state, Time + left, Time), Inclusion, rechecks);

    private static RefusalReason Reason(Check check) => RefusalReason.Of(new Reason(check, "it", "It is wrong."));
}
