using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Nvidia;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Support;

namespace OpenGradient.Attestation.Tests.Vectors;

public sealed class NvidiaVectorTests
{
    // The manifest's signer is in its window. NVIDIA's OCSP responses are not among the vectors.
    private static readonly DateTimeOffset At = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly AttestationPolicy Open = new() { Nvidia = new NvidiaPolicy { AllowMissingOcsp = true, AllowMissingManifests = true } };

    [Theory]
    [InlineData("h100_590.12_evidence.json", "e97b23a1718095a0e9e35edca810768c70a6a5a389b705e753b197912bc11576", "590.12", 1)]
    [InlineData("h100_570.86_cert_hold_evidence.json", "931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb", "570.86.10", 1)]
    [InlineData("h100_x4_evidence.json", "e97b23a1718095a0e9e35edca810768c70a6a5a389b705e753b197912bc11576", "590.12", 4)]
    public void Genuine_reports_hold_under_nvidias_root_and_their_nonce(string file, string nonce, string driver, int gpus)
    {
        var verdict = Verify(TeeVectors.Read("nvidia", file), CollateralSet.Empty, Open, new Expectations { Nonce = Convert.FromHexString(nonce) });

        Assert.Empty(verdict.Reasons);
        Assert.Equal(RootLabel.Production, verdict.RootLabel);
        Assert.Equal(driver, TeeVectors.FieldOf(verdict, "gpu0Driver"));
        Assert.Equal($"{gpus}", TeeVectors.FieldOf(verdict, "gpus"));
        Assert.Equal(
            [Check.Nonce], TeeVectors.ChecksOf(Verify(TeeVectors.Read("nvidia", file), CollateralSet.Empty, Open, new Expectations { Nonce = new byte[32] })));
    }

    [Fact]
    public void Measurements_are_what_nvidia_signed_about_the_firmware()
    {
        var collateral = TeeVectors.Collateral([["nvidia", "h100_535.86.09_chain.pem"], ["nvidia", "rim_vbios_96005E0001_PROD.xml"]]);

        var verdict = Verify(TeeVectors.Read("nvidia", "h100_535.86.09_report.hex"), collateral, Open);

        Assert.Empty(verdict.Reasons);
        Assert.Equal("96.00.5E.00.01", TeeVectors.FieldOf(verdict, "gpu0Firmware"));
        Assert.Equal(12, collateral.Manifests[0].Active.Count);
    }

    [Fact]
    public void A_manifest_counts_only_while_its_signer_does()
    {
        var collateral = TeeVectors.Collateral([["nvidia", "h100_535.86.09_chain.pem"], ["nvidia", "rim_vbios_96005E0001_PROD.xml"]]);

        var verdict = Verify(TeeVectors.Read("nvidia", "h100_535.86.09_report.hex"), collateral, Open, at: At.AddYears(1));

        Assert.Equal([Check.CertificateWindow], TeeVectors.ChecksOf(verdict));
    }

    [Fact]
    public void A_report_whose_signature_is_wrong_is_refused_for_that_alone()
    {
        var collateral = TeeVectors.Collateral([["nvidia", "h100_535.86.09_chain.pem"]]);

        var verdict = Verify(TeeVectors.Read("nvidia", "h100_INVALID_SIGNATURE_report.hex"), collateral, Open);

        Assert.Contains(Check.GpuSignature, TeeVectors.ChecksOf(verdict));
        Assert.False(verdict.IsGenuine);
    }

    [Fact]
    public void A_manifest_is_signed_by_its_certificate_and_a_changed_one_is_not()
    {
        Assert.True(ReferenceManifest.TryRead(TeeVectors.Read("nvidia", "rim_driver_GH100_550.144.03.xml"), out var genuine));
        Assert.True(genuine.IsSigned(genuine.Certificates[0].Key));
        Assert.Equal("550.144.03", genuine.Version);

        Assert.True(ReferenceManifest.TryRead(TeeVectors.Read("nvidia", "rim_driver_INVALID_SIGNATURE.xml"), out var changed));
        Assert.False(changed.IsSigned(changed.Certificates[0].Key));
    }

    [Fact]
    public void The_strict_policy_asks_for_manifests_and_for_what_is_said_about_every_certificate()
    {
        var verdict = Verify(TeeVectors.Read("nvidia", "h100_590.12_evidence.json"), CollateralSet.Empty, AttestationPolicy.Default);

        Assert.Equal([Check.OcspMissing, Check.RimMissing], TeeVectors.ChecksOf(verdict));
    }

    private static Verdict Verify(
        byte[] evidence, CollateralSet collateral, AttestationPolicy policy, Expectations? expectations = null, DateTimeOffset? at = null) =>
        new AttestationVerifier(TrustAnchors.Production, new ManualTime()).Verify(EvidenceKind.Nvidia, evidence, collateral, policy, expectations, at ?? At);
}
