using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
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
public sealed class ProvableModels(ProvingSetup setup, ProofContext context, int longColumns, ProvingOptions options, CacheFiller filler, AnnouncedVersions? announced = null) : IDisposable
{
    private const int MostVerdicts = 1_024;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<Hash32, ProvableReading.Refused> _refused = [];
    // The one that was asked for last stands last.
    private readonly List<ProvableModel> _kept = [];
    private volatile IReadOnlyList<ProvableModel> _shown = [];
    private volatile IReadOnlyDictionary<Hash32, string> _shownRefused = new Dictionary<Hash32, string>();

    /// <summary>Those that are in memory.</summary>
    public IReadOnlyList<ProvableModel> Kept => _shown;

    /// <summary>Those that were refused, and why.</summary>
    public IReadOnlyDictionary<Hash32, string> Refused => _shownRefused;

    /// <summary>Whether anything was published of a version for proofs.</summary>
    public static bool IsPublishedAsProvable(KnownVersion version) =>
        (SemanticsKind)version.Published.Semantics.Kind == SemanticsKind.Integer && !version.Published.Semantics.ProofCommitment.IsZero;

    /// <summary>Why a request of this version must not be answered; null where nothing is against it.</summary>
    /// <param name="published">The version, as it was published.</param>
    /// <param name="version">The same, with its artifact.</param>
    /// <param name="isToBeProven">Whether the answer needs a proof of ours.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<TurnedAway?> ObjectionAsync(KnownVersion published, LoadedVersion version, bool isToBeProven, CancellationToken cancellationToken)
    {
        if (!isToBeProven && !IsPublishedAsProvable(published))
            return null;
        // What cannot be checked here may be proven against a signed answer all the same.
        return await TakeAsync(published, version, cancellationToken) switch
        {
            ProvableReading.Refused(var reason) => reason,
            ProvableReading.Ready(var model) when isToBeProven => options.IsElsewhere ? await ElsewhereAsync(model, cancellationToken) : model.Objection(),
            _ => null,
        };
    }

    // A prover says of which versions a proof would be there in time. Where none has said anything of a model it is taken to have no cache yet, and to be as quick as this process: what
    // would be too slow waits until one says otherwise, which the waiting itself makes it do. What one refuses waits only for provers that have not spoken.
    private async Task<TurnedAway?> ElsewhereAsync(ProvableModel model, CancellationToken cancellationToken)
    {
        var heard = announced is null ? null : await announced.FindAsync(model.VersionId, cancellationToken);
        var said = heard?.Best;
        if (said?.IsInTime ?? !model.IsSlowWithoutCache)
            return null;
        if (said is { Refusal: { } refusal })
        {
            return heard is { OthersAreSilent: true }
                ? new TurnedAway(TurnAwayReason.NoProver, $"A prover does not prove it, and another has not said whether it does. {refusal}") { MayPass = true }
                : new TurnedAway(TurnAwayReason.NotProvable, $"No prover proves it. {refusal}");
        }

        // No cache will ever make it quick.
        if (said is null && model.Objection() is { MayPass: false } never)
            return never;
        var details = said is null ? "A proof is not there in time without the version's cache, and no prover has said that it has one."
            : $"No proof is there in time before the version's cache is, of which a prover has {said.CachePercent} %.";
        return new TurnedAway(TurnAwayReason.NoProver, details) { MayPass = true };
    }

    /// <summary>Whether a version's answers have to wait for its cache, which is asked for then; as far as is known without taking the version.</summary>
    public bool WaitsForCache(Hash32 versionId)
    {
        if (options.IsElsewhere || _shown.FirstOrDefault(model => model.VersionId == versionId) is not { WaitsForCache: true } waiting)
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

    /// <summary>The version, ready to be proven.</summary>
    public async Task<ProvableReading> TakeAsync(KnownVersion published, LoadedVersion version, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_refused.TryGetValue(version.Id, out var refused))
                return refused;
            if (_kept.Find(model => model.VersionId == version.Id) is { } kept)
            {
                _kept.Remove(kept);
                _kept.Add(kept);
                AskUnlessElsewhere(kept);
                return new ProvableReading.Ready(kept);
            }

            var reading = await Task.Run(() => Read(published, version, cancellationToken), cancellationToken);
            if (reading is ProvableReading.Ready(var model))
                Keep(model);
            else
                Refuse(version.Id, (ProvableReading.Refused)reading);
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
        var provable = new ProvableModel(version.Id, committed, context, options, longColumns);
        if (provable.WantsCache && !options.IsElsewhere)
            filler.TakeKept(provable, new Work(options.Threads, cancellationToken));
        return new ProvableReading.Ready(provable);
    }

    private void Keep(ProvableModel model)
    {
        _kept.Add(model);
        while (_kept.Count > 1 && BytesOf(_kept) > options.MemoryBytes)
        {
            filler.Forget(_kept[0]);
            _kept.RemoveAt(0);
        }

        _shown = _kept.ToArray();
        AskUnlessElsewhere(model);
    }

    // One proof is made at a time, and versions with as many columns share their multiples.
    private long BytesOf(List<ProvableModel> models) =>
        models.Sum(one => ProvingMemory.OfModel(one.Committed.Layout)) + models.Max(one => ProvingMemory.OfProof(one.Committed.Layout, options.Threads))
        + models.GroupBy(one => one.Committed.Layout.Columns).Sum(alike => alike.Max(one => one.MultiplesBytes));

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

    private static ProvableReading.Refused NotProvable(string details) => new(new TurnedAway(TurnAwayReason.NotProvable, details));
}
