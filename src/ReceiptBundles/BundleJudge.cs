using System.Security.Cryptography;
using OpenGradient.Attestation.Binding;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.ReceiptBundles;

/// <summary>
/// Judges bundles. It asks nobody, and believes nothing of a bundle but what follows from signatures, from the evidence's roots and from hashes of blocks that
/// the caller knows. Revocations count as far as the bundle holds them: who hands one over can leave them out, so that a judgement of "valid" is as new as the
/// newest block in it.
/// </summary>
public sealed class BundleJudge(BundleTrust trust)
{
    public BundleJudgement Judge(ReceiptBundle bundle)
    {
        List<BundleFinding> findings = [];
        if (FindReceipt(bundle, findings) is not { } receipt || FindKeys(bundle, receipt, findings) is not { } keys)
            return new BundleJudgement(Standing.NeverValid, findings, Evidence: null, AnchoredAt: null);

        var registration = FindRegistration(bundle, receipt, keys, findings, out var registeredAt);
        var anchor = FindAnchor(bundle, receipt, findings);
        // As of when the key was attested; where nothing shows that, as of when it was used, at worst by the signer's word.
        var attestedAt = registration is not null ? TimeOf(registration.Registration.AttestedAt) : anchor?.At ?? TimeOf(receipt.Receipt.IssuedAt);
        var verdict = Verify(keys, attestedAt, registeredAt ?? attestedAt);
        findings.Add(verdict.Accepted
            ? new BundleFinding(BundleCheck.Evidence, Held: true, $"{verdict.TeeType} under the {Word(verdict)} root {verdict.RootId}, checked as of {verdict.VerifiedAt:u}")
            : new BundleFinding(BundleCheck.Evidence, Held: false, string.Join(" ", verdict.Reasons.Select(reason => $"{reason.Check} ({reason.Subject}): {reason.Detail}"))));
        if (registration is not null && verdict.Accepted && (registration.Registration.RootId != verdict.RootId || registration.Registration.WorkloadId != verdict.WorkloadId))
            findings.Add(new BundleFinding(BundleCheck.Registration, Held: false, "The register has the key with another root or workload than its evidence shows."));
        if (registration is not null && anchor is not null && (ulong)anchor.At.ToUnixTimeSeconds() >= registration.Registration.ExpiresAt)
            findings.Add(new BundleFinding(BundleCheck.Anchor, Held: false, "The key was over when the block was made."));

        var revokedAt = FindRevocation(bundle, keys, registration, verdict, findings);
        return new BundleJudgement(StandingOf(findings, registration is not null, anchor, revokedAt), findings, verdict, anchor?.At);
    }

    private static Standing StandingOf(List<BundleFinding> findings, bool isRegistered, ProvenRow? anchor, DateTimeOffset? revokedAt)
    {
        if (findings.Exists(finding => finding is { Held: false, Check: not BundleCheck.Revocation }))
            return Standing.NeverValid;
        if (!isRegistered || anchor is null)
            return Standing.IssueTimeUnproven;
        return revokedAt is not { } revoked ? Standing.Valid
            : revoked > anchor.At ? Standing.RevokedSince
            // Revocations count from the second in which they are made; which of the two came first in it, nobody need tell.
            : revoked == anchor.At ? Standing.IssueTimeUnproven
            : Standing.NeverValid;
    }

    private SignedReceipt? FindReceipt(ReceiptBundle bundle, List<BundleFinding> findings)
    {
        if (!SignedReceipt.TryRead(bundle.Receipt, out var receipt, out var fault))
            return Fail<SignedReceipt>(findings, BundleCheck.Receipt, fault);
        if (receipt.ChainId != trust.ChainId || receipt.Hub != trust.Hub)
            return Fail<SignedReceipt>(findings, BundleCheck.Receipt, $"It is of chain {receipt.ChainId} and hub {receipt.Hub}.");
        if ((Assurance)receipt.Receipt.Assurance != Assurance.Attested)
            return Fail<SignedReceipt>(findings, BundleCheck.Receipt, $"It claims to be {(Assurance)receipt.Receipt.Assurance}, which no evidence of keys stands behind.");
        findings.Add(new BundleFinding(BundleCheck.Receipt, Held: true, $"chain {trust.ChainId}, hub {trust.Hub}"));
        var fits = (receipt.InputFits, receipt.OutputFits);
        findings.Add(new BundleFinding(
            BundleCheck.Contents, fits is (false, _) or (_, false) ? false : fits is (true, true) ? true : null,
            fits is (false, _) or (_, false) ? "Question or answer is not what the receipt commits to." : fits is (true, true) ? "question and answer" : "Question or answer is not kept here."));
        return receipt;
    }

