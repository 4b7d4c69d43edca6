using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Statements;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Proving.Materials;
using OpenGradient.Relayer.Proving.Models;
using OpenGradient.Relayer.Proving.Planning;

namespace OpenGradient.Relayer.Proving;

/// <summary>Makes proofs, in two parts: what may take long to get is got before anybody has the turn, and nothing under it.</summary>
public interface IProofMaker
{
    /// <summary>What is known of a version; null while it is being got, which rings when it has come.</summary>
    ProvenVersion? Find(Hash32 versionId);

    /// <summary>How far an answer's input is; what is coming rings when it has come.</summary>
    InputState StateOf(Job job, IntegerDescriptor descriptor);

    /// <summary>The version, committed to. It may take long, and needs no turn.</summary>
    /// <param name="versionId">Which.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <param name="beside">Versions that must not make room for it in memory; null where it is needed in any case.</param>
    Task<ProvableTaking> TakeAsync(Hash32 versionId, CancellationToken cancellationToken, IReadOnlySet<Hash32>? beside = null);

    /// <summary>Makes the proof of some answers, in their order, and checks it. The turn is the caller's, and nothing is fetched.</summary>
    /// <param name="version">Their version, as it was taken.</param>
    /// <param name="proof">What its receipts say.</param>
    /// <param name="jobs">The answers.</param>
    /// <param name="timeLeft">When it has to be there, for the first of them.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    Task<ProofMaking> MakeAsync(ProvableTaking version, ProofInMaking proof, IReadOnlyList<Job> jobs, TimeSpan timeLeft, CancellationToken cancellationToken);
}

/// <summary>
/// Makes the proof of some answers, and holds it against what the chain will ask before anybody sends it. The same answers with the same payee and time give the
/// same receipts, the same proof and the same order.
/// </summary>
public sealed class ProofMaker(
    VersionProver prover, ProofMaterials materials, HubDomain domain, IHubContract hub, Address node, ProvingOptions options) : IProofMaker
{
    private readonly ulong _mostGas = options.Batches.Gas;

    public ProvenVersion? Find(Hash32 versionId) => materials.VersionOf(versionId) is { Descriptor: not null } version
        ? version with { WaitsForCache = prover.WaitsForCache(versionId), Refusal = prover.RefusalOf(versionId) }
        : materials.VersionOf(versionId);

    public InputState StateOf(Job job, IntegerDescriptor descriptor) => materials.StateOf(job, descriptor);

    // Fetched it is beside, and not here.
    public async Task<ProvableTaking> TakeAsync(Hash32 versionId, CancellationToken cancellationToken, IReadOnlySet<Hash32>? beside = null) => materials.VersionOf(versionId) switch
    {
        { Descriptor: not null } => await prover.TakeAsync(versionId, cancellationToken, beside),
        { Refusal: { } refusal } => new ProvableTaking.Refused(refusal),
        _ => new ProvableTaking.Unavailable("The version's artifact cannot be had here now."),
    };

    public async Task<ProofMaking> MakeAsync(
        ProvableTaking version, ProofInMaking proof, IReadOnlyList<Job> jobs, TimeSpan timeLeft, CancellationToken cancellationToken) => version switch
        {
            ProvableTaking.Ready(var model) => await MakeAsync(model, proof, jobs, timeLeft, cancellationToken),
            ProvableTaking.Unavailable(var details) => new ProofMaking.Unavailable(details),
            ProvableTaking.Refused(var details) => new ProofMaking.Failed(details),
            _ => throw new InvalidOperationException("There is an end of taking a version that this does not know."),
        };

    private async Task<ProofMaking> MakeAsync(
        ProvableModel model, ProofInMaking proof, IReadOnlyList<Job> jobs, TimeSpan timeLeft, CancellationToken cancellationToken)
    {
        List<InferenceToProve> inferences = [];
        List<ProofStatement> statements = [];
        List<IHubContract.Submission> submissions = [];
        foreach (var job in jobs)
        {
            switch (materials.InputOf(job, model.Descriptor))
            {
                case null:
                    return new ProofMaking.Unavailable($"The input of {job.RequestId} has not come yet.");
                case ProofInput.Unavailable(var details):
                    return new ProofMaking.Incomplete(details);
                case ProofInput.Refused(var details):
                    return new ProofMaking.Failed(details);
                case ProofInput.Found(var input):
                    var submission = SubmissionOf(job, proof);
                    var digest = domain.DigestOf(domain.ReceiptOf(submission));
                    inferences.Add(new InferenceToProve(input, digest));
                    statements.Add(new ProofStatement(model.Committed.ProofCommitment, job.Ask.Request.InputCommit, submission.OutputCommit, digest));
                    submissions.Add(submission);
                    break;
                default:
                    throw new InvalidOperationException("There is an end of getting an input that this does not know.");
            }
        }

        return await prover.ProveAsync(model, inferences, statements, options.Limit, cancellationToken, timeLeft) switch
        {
            ProofTrial.Holds(var bytes, var form, var took) =>
                new ProofMaking.Made(new MadeProof(OrderOf(model, jobs, submissions, statements, bytes), form, bytes.Length, took)),
            ProofTrial.Postponed(var details) => new ProofMaking.Unavailable(details),
            ProofTrial.Failed(var details) => new ProofMaking.Failed(details),
            _ => throw new InvalidOperationException("There is an end of proving that this does not know."),
        };
    }

    /// <summary>
    /// What the hub is told of an answer: a proof stands for the signature, and absorbs the receipt. Whoever makes the proof again says the same of it.
    /// </summary>
    private IHubContract.Submission SubmissionOf(Job job, ProofInMaking proof)
    {
        var answer = job.Answer ?? throw new InvalidOperationException($"There is no answer to {job.RequestId} to prove.");
        return new IHubContract.Submission(
            job.Ask, job.Terms, answer.OutputCommit, node, proof.Payee, KeyEpoch: 0, IssuedAt: proof.IssuedAt, ExpiresAt: job.Deadline,
            EvidenceHash: Hash32.Zero, ReadOnlyMemory<byte>.Empty, answer.Output);
    }

    private Order OrderOf(
        ProvableModel model, IReadOnlyList<Job> jobs, List<IHubContract.Submission> submissions, List<ProofStatement> statements, ReadOnlyMemory<byte> proof)
    {
        var call = hub.PrepareSettleProvenCompactly(submissions, proof);
        var gas = jobs.Aggregate(ProofGas.OfTransaction, (sum, job) => sum + ProofGas.Of(job, model.Descriptor));
        var hasher = new Keccak256Hasher();
        foreach (var (statement, job) in statements.Zip(jobs))
        {
            hasher.Append(statement.ReceiptDigest.Bytes);
            // The same receipt is sent again where the hub stopped before it.
            hasher.Append(new UInt256((ulong)(job.Settlement?.Attempt ?? 0)).ToBigEndian());
        }

        return new Order($"prove:{hasher.Finish()}", call.To, call.Data, Math.Min(gas, _mostGas), OrderPurpose.Settle);
    }
}

/// <summary>What came of making a proof.</summary>
public abstract record ProofMaking
{
    private ProofMaking()
    {
    }

    public sealed record Made(MadeProof Proof) : ProofMaking;

    /// <summary>What it needs is not to be had now.</summary>
    public sealed record Unavailable(string Details) : ProofMaking;

    /// <summary>The input of one answer is not to be had now; the others can be proven without it.</summary>
    public sealed record Incomplete(string Details) : ProofMaking;

    /// <summary>It came to nothing: it took too long, or does not hold.</summary>
    public sealed record Failed(string Details) : ProofMaking;
}
