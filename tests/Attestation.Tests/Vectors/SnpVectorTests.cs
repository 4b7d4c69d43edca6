using System.Text.Json;
using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Support;

namespace OpenGradient.Attestation.Tests.Vectors;

public sealed class SnpVectorTests
{
    private const int Cases = 6;

    // All the certificates are in their windows at this time, the cloud's key too. AMD's lists of revoked authorities are not among the vectors.
    private static readonly DateTimeOffset At = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly AttestationPolicy Open = new()
    {
        Snp = new SnpPolicy { Products = ["Milan"], AllowVlek = true, Vmpls = [0, 1], AllowMissingCrl = true },
    };

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Cases)];

    [Theory]
    [MemberData(nameof(Indices))]
    public void Genuine_reports_come_to_the_verdict_that_is_expected(int index)
    {
        var expected = TeeVectors.Expected("snp")[index];
        var verdict = Verify(expected, Open);

        Assert.Equal(ChecksFor(expected), TeeVectors.ChecksOf(verdict));
        Assert.Equal(Holds(expected, "signature_ok") && Holds(expected, "ek_chain_ok") && Holds(expected, "tcb_matches_cert"), verdict.IsGenuine);
        var fields = expected.GetProperty("fields");
        Assert.Equal(fields.GetProperty("policy").GetString(), TeeVectors.FieldOf(verdict, "policy"));
        Assert.StartsWith(fields.GetProperty("meas").GetString()!, TeeVectors.FieldOf(verdict, "measurement"), StringComparison.Ordinal);
        Assert.StartsWith(fields.GetProperty("chip").GetString()!, TeeVectors.FieldOf(verdict, "chipId"), StringComparison.Ordinal);
        Assert.StartsWith(fields.GetProperty("report_id").GetString()!, TeeVectors.FieldOf(verdict, "reportId"), StringComparison.Ordinal);
        Assert.Equal($"{fields.GetProperty("vmpl")}", TeeVectors.FieldOf(verdict, "vmpl"));
        var tcb = expected.GetProperty("reported_tcb");
        Assert.Equal(
            $"bootloader {tcb.GetProperty("bl")}, tee {tcb.GetProperty("tee")}, snp {tcb.GetProperty("snp")}, microcode {tcb.GetProperty("ucode")}, fmc 0",
            TeeVectors.FieldOf(verdict, "tcb"));
    }

    [Fact]
    public void Every_expected_verdict_is_looked_at() => Assert.Equal(Cases, TeeVectors.Expected("snp").Count);

    [Theory]
    [InlineData("ask_ark_milan.pem", "Milan")]
    [InlineData("asvk_ark_milan_vlek.pem", "Milan")]
    [InlineData("ask_ark_genoa.pem", "Genoa")]
    [InlineData("ask_ark_turin.pem", "Turin")]
    public void Each_familys_authority_leads_to_the_root_that_is_pinned_for_the_family(string file, string family)
    {
        var certificates = TeeVectors.Collateral([["snp", file]]).Certificates;
        var findings = new Findings(At);

        var root = CertificatePath.Check(CertificatePath.Build(certificates[0], certificates), RootUse.Snp, TrustAnchors.Production, "authority", findings, SignatureScheme.RsaPssSha384);

        Assert.Empty(findings.Reasons);
        Assert.Equal((family, RootLabel.Production), (root?.Product, root?.Label));
    }

    [Fact]
    public void The_strict_policy_refuses_milan_and_asks_for_amds_list()
    {
        var verdict = Verify(TeeVectors.Expected("snp").First(entry => Report(entry) == "milan_v2_b.report.bin"), AttestationPolicy.Default);

        Assert.Equal([Check.CrlMissing, Check.SnpProduct], TeeVectors.ChecksOf(verdict));
    }

    [Fact]
    public void A_clouds_key_and_its_lower_privilege_must_be_allowed_one_by_one()
    {
        var expected = TeeVectors.Expected("snp").First(entry => Report(entry) == "milan_v3_vlek_aws.report.bin");

        Assert.True(Verify(expected, Open).Accepted);
        Assert.Null(Verify(expected, Open).PlatformId);
        Assert.Equal([Check.SnpVlek], TeeVectors.ChecksOf(Verify(expected, Open with { Snp = Open.Snp with { AllowVlek = false } })));
        Assert.Equal([Check.SnpVmpl], TeeVectors.ChecksOf(Verify(expected, Open with { Snp = Open.Snp with { Vmpls = [0] } })));
    }

    private static IReadOnlyList<Check> ChecksFor(JsonElement expected)
    {
        var isVlek = Report(expected).Contains("vlek", StringComparison.Ordinal);
        // The two keys of the wrong chip: each is of a chain of its own, and the second one's authority is not the one that is handed in.
        List<Check> checks = [];
        if (!Holds(expected, "ek_chain_ok"))
            checks.Add(Check.CertificateSignature);
        if (!Holds(expected, "signature_ok"))
            checks.Add(Check.SnpSignature);
        if (!Holds(expected, "tcb_matches_cert"))
            checks.Add(Check.SnpReportedTcb);
        if (!Holds(expected, "chip_id_matches_cert") && !isVlek)
            checks.Add(Check.SnpChipId);
        if (expected.GetProperty("fields").GetProperty("debug_allowed").GetBoolean())
            checks.Add(Check.Debug);
        return [.. checks.Order()];
    }

    private static Verdict Verify(JsonElement expected, AttestationPolicy policy)
    {
        var key = expected.GetProperty("ek").GetString()!;
        var authorities = key.Contains("vlek", StringComparison.Ordinal) ? "asvk_ark_milan_vlek.pem" : "ask_ark_milan.pem";
        return new AttestationVerifier(TrustAnchors.Production, new ManualTime()).Verify(
            EvidenceKind.Snp, TeeVectors.Read("snp", Report(expected)), TeeVectors.Collateral([["snp", key], ["snp", authorities]]), policy, at: At);
    }

    private static string Report(JsonElement expected) => expected.GetProperty("report").GetString()!;

    private static bool Holds(JsonElement expected, string name) => expected.GetProperty(name).GetBoolean();
}
