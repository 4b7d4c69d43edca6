using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting.Judging;

namespace OpenGradient.Relayer.Tests.Attesting.Judging;

/// <summary>What a claim comes to, and every reason for which it is refused.</summary>
public sealed class KeyJudgeTests
{
    [Theory]
    [InlineData(TeeType.Sgx)]
    [InlineData(TeeType.Tdx)]
    [InlineData(TeeType.Snp)]
    [InlineData(TeeType.Nitro)]
    public async Task Evidence_that_holds_comes_to_one_registration(TeeType type)
    {
        var claim = await AttestingScene.ClaimAsync(type);

        var accepted = Assert.IsType<Judgement.Accepted>(AttestingScene.Judge().Judge(claim, AttestingScene.Block));

        var made = accepted.Registration;
        Assert.Equal((AttestingScene.Node, claim.SigningKey.ToAddress(), type.ToWord()), (made.Node, made.Signer, made.TeeType));
        Assert.Equal((AttestingScene.BlockTime, claim.ExpiresAt, 1UL), (made.AttestedAt, made.ExpiresAt, made.KeyEpoch));
        Assert.Contains(AttestingScene.Roots.Anchors, anchor => anchor.Id == made.RootId);
        Assert.Equal("emulated", accepted.RootLabel);
        Assert.Equal(
            KeyRegistrationDigest.Of(claim.ChainId, claim.Registry, made, UInt256.Zero, claim.Deadline), accepted.Digest);
        // Another attester, with its own verifier, signs the same.
        Assert.Equal(accepted, AttestingScene.Judge().Judge(claim, AttestingScene.Block));
    }

    public static TheoryData<string, Func<KeyClaim, KeyClaim>> Changes => new()
    {
        { "report-data", claim => claim with { SigningKey = OtherKey() } },
        { "report-data", claim => claim with { KeyEpoch = 2 } },
        { "report-data", claim => claim with { HpkeKey = new byte[] { 4, 1 } } },
        { "registry", claim => claim with { ChainId = new ChainId(1) } },
        { "registry", claim => claim with { Registry = AttestingScene.Node } },
        { "epoch", claim => claim with { KeyEpoch = 0 } },
        { "block", claim => claim with { BlockHash = Keccak256.Hash("another"u8) } },
        { "deadline", claim => claim with { Deadline = AttestingScene.Block.HeadTime + 3_601 } },
        { "deadline", claim => claim with { Deadline = AttestingScene.Block.HeadTime - 1 } },
        { "deadline", claim => claim with { Deadline = ulong.MaxValue } },
        { "expiry", claim => claim with { ExpiresAt = AttestingScene.BlockTime + (7 * 86_400) + 1 } },
        { "expiry", claim => claim with { ExpiresAt = AttestingScene.BlockTime } },
        { "expiry", claim => claim with { ExpiresAt = ulong.MaxValue } },
        { "kind", claim => claim with { Kind = EvidenceKind.Nvidia } },
        { "collateral-malformed", claim => claim with { Collateral = [.. claim.Collateral, new("x", new byte[] { 1 })] } },
        { "evidence-malformed", claim => claim with { Evidence = claim.Evidence[..^1] } },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Whatever_was_changed_after_the_evidence_was_made_refuses_it(string check, Func<KeyClaim, KeyClaim> change)
    {
        var claim = change(await AttestingScene.ClaimAsync());

        var refused = Assert.IsType<Judgement.Refused>(AttestingScene.Judge().Judge(claim, AttestingScene.Block));

        Assert.Contains(refused.Reasons, reason => reason.Check == check);
    }

    [Fact]
    public async Task Evidence_that_names_no_recent_block_may_be_old()
    {
        var claim = await AttestingScene.ClaimAsync();

        Assert.Equal("block", ReasonsOf(claim, block: null));
        Assert.Contains("block", ReasonsOf(claim, AttestingScene.Block with { HeadTime = AttestingScene.BlockTime + KeyJudge.MostBlockAge + 1 }), StringComparison.Ordinal);
        // A chain whose time runs backwards says nothing about age.
        Assert.Contains("block", ReasonsOf(claim, AttestingScene.Block with { HeadTime = AttestingScene.BlockTime - 1 }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_does_not_outlive_what_its_evidence_rests_on()
    {
        // A Nitro document's certificate lasts for three hours.
        var claim = await AttestingScene.ClaimAsync(TeeType.Nitro, claim => claim with { ExpiresAt = AttestingScene.BlockTime + 86_400 });

        Assert.Equal("expiry", ReasonsOf(claim, AttestingScene.Block));
    }

    [Fact]
    public async Task How_old_a_nitro_document_is_counts_when_it_is_claimed_and_not_any_more()
    {
        var claim = await AttestingScene.ClaimAsync(TeeType.Nitro);
        var registration = Assert.IsType<Judgement.Accepted>(AttestingScene.Judge().Judge(claim, AttestingScene.Block)).Registration;
        // Minutes later others take it no more, but it is pending for ten, and valid for hours.
        foreach (var seconds in (int[])[301, 599, 7_000])
        {
            var later = AttestingScene.Judge(clock: new At(AttestingScene.Clock.GetUtcNow().AddSeconds(seconds)));
            Assert.Contains("age", ReasonsOf(claim, AttestingScene.Block, later), StringComparison.Ordinal);
            Assert.Empty(later.Recheck(claim, AttestingScene.Block, registration, [])!);
        }
    }

    [Fact]
    public async Task Roots_come_from_the_judge_and_never_with_the_claim()
    {
        using var strangers = EmulatedRoots.Generate();
        var theirs = await AttestingScene.ClaimAsync(roots: strangers);
        Assert.Contains("root-unknown", ReasonsOf(theirs, AttestingScene.Block), StringComparison.Ordinal);

        var ours = await AttestingScene.ClaimAsync();
        var strict = AttestingScene.Judge(AttestingScene.Options with { Policy = AttestationPolicy.Default });
        Assert.Contains("root-unknown", ReasonsOf(ours, AttestingScene.Block, strict), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_value_is_at_stake_emulated_evidence_counts_for_nothing_whatever_the_policy_says()
    {
        Deployment real = AttestingScene.Deployment with { IsDevelopment = false };
        var claim = await AttestingScene.ClaimAsync();

        Assert.Contains("root-unknown", ReasonsOf(claim, AttestingScene.Block, AttestingScene.Judge(deployment: real)), StringComparison.Ordinal);
        Assert.NotNull(AttestingScene.Options.Fault(real));
        Assert.Null(AttestingScene.Options.Fault(AttestingScene.Deployment));
    }

    [Fact]
    public async Task A_workload_that_is_not_wanted_is_refused()
    {
        var picky = AttestingScene.Judge(AttestingScene.Options with
        {
            Policy = new AttestationPolicy { AllowEmulated = true, Workloads = [Hash32.FromUInt256(1)] },
        });

        Assert.Equal("workload", ReasonsOf(await AttestingScene.ClaimAsync(), AttestingScene.Block, picky));
    }

    private static string ReasonsOf(KeyClaim claim, BlockWitness? block, KeyJudge? judge = null) => string.Join(
        ' ', Assert.IsType<Judgement.Refused>((judge ?? AttestingScene.Judge()).Judge(claim, block)).Reasons.Select(reason => reason.Check).Distinct(StringComparer.Ordinal));

    private sealed class At(DateTimeOffset time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time;
    }

    private static PublicKey OtherKey()
    {
        using var key = PrivateKey.Generate();
        return key.PublicKey;
    }
}
