using System.Security.Cryptography;
using OpenGradient.Attestation;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Attesting.Judging;

/// <summary>
/// Judges evidence of a key, and says what is to be registered of it. A node judges its own evidence by it before it asks anyone, and attesters by the same
/// code: so that all of them come to the same registration, down to the bit, or to a reason why not. It asks nobody.
/// </summary>
public sealed class KeyJudge
{
    /// <summary>How old the block may be that evidence names.</summary>
    public const ulong MostBlockAge = 900;

    /// <summary>How far ahead a deadline may lie: no verdict lasts longer.</summary>
    public const ulong LongestDeadline = 3_600;

    private readonly AttestationVerifier _verifier;
    private readonly AttestationPolicy _policy;
    private readonly Deployment _deployment;
    private readonly ulong _lifetime;

    public KeyJudge(AttestingOptions options, Deployment deployment, TimeProvider clock)
    {
        _policy = options.Policy with { AllowEmulated = options.Policy.AllowEmulated && deployment.IsDevelopment };
        _verifier = new AttestationVerifier(options.AnchorsFor(deployment), clock);
        _deployment = deployment;
        _lifetime = Math.Min((ulong)options.Lifetime.TotalSeconds, deployment.KeyTerms.MaxLifetime);
    }

    /// <summary>When a key ends that is attested at a block of this time, as far as that is ours to say.</summary>
    public ulong LatestExpiry(ulong attestedAt) => attestedAt + _lifetime;

    /// <summary>What evidence by itself shows, before a claim is made of it.</summary>
    public Verdict Verify(KeyClaim claim) => Verify(claim, [], isRegistered: false);

    /// <param name="claim">What is claimed.</param>
    /// <param name="block">The block that it names; null where the chain has none with that hash.</param>
    /// <param name="own">
    /// What is kept here of what vendors sign. It takes no part in what is registered, which all attesters must come to alike; but what a vendor has revoked by it is refused.
    /// </param>
    public Judgement Judge(KeyClaim claim, BlockWitness? block, params IReadOnlyList<CollateralFile> own)
    {
        List<RefusalReason> reasons = [];
        CheckPlace(claim, reasons);
        CheckTimes(claim, block, reasons);
        var verdict = Verify(claim);
        reasons.AddRange(verdict.Reasons.Select(RefusalReason.Of));
        if (claim.Kind == EvidenceKind.Nvidia)
            reasons.Add(new RefusalReason("kind", "evidence", "A GPU holds no keys: it is the guest around it that is attested."));
        if (verdict.ValidTo is { } end && claim.ExpiresAt > (ulong)Math.Max(0, end.ToUnixTimeSeconds()))
            reasons.Add(new RefusalReason("expiry", "key", "It would outlive what its evidence rests on."));
        // Only of what would be signed otherwise: strangers ask, and each look costs.
        if (reasons.Count == 0 && own.Count > 0)
            reasons.AddRange(RevokedBy(claim, own));
        if (reasons.Count > 0 || block is null)
            return new Judgement.Refused(reasons);

        var registration = RegistrationOf(claim, verdict, block);
        return new Judgement.Accepted(registration, DigestOf(registration, claim.Deadline), $"{verdict.RootLabel}".ToLowerInvariant());
    }

    /// <summary>
    /// What is against a key that is registered already, by the claim that it was registered with and by what is known now; null where the claim is not the one.
    /// How old the evidence is was looked at when it was claimed.
    /// </summary>
    public IReadOnlyList<RefusalReason>? Recheck(KeyClaim claim, BlockWitness block, IAttestedKeysContract.KeyRegistration registration, IReadOnlyList<CollateralFile> own)
    {
        var isSame = claim.ChainId == _deployment.ChainId && claim.Registry == _deployment.Keys && claim.Node == registration.Node
            && claim.SigningKey.ToAddress() == registration.Signer && claim.KeyEpoch == registration.KeyEpoch && claim.ExpiresAt == registration.ExpiresAt
            && block.Hash == claim.BlockHash && block.Time == registration.AttestedAt && HpkeHashOf(claim) == registration.HpkeKey;
        if (!isSame)
            return null;
        var verdict = Verify(claim, own, isRegistered: true);
        if (verdict.Reasons.Count > 0)
            return [.. verdict.Reasons.Select(RefusalReason.Of)];
        // How current the platform is goes by the collateral of each who looked.
        return RegistrationOf(claim, verdict, block) with { TcbStatus = registration.TcbStatus, TcbEval = registration.TcbEval } == registration ? []
            : [new RefusalReason(Vetoing.VetoPolicy.Registration, "registration", "It says something else than its evidence shows.")];
    }

