using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Settlement;

/// <summary>Makes receipts of stored answers, and signs them. An answer is stored before it is signed, and never changes: no two are ever signed.</summary>
public sealed class SubmissionMaker(HubDomain domain, ISigner node)
{
    /// <summary>The submission of an answer that is stored.</summary>
    public async ValueTask<IHubContract.Submission> MakeAsync(Job job, Moment now, Address payee, CancellationToken cancellationToken)
    {
        var answer = job.Answer ?? throw new InvalidOperationException($"There is no answer to {job.RequestId} to sign.");
        var unsigned = new IHubContract.Submission(
            job.Ask, job.Terms, answer.OutputCommit, node.Address, payee, KeyEpoch: 0, IssuedAt: now.HeadTime, ExpiresAt: job.Deadline,
            EvidenceHash: Hash32.Zero, ReadOnlyMemory<byte>.Empty, answer.Output);
        return await domain.SignAsync(unsigned, node, cancellationToken);
    }
}
