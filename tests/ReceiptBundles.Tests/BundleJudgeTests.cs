using OpenGradient.Attestation;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support;

namespace OpenGradient.ReceiptBundles.Tests;

public sealed class BundleJudgeTests
{
    private readonly BundleWorld _world = new();

    [Fact]
    public void A_receipt_that_the_chain_took_while_its_key_was_valid_is_valid()
    {
        var judgement = Judge(_world.Bundle());

        Assert.Equal(Standing.Valid, judgement.Standing);
        Assert.Equal(BundleWorld.SettledAt, (ulong)judgement.AnchoredAt!.Value.ToUnixTimeSeconds());
        Assert.Equal(RootLabel.Emulated, judgement.Evidence!.RootLabel);
        Assert.All(judgement.Findings, finding => Assert.True(finding.Held is true || finding.Check == BundleCheck.Revocation, finding.Detail));
        Assert.Equal(Enum.GetValues<BundleCheck>().Order(), judgement.Findings.Select(finding => finding.Check).Order());
    }

    [Fact]
    public void It_is_judged_the_same_years_later()
    {
        var late = new ManualTime();
        late.Advance(TimeSpan.FromDays(3650));
        var trust = _world.Trust with { Verifier = new AttestationVerifier(TrustAnchors.Production.With(BundleWorld.Roots.Anchors), late) };
        var bundle = ReceiptBundle.TryRead(_world.Bundle().ToUtf8())!;

        Assert.Equal(Standing.Valid, new BundleJudge(trust).Judge(bundle).Standing);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(45)]
    [InlineData(90)]
    [InlineData(800)]
    public void A_nitro_document_is_made_after_the_block_that_it_names_and_counts_whenever_that_was(int seconds)
    {
        var world = new BundleWorld(TeeType.Nitro, TimeSpan.FromSeconds(seconds));
        var judge = new BundleJudge(world.Trust);

        Assert.Equal(Standing.Valid, judge.Judge(world.Bundle()).Standing);
        // Hours after its document, as keys live.
        Assert.Equal(Standing.Valid, judge.Judge(world.Bundle(settledAt: BundleWorld.AttestedAt + 80_000)).Standing);
        // Whose key no register knows has no proven time, and is not refused for its age either.
        Assert.Equal(Standing.IssueTimeUnproven, judge.Judge(world.Bundle() with { Registration = null }).Standing);
    }

    [Fact]
    public void Collateral_that_was_fetched_between_the_block_and_the_registration_counts()
    {
        // What the emulated vendor signs begins a day before it is asked for: three seconds after the block that the evidence names, two before that of the registration.
        var within = new BundleWorld(later: TimeSpan.FromDays(1) + TimeSpan.FromSeconds(3));
        Assert.Equal(Standing.Valid, new BundleJudge(within.Trust).Judge(within.Bundle()).Standing);

        var behind = new BundleWorld(later: TimeSpan.FromDays(1) + TimeSpan.FromSeconds(6));
        Assert.Equal(Standing.NeverValid, new BundleJudge(behind.Trust).Judge(behind.Bundle()).Standing);
    }

    public static TheoryData<string> Revoked => ["keys_revoked", "keys_workload_revoked", "keys_platform_revoked", "keys_root_revoked", "keys_tcb_floor_raised"];

    [Theory]
    [MemberData(nameof(Revoked))]
    public void What_was_revoked_after_the_chain_took_it_was_valid_then(string table)
    {
        var later = _world.Row(table, Revocation(table), BundleWorld.SettledAt + 1);
        var same = _world.Row(table, Revocation(table), BundleWorld.SettledAt);
        var before = _world.Row(table, Revocation(table), BundleWorld.SettledAt - 1);

        Assert.Equal(Standing.RevokedSince, Judge(_world.Bundle(revocations: later)).Standing);
        Assert.Equal(Standing.IssueTimeUnproven, Judge(_world.Bundle(revocations: same)).Standing);
        Assert.Equal(Standing.NeverValid, Judge(_world.Bundle(revocations: before)).Standing);
        // The first one counts.
        Assert.Equal(Standing.NeverValid, Judge(_world.Bundle(revocations: [later, before])).Standing);
        // Without an anchor there is no before.
        Assert.Equal(Standing.IssueTimeUnproven, Judge(_world.Bundle(revocations: later) with { Anchor = null }).Standing);
    }

