using System.Collections.Concurrent;
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
/// anything runs. What was refused once is refused from then on, since versions never change.
/// </summary>
public sealed class VersionShelf(IDatabase database, BlobReader blobs, ServedVersions served, ArtifactLimits limits)
{
    private const int MostKept = 1_024;

    private readonly ConcurrentDictionary<Hash32, VersionLoading> _loaded = new();

    /// <summary>What was published of a version; null where the chain has told nothing of it.</summary>
    public Task<KnownVersion?> FindAsync(Hash32 versionId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => KnownVersion.FindAsync(session, versionId), cancellationToken);

    public bool Serves(Hash32 versionId) => served.Includes(versionId);

    /// <summary>The version, ready to be asked.</summary>
    public async Task<VersionOnShelf> TakeAsync(KnownVersion version, CancellationToken cancellationToken)
    {
        if (!_loaded.TryGetValue(version.VersionId, out var loading))
        {
            switch (await LoadAsync(version, cancellationToken))
            {
                case (null, var unavailable):
                    return unavailable!;
                case (var loaded, _):
                    loading = loaded;
                    break;
            }

            if (_loaded.Count >= MostKept)
                _loaded.Clear();
            _loaded[version.VersionId] = loading;
        }

        return loading switch
        {
            VersionLoading.Loaded(var ready) => new VersionOnShelf.Ready(ready),
            VersionLoading.Refused(var fault, var detail) =>
                new VersionOnShelf.Refused(new TurnedAway(TurnAwayReason.ArtifactRefused, $"{fault}: {detail}")),
            _ => throw new InvalidOperationException("There is an end of loading that the shelf does not know."),
        };
    }

    private async Task<(VersionLoading? Loading, VersionOnShelf? Unavailable)> LoadAsync(KnownVersion version, CancellationToken cancellationToken)
    {
        var request = new BlobRequest(new BlobHash(version.Published.ArtifactHash)) { Uris = version.Published.Uris, MaxBytes = limits.MaxBytes };
        var reading = await blobs.ReadAsync(request, cancellationToken);
        if (reading is not BlobReading.Found(var found, _))
        {
            return (null, reading is BlobReading.TooLarge
                ? new VersionOnShelf.Refused(new TurnedAway(TurnAwayReason.ArtifactRefused, reading.Explanation))
                : new VersionOnShelf.Unavailable(TurnAwayReason.ArtifactUnavailable, $"The artifact cannot be had: {reading.Explanation}"));
        }

        using (found)
        {
            var source = new ArtifactSource(found.Length, token => ReadAsync(request, token));
            return (await VersionLoader.LoadAsync(Describe(version), source, limits, cancellationToken), null);
        }
    }

    // Read again when a model that was evicted is wanted: from the cache, or from afar if it has left that too.
    private async ValueTask<ReadOnlyMemory<byte>> ReadAsync(BlobRequest request, CancellationToken cancellationToken)
    {
        var reading = await blobs.ReadAsync(request, cancellationToken);
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
