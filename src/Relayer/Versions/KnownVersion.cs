using OpenGradient.Contracts;
using OpenGradient.Contracts.Models;
using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Versions;

/// <summary>A version as its publisher has published it, and whether it may still be used.</summary>
/// <param name="VersionId">The version.</param>
/// <param name="ModelId">Of which model.</param>
/// <param name="Status">How far it may be used; unknown while a reorganisation has taken it away.</param>
/// <param name="Published">What was published.</param>
public sealed record KnownVersion(Hash32 VersionId, Hash32 ModelId, VersionStatus Status, IModelRegistryContract.Version Published)
{
    /// <summary>Reads one; null where nothing was told of it.</summary>
    internal static async Task<KnownVersion?> FindAsync(DatabaseSession session, Hash32 versionId) =>
        await session.QuerySingleOrDefaultAsync<Row>(
            "SELECT version_id AS VersionId, model_id AS ModelId, status AS Status, published AS Published FROM versions WHERE version_id = @versionId",
            new { versionId }) is { } row
            ? row.ToVersion()
            : null;

    private sealed class Row
    {
        public Hash32 VersionId { get; init; }

        public Hash32 ModelId { get; init; }

        public int Status { get; init; }

        public byte[] Published { get; init; } = [];

        public KnownVersion ToVersion()
        {
            var log = new Log(Address.Zero, [IModelRegistryContract.VersionPublishedEvent.Topic0, ModelId, VersionId], Published);
            return new KnownVersion(
                VersionId, ModelId, (VersionStatus)Status, IModelRegistryContract.VersionPublishedEvent.Decode(log).Version);
        }
    }
}