    [Fact]
    public void Revocations_of_something_else_change_nothing()
    {
        Log[] others =
        [
            new IAttestedKeysContract.KeyRevokedEvent(BundleWorld.Payee, "another key").ToLog(BundleWorld.Registry),
            new IAttestedKeysContract.TcbFloorRaisedEvent(TeeType.Tdx.ToWord(), _world.Verdict.TcbEvaluation!.Value).ToLog(BundleWorld.Registry),
            new IAttestedKeysContract.TcbFloorRaisedEvent(TeeType.Snp.ToWord(), uint.MaxValue).ToLog(BundleWorld.Registry),
            // Another contract's word.
            new IAttestedKeysContract.KeyRevokedEvent(_world.Signer, "forged").ToLog(BundleWorld.Hub),
        ];
        var rows = others.Select(log => _world.Row(log.Data.Length == 32 ? "keys_tcb_floor_raised" : "keys_revoked", log, BundleWorld.SettledAt + 1)).ToList();

        Assert.Equal(Standing.Valid, Judge(_world.Bundle(revocations: rows)).Standing);
    }

    [Fact]
    public void A_revocation_in_a_block_that_nobody_vouches_for_takes_away_all_the_same()
    {
        var row = _world.Row("keys_revoked", Revocation("keys_revoked"), BundleWorld.SettledAt + 1, isKnown: false);
        Assert.Equal(Standing.RevokedSince, Judge(_world.Bundle(revocations: row)).Standing);
    }

    [Fact]
    public void What_the_chain_never_took_or_nobody_vouches_for_has_no_proven_time()
    {
        var whole = _world.Bundle();
        var other = _world.Sign(_world.Receipt.Receipt with { OutputCommit = Hash32.Zero });
        ReceiptBundle[] unproven =
        [
            whole with { Anchor = null },
            whole with { Registration = null },
            whole with { Anchor = null, Registration = null },
            whole with { Anchor = _world.Row("hub_settled", BundleWorld.SettledOf(_world.Receipt, BundleWorld.SettledAt).ToLog(BundleWorld.Hub), BundleWorld.SettledAt + 7, isKnown: false) },
            whole with { Registration = _world.Row("keys_registered", _world.Registration.ToLog(BundleWorld.Registry), BundleWorld.AttestedAt + 7, isKnown: false) },
            // Another contract settles nothing, and another answer anchors nothing.
            whole with { Anchor = _world.Row("hub_settled", BundleWorld.SettledOf(_world.Receipt, BundleWorld.SettledAt).ToLog(BundleWorld.Payee), BundleWorld.SettledAt) },
            whole with { Anchor = _world.Row("hub_settled", BundleWorld.SettledOf(other, BundleWorld.SettledAt).ToLog(BundleWorld.Hub), BundleWorld.SettledAt) },
            whole with { Anchor = whole.Registration },
            whole with { Anchor = whole.Anchor! with { ChainId = 1 } },
            whole with { Anchor = whole.Anchor! with { ReceiptPath = [] } },
        ];

        foreach (var bundle in unproven)
            Assert.Equal(Standing.IssueTimeUnproven, Judge(bundle).Standing);
        _world.Blocks.Clear();
        Assert.Equal(Standing.IssueTimeUnproven, Judge(whole).Standing);
    }

