using OpenGradient.Contracts.Court;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Statements;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Proving.Models;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Reviews;

namespace OpenGradient.Relayer.Verifying.Proofs;

/// <summary>Proves what the answer to a request should have been, for who has the verifier's setup.</summary>
public interface IChallengeProver
{
    /// <summary>How long one proof may take, once its turn has come.</summary>
    TimeSpan Limit { get; }

    /// <summary>Waits for the turn to prove, which ends when it is disposed of.</summary>
    Task<IDisposable> TakeTurnAsync(CancellationToken cancellationToken);

    /// <summary>Why nothing is proven here against answers of a version; null where nothing is against it.</summary>
    Task<string?> ObjectionAsync(Hash32 versionId, CancellationToken cancellationToken);

    /// <summary>Gets what a proof of a request's input is made of. That may take long, and needs no turn.</summary>
    Task<ChallengeMaterial> FetchAsync(Dossier dossier, Measurable.Ready subject, CancellationToken cancellationToken);
}

/// <summary>Proves that a request's input gives this output, in the name of this node and of no other. The turn is the caller's.</summary>
/// <param name="outputCommit">The output.</param>
/// <param name="limit">How long it may take.</param>
/// <param name="cancellationToken">Ends it early.</param>
public delegate Task<ChallengeProof> ProveChallenge(Hash32 outputCommit, TimeSpan limit, CancellationToken cancellationToken);

/// <summary>What came of getting what a proof is made of.</summary>
public abstract record ChallengeMaterial
{
    private ChallengeMaterial()
    {
    }

    /// <summary>All is at hand: nothing is fetched while it is proven.</summary>
    public sealed record Ready(ProveChallenge ProveAsync) : ChallengeMaterial;

    /// <summary>Something is not to be had, for now or for good.</summary>
    public sealed record Missing(string Details, bool IsRetryable) : ChallengeMaterial;
}

/// <summary>What came of proving an answer wrong.</summary>
public abstract record ChallengeProof
{
    private ChallengeProof()
    {
    }

    public sealed record Made(ReadOnlyMemory<byte> Bytes) : ChallengeProof;

    /// <summary>There is none, for now or for good.</summary>
    public sealed record Failed(string Details, bool IsRetryable) : ChallengeProof;
}

/// <inheritdoc cref="IChallengeProver"/>
public sealed class ChallengeProver(VersionProver prover, ProverTurns turns, CourtDomain court, Address node, ProvingOptions options) : IChallengeProver
{
    public TimeSpan Limit => options.Limit;

    public Task<IDisposable> TakeTurnAsync(CancellationToken cancellationToken) => turns.TakeAsync(cancellationToken);

    public async Task<string?> ObjectionAsync(Hash32 versionId, CancellationToken cancellationToken) => await prover.TakeAsync(versionId, cancellationToken) switch
    {
        ProvableTaking.Refused(var details) => details,
        // What is not at hand now is tried again when the proof is made.
        ProvableTaking.Ready or ProvableTaking.Unavailable => null,
        _ => throw new InvalidOperationException("There is an end of taking a version that challenging does not know."),
    };

    public async Task<ChallengeMaterial> FetchAsync(Dossier dossier, Measurable.Ready subject, CancellationToken cancellationToken) =>
        await prover.TakeAsync(subject.Version.Id, cancellationToken) switch
        {
            ProvableTaking.Unavailable(var details) => new ChallengeMaterial.Missing(details, IsRetryable: true),
            ProvableTaking.Refused(var details) => new ChallengeMaterial.Missing(details, IsRetryable: false),
            ProvableTaking.Ready(var model) when VersionProver.BytesOf(subject.Input, model.Descriptor) is { } input => new ChallengeMaterial.Ready(
                (outputCommit, limit, token) => ProveAsync(model, input, dossier, outputCommit, limit, token)),
            _ => new ChallengeMaterial.Missing($"The input of {dossier.RequestId} is none of the model's.", IsRetryable: false),
        };

    private async Task<ChallengeProof> ProveAsync(
        ProvableModel model, ReadOnlyMemory<byte> input, Dossier dossier, Hash32 outputCommit, TimeSpan limit, CancellationToken cancellationToken)
    {
        var digest = court.ChallengeDigestOf(dossier.RequestId, node);
        var statement = new ProofStatement(model.Committed.ProofCommitment, dossier.Ask!.Request.InputCommit, outputCommit, digest);
        return await prover.ProveAsync(model, [new InferenceToProve(input, digest)], [statement], limit, cancellationToken) switch
        {
            ProofTrial.Holds(var proof, _, _) => new ChallengeProof.Made(proof),
            ProofTrial.Postponed(var details) => new ChallengeProof.Failed(details, IsRetryable: true),
            ProofTrial.Failed(var details) => new ChallengeProof.Failed(details, IsRetryable: true),
            _ => throw new InvalidOperationException("There is an end of proving that challenging does not know."),
        };
    }
}
