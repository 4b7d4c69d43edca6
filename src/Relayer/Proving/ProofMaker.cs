using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Statements;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Proving.Models;
using OpenGradient.Relayer.Proving.Planning;

namespace OpenGradient.Relayer.Proving;

/// <summary>
/// Makes the proof of some answers, and holds it against what the chain will ask before anybody sends it. The same answers with the same payee and time give the
/// same receipts, the same proof and the same order.
/// </summary>
public sealed class ProofMaker(
    VersionProver prover, InputReader inputs, HubDomain domain, IHubContract hub, Address node, ProvingOptions options)
{
    private readonly ulong _mostGas = options.Batches.Gas;

    public async Task<ProofMaking> MakeAsync(ProofInMaking proof, IReadOnlyList<Job> jobs, CancellationToken cancellationToken) =>
        await prover.TakeAsync(proof.VersionId, cancellationToken) switch
        {
            ProvableTaking.Ready(var model) => await MakeAsync(model, proof, jobs, cancellationToken),
            ProvableTaking.Unavailable(var details) => new ProofMaking.Unavailable(details),
            ProvableTaking.Refused(var details) => new ProofMaking.Failed(details),
            _ => throw new InvalidOperationException("There is an end of taking a version that this does not know."),
        };

    private async Task<ProofMaking> MakeAsync(ProvableModel model, ProofInMaking proof, IReadOnlyList<Job> jobs, CancellationToken cancellationToken)
    {
        List<InferenceToProve> inferences = [];
        List<ProofStatement> statements = [];
        List<IHubContract.Submission> submissions = [];
        foreach (var job in jobs)
        {
            switch (await InputAsync(job, model.Descriptor, cancellationToken))
            {
                case (null, var unavailable):
                    return unavailable!;
                case ({ } input, _):
                    var submission = SubmissionOf(job, proof);
                    var digest = domain.DigestOf(domain.ReceiptOf(submission));
                    inferences.Add(new InferenceToProve(input, digest));
                    statements.Add(new ProofStatement(model.Committed.ProofCommitment, job.Ask.Request.InputCommit, submission.OutputCommit, digest));
                    submissions.Add(submission);
                    break;
            }
        }

        return await prover.ProveAsync(model, inferences, statements, cancellationToken) switch
        {
            ProofTrial.Holds(var bytes, var form, var took) =>
                new ProofMaking.Made(new MadeProof(OrderOf(model, jobs, submissions, statements, bytes), form, bytes.Length, took)),
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
        var call = hub.PrepareSettleProven(submissions, proof);
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

    private async Task<(ReadOnlyMemory<byte>? Input, ProofMaking? NotNow)> InputAsync(Job job, IntegerDescriptor descriptor, CancellationToken cancellationToken) =>
        await inputs.ReadAsync(job, cancellationToken) switch
        {
            InputReading.Found(var bytes) when VersionProver.BytesOf(bytes, descriptor) is { } input => (input, null),
            InputReading.Unavailable(var details) => (null, new ProofMaking.Unavailable(details)),
            InputReading.Refused(var reason) => (null, new ProofMaking.Failed(reason.Details)),
            _ => (null, new ProofMaking.Failed($"The input of {job.RequestId} is none of the model's.")),
        };
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

    /// <summary>It came to nothing: it took too long, or does not hold.</summary>
    public sealed record Failed(string Details) : ProofMaking;
}
