using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Setup;
using OpenGradient.Prover.Statements;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Proving.Elsewhere;
using OpenGradient.Relayer.Versions;

namespace OpenGradient.Relayer.Proving.Models;

/// <summary>
/// The versions that proofs are made of. Whatever was published of one for its proofs is computed again from its artifact, once: a commitment to other weights
/// proves other answers than the artifact gives, and whoever runs the artifact would be proven wrong. What was refused once is refused from then on.
/// </summary>
public sealed class ProvableModels(
    ProvingSetup setup, ProofContext context, int longColumns, ProvingOptions options, CacheFiller filler, AnnouncedVersions? announced = null, TimeProvider? clock = null) : IDisposable
{
    private const int MostVerdicts = 1_024;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<Hash32, ProvableReading.Refused> _refused = [];
    private readonly ProvingRoom _room = new(options, longColumns, filler.Forget);
    private volatile IReadOnlyDictionary<Hash32, string> _shownRefused = new Dictionary<Hash32, string>();

    /// <summary>Those that are in memory.</summary>
    public IReadOnlyList<ProvableModel> Kept => _room.Kept;

    /// <summary>Those that were refused, and why.</summary>
    public IReadOnlyDictionary<Hash32, string> Refused => _shownRefused;

    /// <summary>Why a version is not proven here, however long one waits: it was refused, or will never be quick enough; null where neither is known.</summary>
    public string? RefusalOf(Hash32 versionId) => _shownRefused.GetValueOrDefault(versionId)
        ?? (Kept.FirstOrDefault(model => model.VersionId == versionId)?.Objection() is { MayPass: false } never ? never.Details : null);

    /// <summary>Whether anything was published of a version for proofs.</summary>
    public static bool IsPublishedAsProvable(KnownVersion version) =>
        (SemanticsKind)version.Published.Semantics.Kind == SemanticsKind.Integer && !version.Published.Semantics.ProofCommitment.IsZero;

    /// <summary>Why a request of this version must not be answered; null where nothing is against it.</summary>
    /// <param name="published">The version, as it was published.</param>
    /// <param name="version">The same, with its artifact.</param>
    /// <param name="isToBeProven">Whether the answer needs a proof of ours.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <param name="isAssigned">Whether it is ours to answer without a claim, so that no bond is lost where nobody proves it.</param>
    public async Task<TurnedAway?> ObjectionAsync(KnownVersion published, LoadedVersion version, bool isToBeProven, CancellationToken cancellationToken, bool isAssigned = false)
    {
        if (!isToBeProven && !IsPublishedAsProvable(published))
            return null;
        // What cannot be checked here may be proven against a signed answer all the same.
        return await TakeAsync(published, version, cancellationToken) switch
        {
            ProvableReading.Refused(var reason) => reason,
            ProvableReading.Ready(var model) when isToBeProven => options.IsElsewhere ? await ElsewhereAsync(model, isAssigned, cancellationToken) : model.Objection(),
            _ => null,
        };
    }

    // A prover says of which versions a proof would be there in time, and nothing is claimed before one has: the waiting itself makes those that live say it. What needs no claim, and is quick without a
    // cache where provers are as quick as this process, is answered before. What one refuses waits only for provers that have not spoken.
    private async Task<TurnedAway?> ElsewhereAsync(ProvableModel model, bool isAssigned, CancellationToken cancellationToken)
    {
        var heard = announced is null ? null : await announced.FindAsync(model.VersionId, cancellationToken);
        return heard switch
        {
            // No cache will ever make it quick.
            null when model.Objection() is { MayPass: false } never => never,
            null when isAssigned && !model.IsSlowWithoutCache => null,
            null => Waits("No prover has said yet whether a proof of it would be there in time."),
            { Best.IsInTime: true } => null,
            { Best.Refusal: { } refusal, OthersAreSilent: true } => Waits($"A prover does not prove it, and another has not said whether it does. {refusal}"),
            { Best.Refusal: { } refusal } => new TurnedAway(TurnAwayReason.NotProvable, $"No prover proves it. {refusal}"),
            { Best.CachePercent: var percent } => Waits($"No prover would have a proof of it there in time now; of the version's cache one has {percent} %."),
        };

        static TurnedAway Waits(string details) => new(TurnAwayReason.NoProver, details) { MayPass = true };
    }

    /// <summary>Whether a version's answers have to wait for its cache, which is asked for then; as far as is known without taking the version.</summary>
    public bool WaitsForCache(Hash32 versionId)
    {
        if (options.IsElsewhere || Kept.FirstOrDefault(model => model.VersionId == versionId) is not { WaitsForCache: true } waiting)
            return false;
        filler.Ask(waiting);
        return true;
    }

    /// <summary>Asks for the cache of a version whose proofs want one.</summary>
    public void AskForCache(ProvableModel model)
    {
        if (model.WantsCache)
            filler.Ask(model);
    }

    /// <summary>Whether a version has room beside others and what is being proven, as far as is known without reading it.</summary>
    public bool HasRoomFor(Hash32 versionId, IntegerDescriptor descriptor, IReadOnlySet<Hash32> beside) =>
        WeightLayout.Of(descriptor) is not { } layout || _room.IsThereFor(versionId, layout, beside);

    /// <summary>Keeps a version in memory while it is proven: until what is given is disposed of.</summary>
    public IDisposable Prove(ProvableModel model) => _room.Prove(model);

    /// <summary>The version, ready to be proven.</summary>
    /// <param name="published">As it was published.</param>
    /// <param name="version">The same, with its artifact.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <param name="beside">Versions that must not make room for it: where it has none beside them and what is being proven it is not taken. Null where it is needed in any case.</param>
    public async Task<ProvableReading> TakeAsync(KnownVersion published, LoadedVersion version, CancellationToken cancellationToken, IReadOnlySet<Hash32>? beside = null)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_refused.TryGetValue(version.Id, out var refused))
                return refused;
            if (_room.Find(version.Id) is { } kept)
            {
                AskUnlessElsewhere(kept);
                return new ProvableReading.Ready(kept);
            }

            if (beside is not null && version.Body is VersionBody.Integer(var body) && !HasRoomFor(version.Id, body.Descriptor, beside))
                return NoRoom;
            var reading = await Task.Run(() => Read(published, version, cancellationToken), cancellationToken);
            if (reading is ProvableReading.Refused refusal)
                Refuse(version.Id, refusal);
            else if (reading is ProvableReading.Ready(var model))
            {
                // A proof may have been begun while it was read.
                if (!_room.TryKeep(model, beside))
                    return NoRoom;
                AskUnlessElsewhere(model);
            }

            return reading;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private ProvableReading Read(KnownVersion published, LoadedVersion version, CancellationToken cancellationToken)
    {
        if (!IsPublishedAsProvable(published) || version.Body is not VersionBody.Integer(var model))
            return NotProvable("Nothing was published for its proofs.");
        if (published.Published.ProofVerifier != context.Verifier)
            return NotProvable($"Its proofs are verified by {published.Published.ProofVerifier}, and those made here by {context.Verifier}.");
        if (WeightLayout.Of(model.Descriptor) is { } layout && ProvableModel.BytesFor(layout, options.Threads) is var bytes && bytes > options.MemoryBytes)
            return NotProvable($"Proving it takes {bytes >> 20} MiB, and {options.MemoryBytes >> 20} MiB is the most.");

        if (ProofSizes.ProofLength(model.Descriptor, ProofForm.Long, 1) is var length && length > options.Batches.Bytes)
            return NotProvable($"A proof has {length} bytes, and a transaction {options.Batches.Bytes} at the most.");

        CommittedModel committed;
        try
        {
            committed = CommittedModel.Create(model, setup, new Work(options.Threads, cancellationToken));
        }
        catch (CommitmentException failure)
        {
            return NotProvable(failure.Message);
        }

        if (committed.ProofCommitment != published.Published.Semantics.ProofCommitment)
        {
            return new ProvableReading.Refused(new TurnedAway(
                TurnAwayReason.CommitmentWrong,
                $"Its artifact's commitment is {committed.ProofCommitment}; {published.Published.Semantics.ProofCommitment} was published."));
        }

        // A cache that was kept is there before the first proof is asked for, which may be too large to be made without it.
        var provable = new ProvableModel(version.Id, committed, context, options, longColumns, clock ?? TimeProvider.System);
        if (provable.WantsCache && !options.IsElsewhere)
            filler.TakeKept(provable, new Work(options.Threads, cancellationToken));
        return new ProvableReading.Ready(provable);
    }

    // Who leaves proofs to others only proves what it challenges, and asks for a cache then.
    private void AskUnlessElsewhere(ProvableModel model)
    {
        if (!options.IsElsewhere)
            AskForCache(model);
    }

    private void Refuse(Hash32 versionId, ProvableReading.Refused reading)
    {
        if (_refused.Count >= MostVerdicts)
            _refused.Clear();
        _refused[versionId] = reading;
        _shownRefused = _refused.ToDictionary(one => one.Key, one => one.Value.Reason.Details);
    }

    private static ProvableReading.NoRoom NoRoom { get; } = new("Of the memory for versions that are proven there is none for it now, beside those that are more urgent.");

    private static ProvableReading.Refused NotProvable(string details) => new(new TurnedAway(TurnAwayReason.NotProvable, details));
}
