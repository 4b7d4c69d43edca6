using System.Text.Json;
using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support;

namespace OpenGradient.Attestation.Tests.Vectors;

public sealed class DcapVectorTests
{
    private const string BorrowedCrl = "pck_crl of ";
    private const int Cases = 17;

    // Every status passes here, so that what is left is what the quote itself is refused for.
    private static readonly AttestationPolicy AnyStatus = new() { Dcap = new DcapPolicy { Statuses = Enum.GetValues<TcbStatus>() } };

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Cases)];

    [Theory]
    [MemberData(nameof(Indices))]
    public void Genuine_quotes_come_to_the_verdict_that_is_expected(int index)
    {
        var expected = TeeVectors.Expected("dcap")[index];
        var verdict = Verify(expected, AnyStatus);

        Assert.Equal(ChecksFor(expected), TeeVectors.ChecksOf(verdict));
        Assert.Equal(expected.GetProperty("ok_crypto_and_freshness").GetBoolean(), verdict.IsGenuine);
        Assert.Equal(Text(expected, "fmspc"), TeeVectors.FieldOf(verdict, "fmspc"));
        Assert.Equal(Text(expected, "ppid"), TeeVectors.FieldOf(verdict, "ppid"));
        if (!verdict.IsGenuine)
        {
            // Intel's library too stops at collateral for another platform, before any level is looked for.
            Assert.Null(verdict.TcbStatus);
            return;
        }

        Assert.Equal(Text(expected, "tcb_status") == "TCB_NOT_SUPPORTED" ? "NotSupported" : Text(expected, "tcb_status"), verdict.TcbStatus.ToString());
        Assert.Equal(Text(expected, "qe_status"), TeeVectors.FieldOf(verdict, "qeTcbStatus"));
        Assert.Equal(Text(expected, "tdx_module_status"), TeeVectors.FieldOf(verdict, "tdxModuleTcbStatus"));
        Assert.Equal(Text(expected, "tcbDate"), TeeVectors.FieldOf(verdict, "tcbDate"));
        Assert.Equal(string.Join(' ', expected.GetProperty("advisories").EnumerateArray()), string.Join(' ', verdict.Advisories));
        Assert.Equal(expected.GetProperty("tcbEvaluationDataNumber").GetUInt32(), verdict.TcbEvaluation);
        Assert.Equal(RootLabel.Production, verdict.RootLabel);
        Assert.NotNull(verdict.WorkloadId);
        Assert.NotNull(verdict.PlatformId);
    }

    [Fact]
    public void Every_expected_verdict_is_looked_at() => Assert.Equal(Cases, TeeVectors.Expected("dcap").Count);

    [Fact]
    public void A_debug_domain_that_is_up_to_date_is_refused_for_being_one_and_for_nothing_else()
    {
        var expected = Entry("tdx_v4_DEBUG_50806f000000.bin", "2023-07-01T00:00:00Z");

        var verdict = Verify(expected, AttestationPolicy.Default);

        Assert.Equal(TcbStatus.UpToDate, verdict.TcbStatus);
        Assert.True(verdict.IsGenuine);
        Assert.Equal([Check.Debug], TeeVectors.ChecksOf(verdict));
    }

    [Fact]
    public void The_strict_policy_takes_a_platform_that_is_up_to_date() =>
        Assert.True(Verify(Entry("tdx_v4_uptodate_00806f050000_cos113.bin", "2025-11-01T00:00:00Z"), AttestationPolicy.Default).Accepted);

    [Fact]
    public void The_same_quote_is_out_of_date_once_intel_says_so()
    {
        var named = new AttestationPolicy
        {
            Dcap = new DcapPolicy { ServiceTds = [TeeVectors.FieldOf(Verify(Entry("tdx_v5_td15_90c06f000000_alibaba.bin", "2025-06-20T00:00:00Z"), AnyStatus), "mrServiceTd")!] },
        };

        Assert.True(Verify(Entry("tdx_v5_td15_90c06f000000_alibaba.bin", "2025-06-20T00:00:00Z"), named).Accepted);
        Assert.Equal([Check.TcbStatus], TeeVectors.ChecksOf(Verify(Entry("tdx_v5_td15_90c06f000000_alibaba.bin", "2026-02-20T00:00:00Z"), named)));
    }

    [Fact]
    public void The_floor_of_evaluations_refuses_what_is_older()
    {
        var expected = Entry("tdx_v4_uptodate_00806f050000_cos113.bin", "2025-11-01T00:00:00Z");

        Assert.True(Verify(expected, new AttestationPolicy { Dcap = new DcapPolicy { MinTcbEvaluation = 17 } }).Accepted);
        Assert.Equal([Check.TcbEvaluation], TeeVectors.ChecksOf(Verify(expected, new AttestationPolicy { Dcap = new DcapPolicy { MinTcbEvaluation = 18 } })));
    }

    [Fact]
    public void A_root_with_intels_name_and_another_key_is_not_intels()
    {
        var (evidence, collateral, anchors) = LoadTestWorld("intel_test_root_sgx");

        var verdict = VerifyAt(evidence, collateral, AnyStatus, "2022-01-01T00:00:00Z", TrustAnchors.Production);
        Assert.Contains(Check.RootUnknown, TeeVectors.ChecksOf(verdict));
        Assert.Null(verdict.Root);
        Assert.False(verdict.IsGenuine);

        // Where the root is known, it is no root of Intel's: what rests on it is told apart. Its TCB info is of version 2, which is not read.
        var known = VerifyAt(evidence, collateral, AnyStatus, "2022-01-01T00:00:00Z", anchors);
        Assert.DoesNotContain(Check.RootUnknown, TeeVectors.ChecksOf(known));
        Assert.Contains(Check.RootEmulated, TeeVectors.ChecksOf(known));
        Assert.DoesNotContain(Check.QuoteSignature, TeeVectors.ChecksOf(known));
        Assert.DoesNotContain(Check.CertificateSignature, TeeVectors.ChecksOf(known));
    }

    [Fact]
    public void A_quote_whose_chain_is_not_text_is_refused_whoever_signed_it()
    {
        // Intel's sample for its own library: the chain that the format writes as PEM is DER there. All else of it is read.
        var (evidence, collateral, anchors) = LoadTestWorld("intel_test_root_tdx");

        foreach (var known in (TrustAnchors[])[TrustAnchors.Production, anchors])
        {
            var verdict = VerifyAt(evidence, collateral, AnyStatus, "2022-01-01T00:00:00Z", known);
            Assert.Contains(verdict.Reasons, reason => reason is { Check: Check.EvidenceMalformed, Subject: "PCK chain" });
            Assert.DoesNotContain(Check.QuoteSignature, TeeVectors.ChecksOf(verdict));
            Assert.Null(verdict.Root);
            Assert.Null(verdict.WorkloadId);
        }
    }

    private static (byte[] Evidence, CollateralSet Collateral, TrustAnchors Anchors) LoadTestWorld(string folder)
    {
        string[] names = ["rootCaCrl.der", "intermediateCaCrl.der", "tcbSignChain.pem", "pckSignChain.pem", "pckCert.pem", "trustedRootCaCert.pem"];
        var root = TeeVectors.Collateral([["dcap", folder, "trustedRootCaCert.pem"]]).Certificates[0];
        return (
            TeeVectors.Read("dcap", folder, "quote.dat"), TeeVectors.Collateral(names.Select(name => (string[])["dcap", folder, name])),
            TrustAnchors.Production.With([new TrustAnchor(RootUse.Dcap, root.Key.Id, RootLabel.Emulated, "Intel's test root")]));
    }

    [Theory]
    [InlineData("intel_test_root_sgx")]
    [InlineData("intel_test_root_tdx")]
    public void Intels_test_chain_holds_under_intels_test_root_alone(string folder)
    {
        string[] names = ["pckCert.pem", "pckSignChain.pem"];
        var certificates = TeeVectors.Collateral(names.Select(name => (string[])["dcap", folder, name])).Certificates;
        var root = TeeVectors.Collateral([["dcap", folder, "trustedRootCaCert.pem"]]).Certificates[0];
        var chain = CertificatePath.Build(certificates[0], certificates);

        Assert.Equal("Intel SGX Root CA", chain[^1].CommonName);
        Assert.Equal([Check.RootUnknown], ChecksUnder(TrustAnchors.Production));
        Assert.Empty(ChecksUnder(TrustAnchors.Production.With([new TrustAnchor(RootUse.Dcap, root.Key.Id, RootLabel.Emulated, "Intel's test root")])));

        IEnumerable<Check> ChecksUnder(TrustAnchors anchors)
        {
            var findings = new Findings(new DateTimeOffset(2022, 1, 1, 0, 0, 0, TimeSpan.Zero));
            CertificatePath.Check(chain, RootUse.Dcap, anchors, "chain", findings, SignatureScheme.EcdsaSha256);
            return findings.Reasons.Select(reason => reason.Check);
        }
    }

    [Fact]
    public void A_quote_is_cut_into_what_another_verifier_read_from_it()
    {
        // Automata's output: two bytes of version, tee type, status and FMSPC before the body, which is the quote's.
        var output = TeeVectors.Read("dcap", "quotes", "tdx_v4_flashtestations_c200.automata_output.bin");
        var verdict = Verify(Entry("tdx_v4_flashtestations_c200.bin", "2025-06-20T00:00:00Z"), AnyStatus);

        Assert.Contains(Hex.Encode(verdict.ReportData!.Value.Span)[2..], Convert.ToHexStringLower(output), StringComparison.Ordinal);
        Assert.Contains(TeeVectors.FieldOf(verdict, "mrTd")!, Convert.ToHexStringLower(output), StringComparison.Ordinal);
        Assert.Contains(TeeVectors.FieldOf(verdict, "fmspc")!, Convert.ToHexStringLower(output), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_outside_its_time_is_taken()
    {
        var expected = Entry("tdx_v4_uptodate_00806f050000_cos113.bin", "2025-11-01T00:00:00Z");
        var (evidence, collateral) = Load(expected);

        Assert.Contains(Check.TcbInfoWindow, TeeVectors.ChecksOf(VerifyAt(evidence, collateral, AnyStatus, "2026-11-21T00:00:00Z", TrustAnchors.Production)));
        Assert.Contains(Check.CrlWindow, TeeVectors.ChecksOf(VerifyAt(evidence, collateral, AnyStatus, "2025-01-01T00:00:00Z", TrustAnchors.Production)));
    }

    [Fact]
    public void Collateral_of_version_2_is_not_read() => Assert.NotEmpty(
        CollateralSet.Read([new CollateralFile("v2", TeeVectors.Read("dcap", "collateral", "tcbinfo_v2_sgx_00606a000000_2025-06.json"))]).Faults);

    [Fact]
    public void Every_other_file_of_collateral_is_read()
    {
        // The list of evaluation numbers is no collateral of a quote; version 2 is not read.
        var names = TeeVectors.FilesIn("dcap", "collateral").Where(name => !name.StartsWith("tcb_eval_numbers", StringComparison.Ordinal) && !name.Contains("_v2_", StringComparison.Ordinal));

        var set = TeeVectors.Collateral(names.Select(name => (string[])["dcap", "collateral", name]).Concat(TeeVectors.FilesIn("dcap", "crl").Select(name => (string[])["dcap", "crl", name])));

        Assert.True(set.TcbInfos.Count >= 10 && set.QeIdentities.Count >= 7 && set.RevocationLists.Count >= 8);
    }

    internal static (byte[] Evidence, CollateralSet Collateral) Load(JsonElement expected)
    {
        List<string[]> files = [.. TeeVectors.FilesIn("dcap", "certs").Select(name => (string[])["dcap", "certs", name])];
        List<CollateralFile> borrowed = [];
        foreach (var item in expected.GetProperty("collateral").EnumerateArray().Select(item => item.GetString()!))
        {
            if (item.StartsWith(BorrowedCrl, StringComparison.Ordinal))
            {
                using var bundle = JsonDocument.Parse(TeeVectors.Read("dcap", "collateral", item[BorrowedCrl.Length..]));
                borrowed.Add(new CollateralFile(item, Convert.FromHexString(bundle.RootElement.GetProperty("pck_crl").GetString()!)));
            }
            else
            {
                files.Add(item.EndsWith(".der", StringComparison.Ordinal) ? ["dcap", "crl", item] : ["dcap", "collateral", item]);
            }
        }

        var set = CollateralSet.Read([.. files.Select(parts => new CollateralFile(parts[^1], TeeVectors.Read(parts))), .. borrowed]);
        Assert.Empty(set.Faults);
        return (TeeVectors.Read("dcap", "quotes", Text(expected, "quote")!), set);
    }

    internal static JsonElement Entry(string quote, string at) =>
        TeeVectors.Expected("dcap").First(entry => Text(entry, "quote") == quote && Text(entry, "now") == at);

    internal static Verdict VerifyAt(ReadOnlyMemory<byte> evidence, CollateralSet collateral, AttestationPolicy policy, string at, TrustAnchors anchors) =>
        new AttestationVerifier(anchors, new ManualTime()).Verify(
            EvidenceKind.Dcap, evidence, collateral, policy, at: DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture));

    private static Verdict Verify(JsonElement expected, AttestationPolicy policy)
    {
        var (evidence, collateral) = Load(expected);
        return VerifyAt(evidence, collateral, policy, Text(expected, "now")!, TrustAnchors.Production);
    }

    private static IReadOnlyList<Check> ChecksFor(JsonElement expected)
    {
        var flags = expected.GetProperty("flags").EnumerateArray().Concat(expected.GetProperty("errors").EnumerateArray()).Select(item => item.GetString()!);
        var checks = flags.Select(flag => flag switch
        {
            "SGX_DEBUG" or "TD_DEBUG" => Check.Debug,
            "MRSERVICETD_nonzero" => Check.ServiceTd,
            "SEPT_VE_DISABLE_off" => Check.SeptVeDisable,
            "no-tcb-level" => Check.TcbLevel,
            "fmspc" => Check.TcbInfoFmspc,
            "PKS_on" => (Check?)null,
            _ => flag.StartsWith("pck:nocrl:", StringComparison.Ordinal) ? Check.CrlMissing : throw new InvalidOperationException(flag),
        }).OfType<Check>();
        // 39 bytes that are not zero follow this one; the expectations leave open what that means.
        return [.. checks.Concat(Text(expected, "quote") == "tdx_v4_SPR_E4_50806f000000.bin" ? [Check.QuoteTrailingBytes] : []).Order()];
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
