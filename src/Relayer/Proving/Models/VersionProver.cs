using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Inference.Tensors;
using OpenGradient.Prover;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Statements;
using OpenGradient.Prover.Verifying;
using OpenGradient.Relayer.Versions;

namespace OpenGradient.Relayer.Proving.Models;

/// <summary>
/// Proves answers of versions, and holds each proof against what the chain will ask before anybody sends it. Who asks for a proof has its turn (<see cref="ProverTurns"/>).
/// </summary>
public sealed class VersionProver(VersionShelf shelf, ProvableModels models, ProofVerifier verifier, ProvingOptions options, TimeProvider clock)
{
    /// <summary>Whether a version's answers have to wait for its cache.</summary>
    public bool WaitsForCache(Hash32 versionId) => models.WaitsForCache(versionId);

    /// <summary>Why a version is not proven here, however long one waits; null where that is not known.</summary>
    public string? RefusalOf(Hash32 versionId) => models.RefusalOf(versionId);

    /// <summary>The version, committed to here and found to be as it was published.</summary>
    /// <param name="versionId">Which.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <param name="beside">Versions that must not make room for it; null where it is needed in any case.</param>
    public async Task<ProvableTaking> TakeAsync(Hash32 versionId, CancellationToken cancellationToken, IReadOnlySet<Hash32>? beside = null)
    {
        if (await shelf.FindAsync(versionId, cancellationToken) is not { } published)
            return new ProvableTaking.Unavailable("Nothing is known of the version.");
        switch (await shelf.TakeAsync(published, cancellationToken))
        {
            case VersionOnShelf.Ready(var version):
                return await models.TakeAsync(published, version, cancellationToken, beside) switch
                {
                    ProvableReading.Ready(var model) => new ProvableTaking.Ready(model),
                    ProvableReading.Refused(var reason) => new ProvableTaking.Refused(reason.Details),
                    ProvableReading.NoRoom(var details) => new ProvableTaking.Unavailable(details),
                    _ => throw new InvalidOperationException("There is an end of reading that proving does not know."),
                };
            case VersionOnShelf.Refused(var reason):
                return new ProvableTaking.Refused(reason.Details);
            case VersionOnShelf.Unavailable(_, var details):
                return new ProvableTaking.Unavailable(details);
            default:
                throw new InvalidOperationException("There is an end of taking a version that proving does not know.");
        }
    }

    /// <summary>The bytes that a proof has of an encoded input; null where it is none of the model's. Whoever has run it before believes nothing all the same.</summary>
    public static ReadOnlyMemory<byte>? BytesOf(ReadOnlyMemory<byte> input, IntegerDescriptor descriptor) =>
        TensorEncoding.Decode(input) is TensorDecoding.Decoded([{ } tensor]) && tensor.Data.Length == descriptor.Inputs ? tensor.Data : (ReadOnlyMemory<byte>?)null;

    /// <summary>Makes a proof at once, and checks it: the turn is the caller's.</summary>
    /// <param name="model">Whose answers.</param>
    /// <param name="inferences">The inputs, and what each absorbs.</param>
    /// <param name="statements">What the chain will ask, in the same order.</param>
    /// <param name="limit">How long it may take; no longer than proofs may take here in any case.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <param name="timeLeft">When it should be there, which the form is chosen by; as long as it may take where nothing is said.</param>
    public async Task<ProofTrial> ProveAsync(
        ProvableModel model, IReadOnlyList<InferenceToProve> inferences, IReadOnlyList<ProofStatement> statements, TimeSpan limit, CancellationToken cancellationToken,
        TimeSpan? timeLeft = null)
    {
        var longest = limit < options.Limit ? limit : options.Limit;
        var chosen = model.ChooseForm(inferences.Count, timeLeft ?? longest);
        models.AskForCache(model);
        if (chosen.Form is not { } form)
            return new ProofTrial.Postponed(model.WaitsFor);
        using var inProof = models.Prove(model);
        try
        {
            using var over = new CancellationTokenSource(longest, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
            var started = clock.GetTimestamp();
            var made = await Task.Run(() => model.Prove(form, inferences, new Work(options.Threads, either.Token)), either.Token);
            var took = clock.GetElapsedTime(started);
            // A proof that does not hold costs the gas of a transaction that reverts, and says nothing of why.
            return verifier.Verify(statements, made.Bytes) is ProofVerdict.Refused(var fault, var detail)
                ? new ProofTrial.Failed($"The proof does not hold here: {fault}. {detail}")
                : new ProofTrial.Holds(made.Bytes, form, took);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            model.GaveUp(form, longest);
            models.AskForCache(model);
            return model.WaitsForCache ? new ProofTrial.Postponed(model.WaitsFor) : new ProofTrial.Failed($"It took longer than {longest.TotalSeconds:0} s.");
        }
    }
}

/// <summary>What came of asking for a version to prove answers of.</summary>
public abstract record ProvableTaking
{
    private ProvableTaking()
    {
    }

    public sealed record Ready(ProvableModel Model) : ProvableTaking;

    /// <summary>It is not to be had now.</summary>
    public sealed record Unavailable(string Details) : ProvableTaking;

    /// <summary>It is not proven here, for good.</summary>
    public sealed record Refused(string Details) : ProvableTaking;
}

/// <summary>What came of proving.</summary>
public abstract record ProofTrial
{
    private ProofTrial()
    {
    }

    /// <param name="Proof">What the verifier on the chain takes.</param>
    /// <param name="Form">In which form.</param>
    /// <param name="Took">How long it took.</param>
    public sealed record Holds(ReadOnlyMemory<byte> Proof, ProofForm Form, TimeSpan Took) : ProofTrial;

    /// <summary>It was not made, or given up: it takes too long until the version's cache is there.</summary>
    public sealed record Postponed(string Details) : ProofTrial;

    /// <summary>It came to nothing: it took too long, or does not hold.</summary>
    public sealed record Failed(string Details) : ProofTrial;
}
