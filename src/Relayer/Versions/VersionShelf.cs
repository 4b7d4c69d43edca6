using OpenGradient.Blobs;
using OpenGradient.Blobs.Reading;
using OpenGradient.Contracts.Models;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Tensors;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Versions;

/// <summary>
/// The versions that this relayer runs: what was published of them, and their artifacts, fetched by hash and held against what was published before
/// anything runs. Who publishes chooses how large they are, so that what is kept has a bound in bytes. What was refused once is refused from then on, since
/// versions never change.
/// </summary>
public sealed class VersionShelf : IAsyncDisposable
{
    private const int LongestVerdict = 500;

    private readonly IDatabase _database;
    private readonly BlobReader _blobs;
    private readonly ServedVersions _served;
    private readonly ArtifactLimits _limits;
    private readonly ShelfOptions _options;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<Hash32, Task<VersionOnShelf>> _loading = [];
    private readonly Dictionary<Hash32, VersionOnShelf.Refused> _refused = [];
    private readonly ShelfRoom _room;

    /// <param name="database">Where what was published is.</param>
    /// <param name="blobs">Where artifacts are had.</param>
    /// <param name="served">Which versions are served.</param>
    /// <param name="limits">What an artifact may be at the most.</param>
    /// <param name="options">How much is kept, and how long is looked.</param>
    /// <param name="clock">The time.</param>
    public VersionShelf(IDatabase database, BlobReader blobs, ServedVersions served, ArtifactLimits limits, ShelfOptions? options = null, TimeProvider? clock = null)
    {
        (_database, _blobs, _served, _limits, _options) = (database, blobs, served, limits, options ?? new ShelfOptions());
        (_clock, _room) = (clock ?? TimeProvider.System, new ShelfRoom(_options.MemoryBytes));
    }

    /// <summary>What the versions in memory take, and the artifacts that are being looked through.</summary>
    internal long Bytes => _room.Bytes;

    /// <summary>How many versions are kept.</summary>
    internal int Kept => _room.Count;

    /// <summary>What was published of a version; null where the chain has told nothing of it.</summary>
    public Task<KnownVersion?> FindAsync(Hash32 versionId, CancellationToken cancellationToken) =>
        _database.ReadAsync(session => KnownVersion.FindAsync(session, versionId), cancellationToken);

    public bool Serves(Hash32 versionId) => _served.Includes(versionId);

