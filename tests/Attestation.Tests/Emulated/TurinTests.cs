using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Tests.Vectors;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Tests.Emulated;

/// <summary>AMD's Turin, whose firmware's versions have another order and one part more, and whose chips are named in eight bytes.</summary>
public sealed class TurinTests
{
    // Of the emulated root the verifier is told that it is a Turin's.
    private static readonly TrustAnchors Anchors = new(
        [.. EmulatedWorld.Roots.Anchors.Select(anchor => anchor.Use == RootUse.Snp ? anchor with { Product = "Turin" } : anchor)]);

    private static SnpScene Guest => new(EmulatedWorld.Roots, EmulatedWorld.At) { Product = "Turin", Report = SnpScene.TurinReportOf([1, 2]), KeyTcb = SnpScene.TurinTcb };

    [Fact]
    public void Its_report_is_accepted_and_its_firmware_read_in_its_own_order()
    {
        var verdict = Verify(Guest, expectations: new Expectations { ReportData = [1, 2] });

        Assert.Empty(verdict.Reasons);
        Assert.Equal("bootloader 3, tee 1, snp 8, microcode 115, fmc 2", TeeVectors.FieldOf(verdict, "tcb"));
        Assert.Equal("Turin", TeeVectors.FieldOf(verdict, "product"));
        Assert.NotNull(verdict.PlatformId);
    }

    [Fact]
    public void Firmware_in_the_order_of_its_forerunners_is_other_firmware() =>
        Expect(Check.SnpReportedTcb, WithReport(report => ((byte[])[3, 1, 0, 0, 0, 0, 8, 115]).CopyTo(report, 384)));

    [Fact]
    public void A_chip_is_named_by_eight_bytes_and_nothing_behind_them()
    {
        Expect(Check.SnpChipId, WithReport(report => report[416 + 7] ^= 1));
        Expect(Check.SnpChipId, WithReport(report => report[416 + 8] = 1));
    }

    [Fact]
    public void The_part_that_only_it_has_can_be_too_old()
    {
        Assert.Empty(Verify(Guest, Floor(2)).Reasons);
        Expect(Check.SnpMinimumTcb, Guest, Floor(3));
        // Also where it was when the guest started.
        Expect(Check.SnpMinimumTcb, WithReport(report => report[496] = 1), Floor(2));
    }

    [Fact]
    public void Its_root_vouches_for_no_other_family() => Expect(Check.CertificateRole, Guest with { Product = "Genoa", KeyTcb = [3, 1, 0, 0, 0, 0, 8, 115] }, also: [Check.SnpReportedTcb, Check.SnpChipId]);

    private static void Expect(Check check, SnpScene scene, AttestationPolicy? policy = null, params IReadOnlyList<Check> also) =>
        Assert.Equal(((Check[])[check, .. also]).Order(), TeeVectors.ChecksOf(Verify(scene, policy)));

    private static AttestationPolicy Floor(int fmc) => EmulatedWorld.Policy with { Snp = new SnpPolicy { MinTcb = new SnpTcbFloor(Fmc: fmc) } };

    private static Verdict Verify(SnpScene scene, AttestationPolicy? policy = null, Expectations? expectations = null) =>
        EmulatedWorld.Verify(scene.Build(), policy, expectations, anchors: Anchors);

    private static SnpScene WithReport(Action<byte[]> edit)
    {
        var report = SnpScene.TurinReportOf([1, 2]);
        edit(report);
        return Guest with { Report = report };
    }
}
