using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Statements;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Proving.Planning;

namespace OpenGradient.Relayer.Proving.Models;

/// <summary>A version that was committed to here and found to be as it was published, with what its proofs are made by.</summary>
public sealed class ProvableModel(Hash32 versionId, CommittedModel committed, ProofContext context, ProvingOptions options, int longColumns)
{
    // What a model takes while it is proven: its coefficients, and two numbers for each of them (docs/proofs.md).
    private const long BytesPerCoefficient = 4 + 64;

    private readonly InferenceProver _prover = new(committed, context);
    private TimeSpan _shortTakes = FormChoice.Expected(committed.Layout.Coefficients, options.Threads);
    private volatile VersionCache? _cache;

    public Hash32 VersionId { get; } = versionId;

    public CommittedModel Committed { get; } = committed;

    public IntegerDescriptor Descriptor => Committed.Model.Descriptor;

    /// <summary>How much of its cache is filled, from 0 to 1.</summary>
    public double CacheFilled { get; internal set; }

    /// <summary>Whether its proofs will be made by a cache that is not there yet.</summary>
    public bool WantsCache => _cache is null && Committed.Layout.Columns <= longColumns && FormChoice.WantsCache(_shortTakes, options.ShortLimit);

    public static long BytesFor(WeightLayout layout) => layout.Coefficients * BytesPerCoefficient;

    /// <summary>Makes a proof, in the form that suits. It is not checked yet.</summary>
    public (Proof Proof, ProofForm Form) Prove(IReadOnlyList<InferenceToProve> inferences, TimeProvider clock, Work work)
    {
        var cache = _cache;
        if (FormChoice.Of(_shortTakes, options.ShortLimit, cache is not null) == ProofForm.Long)
            return (_prover.ProveLong(cache!, inferences, work), ProofForm.Long);
        var started = clock.GetTimestamp();
        var proof = _prover.ProveShort(inferences, work);
        _shortTakes = clock.GetElapsedTime(started);
        return (proof, ProofForm.Short);
    }

    internal void Take(VersionCache cache)
    {
        _cache = cache;
        CacheFilled = 1;
    }
}

/// <summary>What came of asking for a version to be proven.</summary>
public abstract record ProvableReading
{
    private ProvableReading()
    {
    }

    public sealed record Ready(ProvableModel Model) : ProvableReading;

    /// <summary>It is not proven here, for good.</summary>
    public sealed record Refused(TurnedAway Reason) : ProvableReading;
}