    // Who brings evidence chooses, among lists that hold, the one of before its platform was revoked. Ours is newer, or it changes nothing. Only what a vendor says by its signature counts:
    // that something of ours is over, or is not there, is no fault of the key's, and how current a platform is goes by what was brought and by the policy's least evaluation.
    private IEnumerable<RefusalReason> RevokedBy(KeyClaim claim, IReadOnlyList<CollateralFile> own)
    {
        var verdict = Verify(claim, own, isRegistered: false);
        return verdict.Reasons
            .Where(reason => reason.Check == Check.CertificateRevoked || (reason.Check == Check.TcbStatus && verdict.TcbStatus == TcbStatus.Revoked))
            .Select(RefusalReason.Of);
    }

    private Verdict Verify(KeyClaim claim, IReadOnlyList<CollateralFile> own, bool isRegistered) => _verifier.Verify(
        claim.Kind,
        claim.Evidence,
        CollateralSet.Read(own, claim.Collateral),
        _policy,
        new Expectations
        {
            ReportData = claim.Binding.ToReportData(),
            // Nitro has places of their own for the two; elsewhere they are in the report data alone.
            Nonce = claim.Kind == EvidenceKind.Nitro ? claim.BlockHash.ToArray() : null,
            PublicKey = claim.Kind == EvidenceKind.Nitro && !claim.HpkeKey.IsEmpty ? claim.HpkeKey.ToArray() : null,
            OfAnyAge = isRegistered,
        });

    private void CheckPlace(KeyClaim claim, List<RefusalReason> reasons)
    {
        if (claim.ChainId != _deployment.ChainId || claim.Registry != _deployment.Keys)
            reasons.Add(new RefusalReason("registry", "key", $"Keys are attested here for {_deployment.Keys} on chain {_deployment.ChainId}, and for no other."));
        if (claim.KeyEpoch == 0)
            reasons.Add(new RefusalReason("epoch", "key", "The first epoch is 1."));
    }

    private void CheckTimes(KeyClaim claim, BlockWitness? block, List<RefusalReason> reasons)
    {
        if (block is null)
        {
            reasons.Add(new RefusalReason("block", "nonce", "The chain has no block with that hash, as far as is known here."));
            return;
        }

        if (block.Hash != claim.BlockHash || block.Time > block.HeadTime || block.HeadTime - block.Time > MostBlockAge)
            reasons.Add(new RefusalReason("block", "nonce", $"The block is not one of the last {MostBlockAge} seconds: the evidence may be old."));
        if (claim.Deadline < block.HeadTime || claim.Deadline - block.HeadTime > LongestDeadline)
            reasons.Add(new RefusalReason("deadline", "registration", $"It does not lie in the next {LongestDeadline} seconds."));
        if (claim.ExpiresAt <= block.HeadTime || claim.ExpiresAt > LatestExpiry(block.Time))
            reasons.Add(new RefusalReason("expiry", "key", $"It does not end in the {_lifetime} seconds that a key lives here."));
    }

    private Hash32 DigestOf(IAttestedKeysContract.KeyRegistration registration, ulong deadline) =>
        // A key is registered once: its nonce is zero until then.
        KeyRegistrationDigest.Of(_deployment.ChainId, _deployment.Keys, registration, UInt256.Zero, deadline);

    private static IAttestedKeysContract.KeyRegistration RegistrationOf(KeyClaim claim, Verdict verdict, BlockWitness block) => new(
        claim.Node,
        claim.SigningKey.ToAddress(),
        HpkeHashOf(claim),
        verdict.EvidenceHash,
        Shown(verdict.RootId),
        Shown(verdict.TeeType).ToWord(),
        Shown(verdict.WorkloadId),
        verdict.PlatformId ?? Hash32.Zero,
        (byte)(verdict.TcbStatus ?? TcbStatus.NotRated),
        verdict.TcbEvaluation ?? 0,
        block.Time,
        claim.ExpiresAt,
        claim.KeyEpoch);

    private static Hash32 HpkeHashOf(KeyClaim claim) => claim.HpkeKey.IsEmpty ? Hash32.Zero : new Hash32(SHA256.HashData(claim.HpkeKey.Span));

    private static T Shown<T>(T? value)
        where T : struct => value ?? throw new InvalidOperationException("Evidence was accepted that does not show what it must.");
}
