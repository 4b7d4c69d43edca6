using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Inference.Backends;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;
using OpenGradient.Relayer.Versions;

namespace OpenGradient.Relayer.Verifying.Reviews;

/// <summary>Runs what a request asked, to see for ourselves.</summary>
public interface IMeasurer
{
    /// <summary>Gets what is needed to run a request.</summary>
    Task<Measurable> OpenAsync(Dossier dossier, CancellationToken cancellationToken);

    /// <summary>Runs it once.</summary>
    /// <param name="subject">What is run.</param>
    /// <param name="turn">How often it was run before: other turns take other ways, where there are any.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    Task<Measurement> RunAsync(Measurable.Ready subject, int turn, CancellationToken cancellationToken);
}

/// <summary>What came of getting what is needed.</summary>
public abstract record Measurable
{
    private Measurable()
    {
    }

    /// <param name="Version">The version that was published, held against its hash.</param>
    /// <param name="Input">What the request commits to.</param>
    /// <param name="IsProvable">Whether only a proof is taken against its answers.</param>
    public sealed record Ready(LoadedVersion Version, ReadOnlyMemory<byte> Input, bool IsProvable) : Measurable;

    /// <summary>It cannot be run here, for good.</summary>
    public sealed record Impossible(ReviewReason Reason, string Details) : Measurable;

    /// <summary>It is not to be had now.</summary>
    public sealed record Unavailable(ReviewReason Reason, string Details) : Measurable;
}

/// <summary>What came of a run.</summary>
public abstract record Measurement
{
    private Measurement()
    {
    }

    public sealed record Done(OwnRun Run) : Measurement;

    /// <summary>No answer; the fault is not the input's.</summary>
    public sealed record Failed(bool IsRetryable, string Details) : Measurement;
}

/// <summary>
/// Runs artifacts in this process, held against their hash, and never on a server: what is said before a court must not rest on another's word. Floats are
/// run in another way at each turn; integers come to the same in any way.
/// </summary>
/// <param name="shelf">Where versions are had.</param>
/// <param name="inputs">Where inputs are had.</param>
/// <param name="floats">Ways of running ONNX artifacts, at least one.</param>
/// <param name="integer">What runs descriptors.</param>
/// <param name="runsAnyVersion">Whether versions are run that are not served.</param>
public sealed class Measurer(
    VersionShelf shelf, InputReader inputs, IReadOnlyList<IInferenceBackend> floats, IInferenceBackend integer, bool runsAnyVersion) : IMeasurer
{
    public async Task<Measurable> OpenAsync(Dossier dossier, CancellationToken cancellationToken)
    {
        var asked = (dossier.Ask ?? throw new InvalidOperationException($"Nothing is told of {dossier.RequestId}.")).Request;
        if (dossier.Has(RequestFlags.Private))
            return new Measurable.Impossible(ReviewReason.Private, "Only an enclave reads a private input.");
        if (!runsAnyVersion && !shelf.Serves(asked.VersionId))
            return new Measurable.Impossible(ReviewReason.NotServed, "This version is not run here.");
        if (await shelf.FindAsync(asked.VersionId, cancellationToken) is not { } known)
            return new Measurable.Unavailable(ReviewReason.VersionUnknown, "Nothing is told of the version.");

        switch (await shelf.TakeAsync(known, cancellationToken))
        {
            case VersionOnShelf.Refused(var reason):
                return new Measurable.Impossible(ReviewReason.Artifact, reason.Details);
            case VersionOnShelf.Unavailable(_, var details):
                return new Measurable.Unavailable(ReviewReason.Artifact, details);
            case VersionOnShelf.Ready(var version):
                return await OpenAsync(dossier, version, !known.Published.ProofVerifier.IsZero, cancellationToken);
            default:
                throw new InvalidOperationException("There is an end of taking a version that measuring does not know.");
        }
    }

    public async Task<Measurement> RunAsync(Measurable.Ready subject, int turn, CancellationToken cancellationToken)
    {
        var backend = subject.Version.Body is VersionBody.Integer ? integer : floats[turn % floats.Count];
        return await backend.InferEncodedAsync(subject.Version, subject.Input, cancellationToken) switch
        {
            CanonicalOutcome.Answered(var output) => new Measurement.Done(new OwnRun(new OwnAnswer(Keccak256.Hash(output.Span), output), IsCertain: true)),
            // Near the largest float one machine overflows where another does not.
            CanonicalOutcome.Failed(var reason, _) => new Measurement.Done(
                new OwnRun(new OwnAnswer(HubDomain.Failure, ReadOnlyMemory<byte>.Empty), IsCertain: reason != InputReason.AnswerNotFinite)),
            CanonicalOutcome.Unavailable(var reason, var isRetryable, var detail) => new Measurement.Failed(isRetryable, $"{reason}: {detail}"),
            _ => throw new InvalidOperationException("There is an outcome that measuring does not know."),
        };
    }

    // What a challenger has brought was held against the request by the court, and may be had nowhere else.
    private async Task<Measurable> OpenAsync(Dossier dossier, LoadedVersion version, bool isProvable, CancellationToken cancellationToken)
    {
        if (!dossier.Case.Input.IsEmpty && Keccak256.Hash(dossier.Case.Input.Span) == dossier.Ask!.Request.InputCommit)
            return new Measurable.Ready(version, dossier.Case.Input, isProvable);
        return await inputs.ReadAsync(dossier.ToJob(), cancellationToken) switch
        {
            InputReading.Found(var input) => new Measurable.Ready(version, input, isProvable),
            InputReading.Refused(var reason) => new Measurable.Impossible(ReviewReason.Input, reason.Details),
            InputReading.Unavailable(var details) => new Measurable.Unavailable(ReviewReason.Input, details),
            _ => throw new InvalidOperationException("There is an end of reading an input that measuring does not know."),
        };
    }
}