    private KeyEvidence? FindKeys(ReceiptBundle bundle, SignedReceipt receipt, List<BundleFinding> findings)
    {
        if (!KeyEvidence.TryRead(bundle.Keys, out var keys) || keys.Signer is not { } signer)
            return Fail<KeyEvidence>(findings, BundleCheck.Keys, "What is said of the keys cannot be read.");
        if (keys.Binding.ChainId != trust.ChainId.Value || keys.Binding.Registry != trust.Registry)
            return Fail<KeyEvidence>(findings, BundleCheck.Keys, "The keys are for another chain or register.");
        if (keys.Binding.KeyEpoch != receipt.Receipt.KeyEpoch || keys.EvidenceHash != receipt.Receipt.EvidenceHash)
            return Fail<KeyEvidence>(findings, BundleCheck.Keys, "The receipt names another key epoch, or other evidence.");
        findings.Add(new BundleFinding(BundleCheck.Keys, Held: true, $"key {signer}, epoch {keys.Binding.KeyEpoch}"));
        if (receipt.Signer != signer)
            return Fail<KeyEvidence>(findings, BundleCheck.Signature, receipt.Signer is { } other ? $"{other} has signed it, and the key is {signer}." : "There is no signature.");
        findings.Add(new BundleFinding(BundleCheck.Signature, Held: true, $"{signer}"));
        return keys;
    }

    // Attesters looked at it between the block that it names and the one that took the registration: collateral that was fetched in between held by then. How old a Nitro document
    // was they have looked at, too; without a registration nothing shows when the key was used, and the standing says so.
    private Verdict Verify(KeyEvidence keys, DateTimeOffset attestedAt, DateTimeOffset registeredAt)
    {
        var verdict = keys.Verify(trust.Verifier, trust.Policy, attestedAt, ofAnyAge: true);
        return verdict.ValidFrom is { } from && from > attestedAt && from <= registeredAt ? keys.Verify(trust.Verifier, trust.Policy, from, ofAnyAge: true) : verdict;
    }

    private IAttestedKeysContract.KeyRegisteredEvent? FindRegistration(
        ReceiptBundle bundle, SignedReceipt receipt, KeyEvidence keys, List<BundleFinding> findings, out DateTimeOffset? registeredAt)
    {
        registeredAt = null;
        if (bundle.Registration is not { } row)
            return Lack<IAttestedKeysContract.KeyRegisteredEvent>(findings, BundleCheck.Registration, "There is no registration.");
        if (ProvenRow.Of(row, trust, trust.Registry, out var fault) is not { } proven)
            return Lack<IAttestedKeysContract.KeyRegisteredEvent>(findings, BundleCheck.Registration, fault);
        if (!proven.IsTrusted)
            return Lack<IAttestedKeysContract.KeyRegisteredEvent>(findings, BundleCheck.Registration, $"Nobody vouches for its block {row.BlockHash}.");
        if (!IAttestedKeysContract.KeyRegisteredEvent.TryDecode(proven.Log, out var told) || told.Signer != keys.Signer || told.Node != receipt.Receipt.Node
            || told.KeyEpoch != keys.Binding.KeyEpoch || told.Registration.EvidenceHash != keys.EvidenceHash || told.Registration.HpkeKey != HpkeHashOf(keys))
            return Fail<IAttestedKeysContract.KeyRegisteredEvent>(findings, BundleCheck.Registration, "It is the registration of another key, node or evidence.");
        registeredAt = proven.At;
        findings.Add(new BundleFinding(BundleCheck.Registration, Held: true, $"in block {proven.BlockNumber}, active from {TimeOf(told.ActiveFrom):u} to {TimeOf(told.Registration.ExpiresAt):u}"));
        return told;
    }