    [Fact]
    public void What_never_was_what_it_claims_to_be_is_told_by_what_is_wrong()
    {
        var whole = _world.Bundle();
        var (signed, other) = (_world.Receipt.Receipt, Keccak256.Hash("other"u8));
        using var stranger = PrivateKey.Generate();
        Expect(BundleCheck.Receipt, whole with { Receipt = whole.Receipt with { Hub = BundleWorld.Node.ToString() } });
        Expect(BundleCheck.Receipt, whole with { Receipt = whole.Receipt with { ChainId = 1 } });
        Expect(BundleCheck.Receipt, whole with { Receipt = whole.Receipt with { Node = "0x12" } });
        Expect(BundleCheck.Receipt, whole with { Receipt = _world.Sign(signed with { Assurance = (byte)Assurance.Signed }).ToFile() });
        Expect(BundleCheck.Signature, whole with { Receipt = _world.Sign(signed, stranger).ToFile() });
        Expect(BundleCheck.Signature, whole with { Receipt = whole.Receipt with { IssuedAt = 1 } });
        Expect(BundleCheck.Signature, whole with { Receipt = whole.Receipt with { Evidence = "0x" } });
        Expect(BundleCheck.Contents, whole with { Receipt = whole.Receipt with { Output = "0x00" } });
        Expect(BundleCheck.Contents, whole with { Receipt = whole.Receipt with { InputSalt = other.ToString() } });
        Expect(BundleCheck.Contents, whole with { Receipt = whole.Receipt with { OutputSalt = null } });
        Expect(BundleCheck.Keys, whole with { Receipt = _world.Sign(signed with { KeyEpoch = 2 }).ToFile() });
        Expect(BundleCheck.Keys, whole with { Receipt = _world.Sign(signed with { EvidenceHash = other }).ToFile() });
        Expect(BundleCheck.Keys, whole with { Keys = whole.Keys with { ChainId = 1 } });
        Expect(BundleCheck.Keys, whole with { Keys = whole.Keys with { Kind = "none" } });
        Expect(BundleCheck.Evidence, whole with { Keys = whole.Keys with { TlsKey = [1] } });
        Expect(BundleCheck.Evidence, whole with { Keys = whole.Keys with { Collateral = [] } });
        Expect(BundleCheck.Registration, whole with { Registration = Registered(_world.Registration with { Node = BundleWorld.Payee }) });
        Expect(BundleCheck.Registration, whole with { Registration = Registered(_world.Registration with { Registration = _world.Registration.Registration with { HpkeKey = other } }) });
        Expect(BundleCheck.Registration, whole with { Registration = Registered(_world.Registration with { Registration = _world.Registration.Registration with { WorkloadId = other } }) });
        Expect(BundleCheck.Registration, whole with { Registration = Registered(_world.Registration with { Registration = _world.Registration.Registration with { RootId = other } }) });
        Expect(BundleCheck.Anchor, _world.Bundle(settledAt: BundleWorld.AttestedAt + 86_400));

        Indexer.Proofs.RowBundle Registered(IAttestedKeysContract.KeyRegisteredEvent told) => _world.Row("keys_registered", told.ToLog(BundleWorld.Registry), BundleWorld.AttestedAt + 5);

        void Expect(BundleCheck check, ReceiptBundle bundle)
        {
            var judgement = Judge(bundle);
            Assert.Equal(Standing.NeverValid, judgement.Standing);
            Assert.Equal(check, Assert.Single(judgement.Findings, finding => finding is { Held: false }).Check);
        }
    }

    [Fact]
    public void Evidence_counts_as_of_when_the_key_was_attested_and_under_the_judges_own_roots()
    {
        var whole = _world.Bundle();
        // Long after its collateral was over.
        Assert.Equal(Standing.NeverValid, Judge(whole with
        {
            Registration = _world.Row(
                "keys_registered",
                (_world.Registration with { Registration = _world.Registration.Registration with { AttestedAt = BundleWorld.AttestedAt + (3650UL * 86_400), ExpiresAt = ulong.MaxValue >> 24 } }).ToLog(BundleWorld.Registry),
                BundleWorld.AttestedAt + 5),
        }).Standing);
        var strict = new BundleJudge(_world.Trust with { Policy = AttestationPolicy.Default }).Judge(whole);
        Assert.Equal((Standing.NeverValid, Check.RootEmulated), (strict.Standing, Assert.Single(strict.Evidence!.Reasons).Check));
    }

    [Fact]
    public void A_bundle_comes_back_from_its_bytes_and_from_no_part_of_them()
    {
        var bytes = _world.Bundle().ToUtf8();

        Assert.Equal(bytes, ReceiptBundle.TryRead(bytes)!.ToUtf8());
        for (var length = 0; length < bytes.Length; length += 101)
            Assert.Null(ReceiptBundle.TryRead(bytes.AsSpan(0, length)));
        Assert.Null(ReceiptBundle.TryRead((_world.Bundle() with { Version = 2 }).ToUtf8()));
        Assert.Null(ReceiptBundle.TryRead((_world.Bundle() with { Revocations = [null!] }).ToUtf8()));
        Assert.Null(ReceiptBundle.TryRead("{}"u8));
    }

    private BundleJudgement Judge(ReceiptBundle bundle) => new BundleJudge(_world.Trust).Judge(bundle);

    private Log Revocation(string table) => table switch
    {
        "keys_revoked" => new IAttestedKeysContract.KeyRevokedEvent(_world.Signer, "stolen").ToLog(BundleWorld.Registry),
        "keys_workload_revoked" => new IAttestedKeysContract.WorkloadRevokedEvent(_world.Verdict.WorkloadId!.Value, "a hole").ToLog(BundleWorld.Registry),
        "keys_platform_revoked" => new IAttestedKeysContract.PlatformRevokedEvent(_world.Verdict.PlatformId!.Value, "stolen").ToLog(BundleWorld.Registry),
        "keys_root_revoked" => new IAttestedKeysContract.RootRevokedEvent(_world.Verdict.RootId!.Value, "broken").ToLog(BundleWorld.Registry),
        _ => new IAttestedKeysContract.TcbFloorRaisedEvent(TeeType.Tdx.ToWord(), _world.Verdict.TcbEvaluation!.Value + 1).ToLog(BundleWorld.Registry),
    };
}
