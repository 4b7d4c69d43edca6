using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Planning;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Statements;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Proving.Models;

/// <summary>A version that was committed to here and found to be as it was published, with what its proofs are made by.</summary>
public sealed class ProvableModel(Hash32 versionId, CommittedModel committed, ProofContext context, ProvingOptions options, int longColumns, TimeProvider clock)
{
    private static readonly TimeSpan FirstRest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestRest = TimeSpan.FromHours(24);

    private readonly InferenceProver _prover = new(committed, context);
    // As the last of each form took; ticks, which others read meanwhile.
    private long _shortTakes = ExpectedTime.OfShortProof(committed.Layout, options.Threads).Ticks;
    private long _longTakes = ExpectedTime.OfLongProof(committed.Layout, options.Threads).Ticks;
    private volatile VersionCache? _cache;
    private volatile bool _wasWanted;
    // Where no cache will ever make it quick: how often in a row a proof was given up, and when last.
    private volatile GivenUp? _givenUp;

    public Hash32 VersionId { get; } = versionId;

    public CommittedModel Committed { get; } = committed;

    public IntegerDescriptor Descriptor => Committed.Model.Descriptor;

    /// <summary>How much of its cache is filled, from 0 to 1.</summary>
    public double CacheFilled { get; internal set; }

    /// <summary>Whether its proofs will be made by a cache that is not there yet: a lone answer's, or those of batches as large as one that came.</summary>
    public bool WantsCache => Cache == CacheState.Missing && (_wasWanted || Choose(1, TimeSpan.MaxValue).IsLongBetter);

    /// <summary>Whether none of its proofs would be there in time before its cache is.</summary>
    public bool WaitsForCache => Choose(1, TimeSpan.MaxValue).Form is null;

    /// <summary>Whether a short proof of it takes longer than a proof may: whoever has no cache of it would not be in time.</summary>
    public bool IsSlowWithoutCache => ShortTakes > options.Limit;

    private CacheState Cache => _cache is not null ? CacheState.Ready : Committed.Layout.Columns <= longColumns ? CacheState.Missing : CacheState.Impossible;

    /// <summary>
    /// What the multiples take that its long proofs go by; versions with as many columns share them. 0 where it has none: they only make proofs quicker, and no version is
    /// refused for want of room for them.
    /// </summary>
    public long MultiplesBytes { get; } = MultiplesFor(committed.Layout, longColumns, options);

    /// <summary>What a model takes while it is proven.</summary>
    public static long BytesFor(WeightLayout layout, int threads) => ProvingMemory.OfModel(layout) + ProvingMemory.OfProof(layout, threads);

    /// <summary>What its proofs wait for, where they do.</summary>
    public string WaitsFor => $"No proof is there in time before the version's cache is, of which {100 * CacheFilled:0} % is filled.";

    /// <summary>Why its answers are not to be proven now, or at all; null where nothing is against it.</summary>
    public TurnedAway? Objection() => WaitsForCache
        ? new TurnedAway(TurnAwayReason.NoProver, WaitsFor) { MayPass = true }
        : Cache == CacheState.Impossible && ShortTakes > options.Limit
            ? new TurnedAway(
                TurnAwayReason.NotProvable,
                $"A proof of it takes about {ShortTakes.TotalSeconds:0} s here, {options.Limit.TotalSeconds:0} s is the most, and the verifier has no power for the quicker form.")
        : _givenUp is { } last && clock.GetElapsedTime(last.At) < RestAfter(last.Times)
            ? new TurnedAway(TurnAwayReason.NoProver, $"The last proof of it took longer than {options.Limit.TotalSeconds:0} s here, and no more is promised for a while.") { MayPass = true }
        : null;

    /// <summary>The form that suits so many answers, in the time that is left to prove them; none where they have to wait for the cache.</summary>
    public ChosenForm ChooseForm(int answers, TimeSpan timeLeft)
    {
        var chosen = Choose(answers, timeLeft);
        if (chosen.IsLongBetter)
            _wasWanted = true;
        return chosen;
    }

    /// <summary>Makes a proof of a form that was chosen. It is not checked yet.</summary>
    public Proof Prove(ProofForm form, IReadOnlyList<InferenceToProve> inferences, Work work)
    {
        var started = clock.GetTimestamp();
        if (form == ProofForm.Long)
        {
            var quick = _prover.ProveLong(_cache ?? throw new InvalidOperationException("There is no cache, and the long form was not chosen."), inferences, work);
            Interlocked.Exchange(ref _longTakes, clock.GetElapsedTime(started).Ticks);
            return quick;
        }

        var proof = _prover.ProveShort(inferences, work);
        Interlocked.Exchange(ref _shortTakes, clock.GetElapsedTime(started).Ticks);
        _givenUp = null;
        return proof;
    }

    /// <summary>
    /// Notes that a proof was given up after so long: the next one takes as long, at the least. Where no cache will ever make it quick that would be the end of the version for what may have been a moment's
    /// load: there nothing new is promised for a while, longer each time, and what was promised is still tried.
    /// </summary>
    public void GaveUp(ProofForm form, TimeSpan after)
    {
        if (form != ProofForm.Short)
            return;
        if (Cache == CacheState.Impossible && after >= options.Limit)
            _givenUp = new GivenUp((_givenUp?.Times ?? 0) + 1, clock.GetTimestamp());
        else if (after >= ShortTakes)
            Interlocked.Exchange(ref _shortTakes, after.Ticks + 1);
    }

    private static TimeSpan RestAfter(int times) => FirstRest * Math.Pow(2, Math.Min(times, 16) - 1) is var rest && rest < LongestRest ? rest : LongestRest;

    private TimeSpan ShortTakes => new(Interlocked.Read(ref _shortTakes));

    private ChosenForm Choose(int answers, TimeSpan timeLeft) => FormChoice.Of(new FormCase
    {
        Cache = Cache,
        ShortTakes = ShortTakes,
        LongTakes = new TimeSpan(Interlocked.Read(ref _longTakes)),
        Patience = options.ShortLimit,
        LoneShare = ExpectedGas.ShareOfLongForm(Descriptor, 1),
        Share = ExpectedGas.ShareOfLongForm(Descriptor, answers),
        Limit = options.Limit,
        TimeLeft = timeLeft,
    });

    /// <summary>The same of a layout, before a version is read.</summary>
    internal static long MultiplesFor(WeightLayout layout, int longColumns, ProvingOptions options)
    {
        var bytes = layout.Columns <= longColumns ? ProvingMemory.OfMultiples(layout.Columns) : 0;
        return BytesFor(layout, options.Threads) + bytes <= options.MemoryBytes ? bytes : 0;
    }

    internal void Take(VersionCache cache)
    {
        _cache = cache;
        CacheFilled = 1;
    }

    private sealed record GivenUp(int Times, long At);
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

    /// <summary>It has no room now beside what has to stay in memory.</summary>
    public sealed record NoRoom(string Details) : ProvableReading;
}
