using OpenGradient.Contracts;
using OpenGradient.Contracts.Models;
using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Versions;

/// <summary>Makes the versions' rows from the register's logs, within the transaction that stores those.</summary>
internal sealed class VersionProjection(DatabaseSession session)
{
    /// <summary>Adds what was told.</summary>
    public async Task ContinueAsync(ILookup<Hash32, Log> told)
    {
        foreach (var version in told)
        {
            foreach (var log in version)
                await ApplyAsync(version.Key, log);
        }
    }

    /// <summary>Makes rows anew, from all that is left of what was told: nothing is left of a version that a reorganisation took away.</summary>
    public async Task RemakeAsync(IReadOnlyCollection<Hash32> subjects, ILookup<Hash32, Log> left)
    {
        foreach (var subject in subjects)
            await SetStatusAsync(subject, VersionStatus.Unknown);
        await ContinueAsync(left);
    }

    private async Task ApplyAsync(Hash32 versionId, Log log)
    {
        if (IModelRegistryContract.VersionPublishedEvent.TryDecode(log, out var published))
        {
            await session.ExecuteAsync(
                """
                INSERT INTO versions (version_id, model_id, status, published) VALUES (@VersionId, @ModelId, @Active, @Data)
                ON CONFLICT (version_id) DO UPDATE SET status = excluded.status
                """,
                new { published.VersionId, published.ModelId, Active = (int)VersionStatus.Active, Data = log.Data.ToArray() });
        }
        else if (IModelRegistryContract.VersionDeprecatedEvent.TryDecode(log, out _))
        {
            await SetStatusAsync(versionId, VersionStatus.Deprecated);
        }
        else if (IModelRegistryContract.VersionYankedEvent.TryDecode(log, out _))
        {
            await SetStatusAsync(versionId, VersionStatus.Yanked);
        }
    }

    private Task<int> SetStatusAsync(Hash32 versionId, VersionStatus status) => session.ExecuteAsync(
        "UPDATE versions SET status = @Status WHERE version_id = @VersionId", new { VersionId = versionId, Status = (int)status });
}
