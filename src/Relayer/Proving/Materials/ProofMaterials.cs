using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Integer;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Proving.Models;
using OpenGradient.Relayer.Versions;

namespace OpenGradient.Relayer.Proving.Materials;

/// <summary>
/// What proofs are made of, got before anybody has the turn to prove: artifacts and inputs may come from places that strangers name, who take as long as they like. Plans are made
/// of what is here.
/// </summary>
public sealed class ProofMaterials : IAsyncDisposable
{
    // As long as a relayer looks for it before it claims.
    private static readonly TimeSpan InputLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ArtifactLimit = TimeSpan.FromMinutes(10);

    private readonly VersionShelf _shelf;
    private readonly InputReader _reader;
    private readonly KeptInputs _kept;
    private readonly Fetched<Hash32, ProvenVersion> _versions;
    private readonly Fetched<Hash32, ProofInput> _inputs;

    /// <param name="shelf">Where versions are had.</param>
    /// <param name="reader">Where inputs are had.</param>
    /// <param name="kept">Where those are that were run before.</param>
    /// <param name="signal">Rung when something has come.</param>
    /// <param name="clock">The time.</param>
    public ProofMaterials(VersionShelf shelf, InputReader reader, KeptInputs kept, JobSignal signal, TimeProvider clock)
    {
        (_shelf, _reader, _kept) = (shelf, reader, kept);
        _versions = new Fetched<Hash32, ProvenVersion>(ArtifactLimit, _ => new ProvenVersion(null), version => version.Descriptor is not null, signal.Ring, clock);
        _inputs = new Fetched<Hash32, ProofInput>(InputLimit, details => new ProofInput.Unavailable(details), input => input is not ProofInput.Unavailable, signal.Ring, clock);
    }

    /// <summary>What is known of a version; null while it is being got.</summary>
    public ProvenVersion? VersionOf(Hash32 versionId) => _versions.Find(versionId, async cancellationToken =>
        await _shelf.FindAsync(versionId, cancellationToken) is not { } published ? new ProvenVersion(null)
        : await _shelf.TakeAsync(published, cancellationToken) switch
        {
            VersionOnShelf.Ready({ Body: VersionBody.Integer(var model) }) => new ProvenVersion(model.Descriptor),
            VersionOnShelf.Ready => new ProvenVersion(null) { Refusal = "It is no model of integers, and has no proofs." },
            VersionOnShelf.Refused(var reason) => new ProvenVersion(null) { Refusal = reason.Details },
            _ => new ProvenVersion(null),
        });

    /// <summary>How far an answer's input is.</summary>
    public InputState StateOf(Job job, IntegerDescriptor descriptor) => InputReader.ComesAlong(job) ? InputState.Known : Fetch(job, descriptor) switch
    {
        null => InputState.Coming,
        ProofInput.Unavailable => InputState.Unavailable,
        _ => InputState.Known,
    };

    /// <summary>An answer's input as a proof has it; null where it has not come.</summary>
    public ProofInput? InputOf(Job job, IntegerDescriptor descriptor) =>
        InputReader.ComesAlong(job) ? InputFrom(InputReader.Brought(job), job, descriptor) : Fetch(job, descriptor);

    public async ValueTask DisposeAsync()
    {
        await _inputs.DisposeAsync();
        await _versions.DisposeAsync();
    }

    private ProofInput? Fetch(Job job, IntegerDescriptor descriptor) =>
        _inputs.Find(job.RequestId, async cancellationToken => InputFrom(
            await _kept.FindAsync(job, cancellationToken) is { } input ? new InputReading.Found(input) : await _reader.ReadAsync(job, cancellationToken), job, descriptor));

    // What is kept is what a proof has of it, and no longer than that is.
    private static ProofInput InputFrom(InputReading reading, Job job, IntegerDescriptor descriptor) => reading switch
    {
        InputReading.Found(var bytes) when VersionProver.BytesOf(bytes, descriptor) is { } input => new ProofInput.Found(input.ToArray()),
        InputReading.Unavailable(var details) => new ProofInput.Unavailable(details),
        InputReading.Refused(var reason) => new ProofInput.Refused(reason.Details),
        _ => new ProofInput.Refused($"The input of {job.RequestId} is none of the model's."),
    };
}

/// <summary>What is known of a version that answers are to be proven of.</summary>
/// <param name="Descriptor">What it computes; null where it cannot be had.</param>
public sealed record ProvenVersion(IntegerDescriptor? Descriptor)
{
    /// <summary>Whether no proof of it would be there in time before its cache is.</summary>
    public bool WaitsForCache { get; init; }

    /// <summary>Why it is not proven here, however long one waits; null where nothing is against it that is known.</summary>
    public string? Refusal { get; init; }
}

/// <summary>How far an input is.</summary>
public enum InputState
{
    /// <summary>It is being got.</summary>
    Coming = 0,

    /// <summary>It is here, or is known to be none.</summary>
    Known = 1,

    /// <summary>It is not to be had now.</summary>
    Unavailable = 2,
}

/// <summary>What came of getting an input for a proof.</summary>
public abstract record ProofInput
{
    private ProofInput()
    {
    }

    public sealed record Found(ReadOnlyMemory<byte> Bytes) : ProofInput;

    /// <summary>It is not to be had now.</summary>
    public sealed record Unavailable(string Details) : ProofInput;

    /// <summary>There is none, for good.</summary>
    public sealed record Refused(string Details) : ProofInput;
}
