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

    /// <summary>
    /// What the multiples take that its long proofs go by; versions with as many columns share them. 0 where it has none: they only make proofs quicker, and no version is
    /// refused for want of room for them.
    /// </summary>
    public long MultiplesBytes { get; } = MultiplesFor(committed.Layout, longColumns, options);

    /// <summary>What a model takes while it is proven.</summary>
    public static long BytesFor(WeightLayout layout, int threads) => ProvingMemory.OfModel(layout) + ProvingMemory.OfProof(layout, threads);

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

    private static long MultiplesFor(WeightLayout layout, int longColumns, ProvingOptions options)
    {
        var bytes = layout.Columns <= longColumns ? ProvingMemory.OfMultiples(layout.Columns) : 0;
        return BytesFor(layout, options.Threads) + bytes <= options.MemoryBytes ? bytes : 0;
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
