using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Support;

namespace OpenGradient.Attestation.Tests.Emulated;

public sealed class EmulatedAttesterTests
{
    private static readonly byte[] ReportData = [.. Enumerable.Range(1, 64).Select(i => (byte)i)];
    private static readonly byte[] Nonce = [.. Enumerable.Range(100, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData(TeeType.Sgx)]
    [InlineData(TeeType.Tdx)]
    [InlineData(TeeType.Nitro)]
    [InlineData(TeeType.Snp)]
    [InlineData(TeeType.Nvidia)]
    public void Evidence_of_each_kind_passes_the_strict_policy_under_its_own_root_and_label(TeeType type)
    {
        var clock = new ManualTime();
        var evidence = new EmulatedAttester(EmulatedWorld.Roots, clock).Attest(type, ReportData, Nonce, publicKey: [7]);
        var expectations = new Expectations
        {
            ReportData = type == TeeType.Nvidia ? null : ReportData,
            Nonce = type is TeeType.Nitro or TeeType.Nvidia ? Nonce : null,
            PublicKey = type == TeeType.Nitro ? [7] : null,
        };

        var verdict = EmulatedWorld.Verify(evidence, expectations: expectations, at: clock.GetUtcNow());

        Assert.Empty(verdict.Reasons);
        Assert.Equal((type, RootLabel.Emulated), (verdict.TeeType!.Value, verdict.RootLabel!.Value));
        Assert.Contains(EmulatedWorld.Roots.Anchors, anchor => anchor.Id == verdict.RootId);
        Assert.NotNull(verdict.WorkloadId);
        Assert.NotNull(verdict.PlatformId);
        Assert.True(verdict.ValidFrom <= verdict.VerifiedAt && verdict.ValidTo >= verdict.VerifiedAt);
        Assert.Equal(type is TeeType.Sgx or TeeType.Tdx ? TcbStatus.UpToDate : TcbStatus.NotRated, verdict.TcbStatus);
    }

    [Theory]
    [InlineData(TeeType.Sgx)]
    [InlineData(TeeType.Tdx)]
    [InlineData(TeeType.Nitro)]
    [InlineData(TeeType.Snp)]
    public void Another_workload_has_another_id_on_the_same_platform(TeeType type)
    {
        var attester = new EmulatedAttester(EmulatedWorld.Roots, new ManualTime());
        var (one, same, other) = (Verify(0xA0), Verify(0xA0), Verify(0x10));

        Assert.Equal(one.WorkloadId, same.WorkloadId);
        Assert.NotEqual(one.WorkloadId, other.WorkloadId);
        Assert.Equal(one.PlatformId, other.PlatformId);

        Verdict Verify(byte workload)
        {
            var verdict = EmulatedWorld.Verify(attester.Attest(type, ReportData, workload: workload), at: new ManualTime().GetUtcNow());
            Assert.Empty(verdict.Reasons);
            return verdict;
        }
    }

    [Fact]
    public void Enclaves_and_domains_of_one_machine_share_its_id()
    {
        var enclave = new DcapScene(EmulatedWorld.Roots, EmulatedWorld.At) { Version = 3, Report = DcapScene.SgxReportOf(ReportData) };

        Assert.Equal(EmulatedWorld.Verify(enclave.Build()).PlatformId, EmulatedWorld.Verify(new DcapScene(EmulatedWorld.Roots, EmulatedWorld.At).Build()).PlatformId);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Quotes_of_every_version_are_taken(int version)
    {
        var report = version == 3 ? DcapScene.SgxReportOf(ReportData) : DcapScene.TdxReportOf(ReportData);
        var scene = new DcapScene(EmulatedWorld.Roots, EmulatedWorld.At) { Version = version, Report = version == 4 ? report[..584] : report };

        Assert.Empty(EmulatedWorld.Verify(scene.Build()).Reasons);
    }

    [Fact]
    public void Zeros_behind_a_quote_are_taken() =>
        Assert.True(EmulatedWorld.Verify((new DcapScene(EmulatedWorld.Roots, EmulatedWorld.At) { Trailing = new byte[100] }).Build()).Accepted);

    [Fact]
    public void A_domain_that_only_has_to_be_started_again_is_told_so()
    {
        var report = DcapScene.TdxReportOf(ReportData);
        report[0] = 3;

        Assert.Equal(TcbStatus.TDRelaunchAdvised, EmulatedWorld.Verify((new DcapScene(EmulatedWorld.Roots, EmulatedWorld.At) { Report = report }).Build()).TcbStatus);
        report[584] = 4;
        Assert.Equal(TcbStatus.OutOfDate, EmulatedWorld.Verify((new DcapScene(EmulatedWorld.Roots, EmulatedWorld.At) { Report = report }).Build()).TcbStatus);
    }

    [Theory]
    [InlineData(5, TcbStatus.UpToDate)]
    [InlineData(4, TcbStatus.SWHardeningNeeded)]
    [InlineData(3, TcbStatus.OutOfDate)]
    [InlineData(2, TcbStatus.Revoked)]
    [InlineData(1, TcbStatus.NotSupported)]
    public void Each_level_of_a_platform_has_its_status(byte svn, TcbStatus status) =>
        Assert.Equal(status, EmulatedWorld.Verify((new DcapScene(EmulatedWorld.Roots, EmulatedWorld.At) { PlatformSvn = svn }).Build()).TcbStatus);

    [Fact]
    public void Someone_whom_the_issuer_certified_may_answer_for_it() =>
        Assert.Empty(EmulatedWorld.Verify((new NvidiaScene(EmulatedWorld.Roots, EmulatedWorld.At) { DelegatedOcsp = true }).Build()).Reasons);

    [Fact]
    public void Roots_come_back_from_their_file()
    {
        using var roots = EmulatedRoots.TryImport(EmulatedWorld.Roots.Export());

        Assert.Equal(EmulatedWorld.Roots.Anchors, roots!.Anchors);
        Assert.Null(EmulatedRoots.TryImport(EmulatedWorld.Roots.Export()[..^80]));
        Assert.Null(EmulatedRoots.TryImport("nothing"));
    }

    [Fact]
    public void Only_emulated_roots_can_be_added_to_the_vendors() => Assert.Throws<ArgumentException>(
        () => TrustAnchors.Production.With([EmulatedWorld.Roots.Anchors[0] with { Label = RootLabel.Production }]));

    [Fact]
    public void Collateral_of_one_world_does_not_vouch_for_another()
    {
        var ours = new DcapScene(EmulatedWorld.Roots, EmulatedWorld.At).Build();
        var theirs = new DcapScene(EmulatedWorld.Strangers, EmulatedWorld.At).Build();
        var verifier = new AttestationVerifier(TrustAnchors.Production.With([.. EmulatedWorld.Roots.Anchors, .. EmulatedWorld.Strangers.Anchors]), new ManualTime());

        var verdict = verifier.Verify(
            EvidenceKind.Dcap, ours.Evidence, CollateralSet.Read([.. theirs.Collateral, .. ours.Collateral.Where(file => file.Name is "root.crl" or "pck.crl" or "root.der")]),
            EmulatedWorld.Policy, at: EmulatedWorld.At);

        Assert.Contains(verdict.Reasons, reason => reason.Check == Check.RootUnknown);
        Assert.False(verdict.IsGenuine);
    }
}