    private ProvenRow? FindAnchor(ReceiptBundle bundle, SignedReceipt receipt, List<BundleFinding> findings)
    {
        if (bundle.Anchor is not { } row)
            return Lack<ProvenRow>(findings, BundleCheck.Anchor, "The chain never took it, as far as this goes: when it was signed is the signer's word.");
        if (ProvenRow.Of(row, trust, trust.Hub, out var fault) is not { } proven)
            return Lack<ProvenRow>(findings, BundleCheck.Anchor, fault);
        if (!proven.IsTrusted)
            return Lack<ProvenRow>(findings, BundleCheck.Anchor, $"Nobody vouches for its block {row.BlockHash}.");
        if (!IHubContract.SettledEvent.TryDecode(proven.Log, out var settled) || !IsOf(receipt, settled))
            return Lack<ProvenRow>(findings, BundleCheck.Anchor, "The block took another receipt.");
        findings.Add(new BundleFinding(BundleCheck.Anchor, Held: true, $"settled in block {proven.BlockNumber}, at {proven.At:u}"));
        return proven;
    }

    private DateTimeOffset? FindRevocation(
        ReceiptBundle bundle, KeyEvidence keys, IAttestedKeysContract.KeyRegisteredEvent? registration, Verdict verdict, List<BundleFinding> findings)
    {
        DateTimeOffset? first = null;
        foreach (var row in bundle.Revocations)
        {
            // One whose block nobody vouches for counts too: it can only take away.
            if (ProvenRow.Of(row, trust, trust.Registry, out _) is not { } proven || Revocations.Find(proven.Log, keys, registration?.Registration, verdict) is not { } what)
                continue;
            first = first is { } earlier && earlier < proven.At ? earlier : proven.At;
            findings.Add(new BundleFinding(
                BundleCheck.Revocation, Held: false, $"{what} in block {proven.BlockNumber}, at {proven.At:u}{(proven.IsTrusted ? string.Empty : ", for which nobody vouches")}"));
        }

        if (first is null)
            findings.Add(new BundleFinding(BundleCheck.Revocation, Held: null, "The bundle holds none; ask the chain for newer ones."));
        return first;
    }

    private static bool IsOf(SignedReceipt receipt, IHubContract.SettledEvent settled)
    {
        var (signed, told) = (receipt.Receipt, settled.Settlement);
        return settled.RequestId == signed.RequestId && settled.Evidence.Span.SequenceEqual(receipt.Evidence.Span)
            && told.OutputCommit == signed.OutputCommit && told.Node == signed.Node && told.Payee == signed.Payee && told.KeyEpoch == signed.KeyEpoch
            && told.IssuedAt == signed.IssuedAt && told.ExpiresAt == signed.ExpiresAt && told.EvidenceHash == signed.EvidenceHash && told.Assurance == signed.Assurance;
    }

    private static Hash32 HpkeHashOf(KeyEvidence keys) => keys.Binding.HpkeKey.IsEmpty ? Hash32.Zero : new Hash32(SHA256.HashData(keys.Binding.HpkeKey.Span));

    private static T? Fail<T>(List<BundleFinding> findings, BundleCheck check, string detail)
        where T : class
    {
        findings.Add(new BundleFinding(check, Held: false, detail));
        return null;
    }

    private static T? Lack<T>(List<BundleFinding> findings, BundleCheck check, string detail)
        where T : class
    {
        findings.Add(new BundleFinding(check, Held: null, detail));
        return null;
    }

    private static string Word(Verdict verdict) => $"{verdict.RootLabel}".ToLowerInvariant();

    // What a signer or a log says may be later than any calendar goes, and what is checked reaches beyond it.
    private static DateTimeOffset TimeOf(ulong seconds) => DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(seconds, ProvenRow.MaxSeconds));
}
