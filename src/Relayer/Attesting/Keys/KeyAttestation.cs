using System.Text.Json;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting.Archive;
using OpenGradient.Relayer.Attesting.Collecting;
using OpenGradient.Relayer.Attesting.Judging;
using OpenGradient.Relayer.Attesting.Platforms;

namespace OpenGradient.Relayer.Attesting.Keys;

/// <summary>What came of having a key attested.</summary>
public abstract record Attested
{
    private Attested()
    {
    }

    /// <summary>What is kept beside the evidence and was of no use.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; init; } = [];

    /// <summary>Its registration is ordered.</summary>
    public sealed record Ordered(Address Signer, string RootLabel, int Attesters, IReadOnlyList<string> Others) : Attested;

    /// <summary>It is not; it may be the next time.</summary>
    public sealed record Failed(string Reason) : Attested;
}

/// <summary>
/// Has one key attested, from its birth to the order of its registration: evidence that names it and a recent block, our own judgement of it, the register's
/// approvals, and only then the attesters.
/// </summary>
public sealed class KeyAttestation(
    KeyRing ring, IEvidenceSource source, KeyJudge judge, IKeyRegister register, VerdictCollector collector, KeyStore store,
    IAttestedKeysContract contract, Deployment deployment, Address node)
{
    private const ulong DeadlineSeconds = 1_800;

    /// <summary>Does it once. Throws what the register and the database throw.</summary>
    public async Task<Attested> RunAsync(ulong epoch, BlockNumber block, CancellationToken cancellationToken)
    {
        var born = ring.KeyFor(epoch);
        var anchor = await register.AnchorAsync(cancellationToken);
        KeyClaim claim;
        IReadOnlyList<SkippedFile> skipped;
        try
        {
            (claim, skipped) = await ClaimAsync(born, epoch, anchor, cancellationToken);
        }
        catch (EvidenceException failure)
        {
            return new Attested.Failed(failure.Message);
        }

        switch (judge.Judge(claim, anchor))
        {
            case Judgement.Refused(var reasons):
                return new Attested.Failed($"Our own evidence does not hold: {string.Join(" ", reasons)}") { Skipped = skipped };
            case Judgement.Accepted accepted:
                return await RegisterAsync(born, claim, accepted, block, cancellationToken) with { Skipped = skipped };
            default:
                throw new InvalidOperationException("There is a judgement that having a key attested does not know.");
        }
    }

    private async Task<(KeyClaim Claim, IReadOnlyList<SkippedFile> Skipped)> ClaimAsync(BornKey born, ulong epoch, BlockWitness anchor, CancellationToken cancellationToken)
    {
        var bound = new KeyClaim
        {
            ChainId = deployment.ChainId,
            Registry = deployment.Keys,
            Node = node,
            SigningKey = born.PublicKey,
            HpkeKey = born.Hpke.PublicKey,
            KeyEpoch = epoch,
            BlockHash = anchor.Hash,
            ExpiresAt = judge.LatestExpiry(anchor.Time),
            Deadline = anchor.HeadTime + DeadlineSeconds,
            Kind = default,
            Evidence = ReadOnlyMemory<byte>.Empty,
            Collateral = [],
        };
        var made = await source.FetchAsync(bound.Binding.ToReportData(), anchor.Hash.ToArray(), bound.HpkeKey, cancellationToken);
        var claim = bound with { Kind = made.Kind, Evidence = made.Evidence, Collateral = made.Collateral };
        // What it rests on may end before the time that is ours to ask for.
        var bounded = judge.Verify(claim).ValidTo is { } end && (ulong)Math.Max(0, end.ToUnixTimeSeconds()) is var earliest && earliest < claim.ExpiresAt
            ? claim with { ExpiresAt = earliest }
            : claim;
        return (bounded, made.Skipped);
    }

    private async Task<Attested> RegisterAsync(
        BornKey born, KeyClaim claim, Judgement.Accepted accepted, BlockNumber block, CancellationToken cancellationToken)
    {
        if (await register.ObstacleAsync(accepted.Registration, cancellationToken) is { } obstacle)
            return new Attested.Failed($"The register would refuse the key: {obstacle}");
        var threshold = await register.ThresholdAsync(cancellationToken);
        if (threshold == 0)
            return new Attested.Failed("The register takes no key from attesters: its threshold is zero.");
        var collected = await collector.CollectAsync(claim, accepted.Digest, threshold, register.IsAttesterAsync, cancellationToken);
        if (collected.Signatures.Count < threshold)
            return new Attested.Failed($"{collected.Signatures.Count} of {threshold} attesters have signed. {string.Join(". ", collected.Others)}");

        var signature = await born.Signer.SignAsync(accepted.Digest, cancellationToken);
        var call = contract.PrepareRegisterKey(
            accepted.Registration, claim.Deadline, signature,
            [.. collected.Signatures.Select(given => given.Attester)],
            [.. collected.Signatures.Select(given => (ReadOnlyMemory<byte>)given.Signature.ToBytes())]);
        var row = new KeyRow(
            born.Signer.Address, claim.KeyEpoch, claim.Kind, accepted.Registration.EvidenceHash,
            JsonSerializer.SerializeToUtf8Bytes(ClaimMessage.Of(claim), AttestingJson.Default.ClaimMessage), block);
        await store.RegisterAsync(row, accepted.Digest, call, cancellationToken);
        return new Attested.Ordered(born.Signer.Address, accepted.RootLabel, collected.Signatures.Count, collected.Others);
    }
}
