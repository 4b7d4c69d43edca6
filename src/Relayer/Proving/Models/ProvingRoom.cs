using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;

namespace OpenGradient.Relayer.Proving.Models;

/// <summary>
/// The memory that versions have which proofs are made of. What was asked for longest ago makes room; what is being proven never does: it would be in memory all the same, and be read again for its next proof.
/// </summary>
/// <param name="options">How much there is, and by how many threads proofs are made.</param>
/// <param name="longColumns">How many columns the long form takes.</param>
/// <param name="letGo">Told of each that made room.</param>
internal sealed class ProvingRoom(ProvingOptions options, int longColumns, Action<ProvableModel> letGo)
{
    private static readonly HashSet<Hash32> None = [];

    private readonly Lock _gate = new();
    // The one that was asked for last stands last.
    private readonly List<ProvableModel> _kept = [];
    private readonly List<ProvableModel> _inProof = [];
    private volatile IReadOnlyList<ProvableModel> _shown = [];

    /// <summary>Those that are in memory.</summary>
    public IReadOnlyList<ProvableModel> Kept => _shown;

    /// <summary>One that is in memory, which was asked for last from now on.</summary>
    public ProvableModel? Find(Hash32 versionId)
    {
        lock (_gate)
        {
            // What is being proven is in memory, whether or not it has made room meanwhile.
            if ((_kept.Find(model => model.VersionId == versionId) ?? _inProof.Find(model => model.VersionId == versionId)) is not { } kept)
                return null;
            _kept.Remove(kept);
            _kept.Add(kept);
            _shown = _kept.ToArray();
            return kept;
        }
    }

    /// <summary>Whether a version has room beside others and what is being proven, before it is read. One that has none by itself is refused when it is read, and takes none.</summary>
    public bool IsThereFor(Hash32 versionId, WeightLayout layout, IReadOnlySet<Hash32> beside)
    {
        if (ProvableModel.BytesFor(layout, options.Threads) > options.MemoryBytes)
            return true;
        lock (_gate)
        {
            var staying = _kept.Where(model => model.VersionId != versionId && beside.Contains(model.VersionId)).Union(_inProof.Where(model => model.VersionId != versionId));
            return BytesOf([.. staying.Select(Taking), new Taken(layout, ProvableModel.MultiplesFor(layout, longColumns, options))]) <= options.MemoryBytes;
        }
    }

    /// <summary>Keeps a version that was read. Others make room, as far as they may.</summary>
    /// <param name="model">The version.</param>
    /// <param name="beside">What has to stay; null where the version is needed in any case, and may take more than there is for as long as another is being proven.</param>
    /// <returns>Whether it is kept.</returns>
    public bool TryKeep(ProvableModel model, IReadOnlySet<Hash32>? beside)
    {
        lock (_gate)
        {
            // Nobody makes room for what would not stay.
            if (beside is not null && BytesOf([.. _kept.Where(kept => beside.Contains(kept.VersionId)).Union(_inProof).Append(model).Select(Taking)]) > options.MemoryBytes)
                return false;
            _kept.Add(model);
            MakeRoom(beside ?? None, model);
            _shown = _kept.ToArray();
            return true;
        }
    }

    /// <summary>Says that a version is being proven, until what is given is disposed of.</summary>
    public IDisposable Prove(ProvableModel model)
    {
        lock (_gate)
        {
            _inProof.Add(model);
            // It may have made room between being taken and its turn: whoever asks for it next finds it, and reads no second one.
            if (!_kept.Exists(kept => kept.VersionId == model.VersionId))
                _kept.Add(model);
            MakeRoom(None, model);
            _shown = _kept.ToArray();
        }

        return new InProof(this, model);
    }

    private bool IsOver => BytesOf([.. _kept.Union(_inProof).Select(Taking)]) > options.MemoryBytes;

    private void MakeRoom(IReadOnlySet<Hash32> staying, ProvableModel? newest)
    {
        while (IsOver && _kept.Find(model => model != newest && !staying.Contains(model.VersionId) && !_inProof.Contains(model)) is { } leaving)
        {
            _kept.Remove(leaving);
            letGo(leaving);
        }
    }

    // One proof is made at a time, and versions with as many columns share their multiples.
    private long BytesOf(IReadOnlyCollection<Taken> taken) => taken.Count == 0 ? 0
        : taken.Sum(one => ProvingMemory.OfModel(one.Layout)) + taken.Max(one => ProvingMemory.OfProof(one.Layout, options.Threads))
        + taken.GroupBy(one => one.Layout.Columns).Sum(alike => alike.Max(one => one.Multiples));

    private static Taken Taking(ProvableModel model) => new(model.Committed.Layout, model.MultiplesBytes);

    private void End(ProvableModel model)
    {
        lock (_gate)
        {
            _inProof.Remove(model);
            // What came meanwhile may have taken more than there is.
            MakeRoom(None, _kept.LastOrDefault());
            _shown = _kept.ToArray();
        }
    }

    private sealed record Taken(WeightLayout Layout, long Multiples);

    private sealed class InProof(ProvingRoom room, ProvableModel model) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
                room.End(model);
        }
    }
}
