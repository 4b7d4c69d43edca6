using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Inference.Tensors;
using OpenGradient.Prover;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Statements;
using OpenGradient.Prover.Verifying;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Proving.Models;
using OpenGradient.Relayer.Proving.Planning;
using OpenGradient.Relayer.Versions;

namespace OpenGradient.Relayer.Proving;

/// <summary>
/// Makes the proof of some answers, and holds it against what the chain will ask before anybody sends it. The same answers with the same payee and time give the
/// same receipts, the same proof and the same order.
/// </summary>
public sealed class ProofMaker(
    VersionShelf shelf, ProvableModels models, InputReader inputs, ProofVerifier verifier, HubDomain domain, IHubContract hub, Address node, ProvingOptions options,
    TimeProvider clock)
{
    private readonly ulong _mostGas = options.Batches.Gas;

    public async Task<ProofMaking> MakeAsync(ProofInMaking proof, IReadOnlyList<Job> jobs, CancellationToken cancellationToken)
    {
        var (model, notNow) = await ModelAsync(proof.VersionId, cancellationToken);
        if (model is null)
            return notNow!;
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

        using var limit = new CancellationTokenSource(options.Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var started = clock.GetTimestamp();
        try
        {
            var (made, form) = await Task.Run(() => model.Prove(inferences, clock, new Work(options.Threads, either.Token)), either.Token);
            var took = clock.GetElapsedTime(started);
            // A proof that does not hold costs the gas of a transaction that reverts, and says nothing of why.
            if (verifier.Verify(statements, made.Bytes) is ProofVerdict.Refused(var fault, var detail))
                return new ProofMaking.Failed($"The proof does not hold here: {fault}. {detail}");
            return new ProofMaking.Made(new MadeProof(OrderOf(model, jobs, submissions, statements, made.Bytes), form, made.Bytes.Length, took));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProofMaking.Failed($"It took longer than {options.Limit.TotalSeconds:0} s.");
        }
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

    private async Task<(ProvableModel? Model, ProofMaking? NotNow)> ModelAsync(Hash32 versionId, CancellationToken cancellationToken)
    {
        var published = await shelf.FindAsync(versionId, cancellationToken);
        if (published is null)
            return (null, new ProofMaking.Unavailable("Nothing is known of the version."));
        switch (await shelf.TakeAsync(published, cancellationToken))
        {
            case VersionOnShelf.Ready(var version):
                return await models.TakeAsync(published, version, cancellationToken) switch
                {
                    ProvableReading.Ready(var model) => (model, null),
                    ProvableReading.Refused(var reason) => (null, new ProofMaking.Failed(reason.Details)),
                    _ => throw new InvalidOperationException("There is an end of reading that proving does not know."),
                };
            case VersionOnShelf.Refused(var reason):
                return (null, new ProofMaking.Failed(reason.Details));
            case VersionOnShelf.Unavailable(_, var details):
                return (null, new ProofMaking.Unavailable(details));
            default:
                throw new InvalidOperationException("There is an end of taking a version that proving does not know.");
        }
    }

    private async Task<(ReadOnlyMemory<byte>? Input, ProofMaking? NotNow)> InputAsync(Job job, IntegerDescriptor descriptor, CancellationToken cancellationToken) =>
        await inputs.ReadAsync(job, cancellationToken) switch
        {
            // It was run: it is the model's input. Whoever reads it anew believes nothing all the same.
            InputReading.Found(var bytes) when TensorEncoding.Decode(bytes) is TensorDecoding.Decoded([{ } tensor]) && tensor.Data.Length == descriptor.Inputs =>
                (tensor.Data, null),
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