    /// <summary>The version, ready to be asked. It is loaded once, however many ask, and goes on being loaded when they have no patience left.</summary>
    public async Task<VersionOnShelf> TakeAsync(KnownVersion version, CancellationToken cancellationToken)
    {
        Task<VersionOnShelf>? loading;
        lock (_gate)
        {
            if (_room.Find(version.VersionId) is { } kept)
                return new VersionOnShelf.Ready(kept);
            if (_refused.TryGetValue(version.VersionId, out var refused))
                return refused;
            if (!_loading.TryGetValue(version.VersionId, out loading))
            {
                if (_loading.Count >= _options.MostLoading)
                    return Unavailable("As many artifacts are being fetched as may be at once.");
                loading = Task.Run(() => LoadAsync(version), CancellationToken.None);
                _loading.Add(version.VersionId, loading);
            }
        }

        try
        {
            return await loading.WaitAsync(_options.Patience, _clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return Unavailable($"The artifact is being fetched, for longer than {_options.Patience.TotalSeconds:0} s.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        Task[] loading;
        lock (_gate)
            loading = [.. _loading.Values];
        await Task.WhenAll(loading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closing.Dispose();
    }

    private async Task<VersionOnShelf> LoadAsync(KnownVersion version)
    {
        using var limit = new CancellationTokenSource(_options.LoadLimit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _closing.Token);
        try
        {
            return await LoadAsync(version, either.Token);
        }
        catch (IOException failure)
        {
            return Unavailable(failure.Message);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return Unavailable(_closing.IsCancellationRequested ? "The relayer was stopped." : $"The artifact was not here after {_options.LoadLimit.TotalSeconds:0} s.");
        }
        finally
        {
            // Whatever came of it is kept by now: who finds nothing here finds it there.
            lock (_gate)
                _loading.Remove(version.VersionId);
        }
    }

    private async Task<VersionOnShelf> LoadAsync(KnownVersion version, CancellationToken cancellationToken)
    {
        var isInteger = (SemanticsKind)version.Published.Semantics.Kind == SemanticsKind.Integer;
        var longest = Math.Min(_limits.MaxBytes, _room.LongestArtifact(isInteger));
        var request = new BlobRequest(new BlobHash(version.Published.ArtifactHash)) { Uris = version.Published.Uris, MaxBytes = longest };
        var reading = await _blobs.ReadAsync(request, cancellationToken);
        if (reading is not BlobReading.Found(var found, _))
        {
            return reading is BlobReading.TooLarge
                ? new VersionOnShelf.Refused(new TurnedAway(TurnAwayReason.ArtifactRefused, reading.Explanation))
                : Unavailable($"The artifact cannot be had: {reading.Explanation}");
        }

        using (found)
        {
            // Nothing of it is in memory before there is room for it.
            var bytes = ShelfRoom.BytesToLoad(found.Length, isInteger);
            if (!_room.TryReserve(bytes))
                return Unavailable($"It takes {bytes} bytes to load, and of the {_options.MemoryBytes} for versions too many are in use.");
            var isKept = false;
            try
            {
                var source = new ArtifactSource(found.Length, token => ReadAsync(request, token));
                switch (await VersionLoader.LoadAsync(Describe(version), source, _limits, cancellationToken))
                {
                    case VersionLoading.Loaded(var loaded):
                        _room.Keep(loaded, bytes);
                        isKept = true;
                        return new VersionOnShelf.Ready(loaded);
                    case VersionLoading.Refused(var fault, var detail):
                        return Refuse(version.VersionId, $"{fault}: {detail}");
                    default:
                        throw new InvalidOperationException("There is an end of loading that the shelf does not know.");
                }
            }
            finally
            {
                if (!isKept)
                    _room.GiveBack(bytes);
            }
        }
    }

    private VersionOnShelf.Refused Refuse(Hash32 versionId, string details)
    {
        // A publisher's own words may stand in it, and are as long as that likes.
        var refused = new VersionOnShelf.Refused(
            new TurnedAway(TurnAwayReason.ArtifactRefused, details.Length <= LongestVerdict ? details : details[..LongestVerdict]));
        lock (_gate)
        {
            if (_refused.Count >= _options.MostVerdicts)
                _refused.Clear();
            _refused[versionId] = refused;
        }

        return refused;
    }

    private static VersionOnShelf.Unavailable Unavailable(string details) => new(TurnAwayReason.ArtifactUnavailable, details);

    // Read again when a model that was evicted is wanted: from the cache, or from afar if it has left that too.
    private async ValueTask<ReadOnlyMemory<byte>> ReadAsync(BlobRequest request, CancellationToken cancellationToken)
    {
        var reading = await _blobs.ReadAsync(request, cancellationToken);
        if (reading is not BlobReading.Found(var found, _))
            throw new IOException($"The artifact cannot be had: {reading.Explanation}");
        using (found)
            return await found.ReadAllAsync(Array.MaxLength, cancellationToken);
    }

    private static PublishedVersion Describe(KnownVersion version)
    {
        var semantics = version.Published.Semantics;
        return new(version.VersionId, version.Published.ArtifactHash, version.Published.SignatureHash, (SemanticsKind)semantics.Kind switch
        {
            SemanticsKind.Integer => new VersionSemantics.Integer(semantics.DescriptorHash),
            SemanticsKind.Float => new VersionSemantics.Float(new Tolerance((UInt128)semantics.ToleranceAbs, (UInt128)semantics.ToleranceRel)),
            _ => VersionSemantics.None.Instance,
        });
    }
}

/// <summary>What came of asking for a version.</summary>
public abstract record VersionOnShelf
{
    private VersionOnShelf()
    {
    }

    public sealed record Ready(LoadedVersion Version) : VersionOnShelf;

    /// <summary>It is not run here, for good.</summary>
    public sealed record Refused(TurnedAway Reason) : VersionOnShelf;

    /// <summary>It is not to be had now.</summary>
    public sealed record Unavailable(TurnAwayReason Reason, string Details) : VersionOnShelf;
}
