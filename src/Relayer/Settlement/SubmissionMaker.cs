using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Settlement;

/// <summary>
/// Makes receipts of answers, and signs them. What is signed is stored together with its answer before anybody is given it, and a stored answer never
/// changes: no two of one node are ever out.
/// </summary>
/// <param name="domain">The hub.</param>
/// <param name="node">Signs what is <c>Signed</c>.</param>
/// <param name="keys">The keys that sign what is <c>Attested</c>; null where nothing is.</param>
public sealed class SubmissionMaker(HubDomain domain, ISigner node, KeyRing? keys = null)
{
    /// <summary>The key that may sign attested answers now; null for none.</summary>
    public UsableKey? KeyAt(Moment now) => keys?.Usable(now);

    /// <summary>Whether an answer can be signed with no other attested key than this.</summary>
    public static bool CanSign(Job job, UsableKey? key) =>
        job.Assurance != Assurance.Attested || (key is not null && key.Serves(job.Terms.AcceptedWorkloads));

    /// <summary>The submission of an answer that can be signed.</summary>
    public async ValueTask<IHubContract.Submission> MakeAsync(Job job, Moment now, Address payee, UsableKey? key, CancellationToken cancellationToken)
    {
        var answer = job.Answer ?? throw new InvalidOperationException($"There is no answer to {job.RequestId} to sign.");
        var unsigned = new IHubContract.Submission(
            job.Ask, job.Terms, answer.OutputCommit, node.Address, payee, KeyEpoch: 0, IssuedAt: now.HeadTime, ExpiresAt: job.Deadline,
            EvidenceHash: Hash32.Zero, ReadOnlyMemory<byte>.Empty, answer.Output);
        if (job.Assurance != Assurance.Attested)
            return await domain.SignAsync(unsigned, node, cancellationToken);
        return key is not null
            ? await domain.SignAsync(unsigned with { KeyEpoch = key.KeyEpoch, EvidenceHash = key.EvidenceHash }, key.Signer, cancellationToken)
            : throw new InvalidOperationException($"There is no attested key to sign the answer to {job.RequestId} with.");
    }
}
