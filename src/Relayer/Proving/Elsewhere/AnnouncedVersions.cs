using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Scheduling;

namespace OpenGradient.Relayer.Proving.Elsewhere;

/// <summary>
/// What processes that prove tell a relayer that leaves its proofs to them, on the database that they share: of which versions a proof would be there in time. What one says counts
/// while it lives; one that is started again says it again.
/// </summary>
/// <param name="database">Where.</param>
/// <param name="register">Who lives.</param>
public sealed class AnnouncedVersions(IDatabase database, InstanceRegister register)
{
    /// <summary>How many versions a prover is asked to get ready at once, and how many provers are heard of one.</summary>
    public const int Most = 64;

    /// <summary>Says what holds in this process now, in the place of what it has said before. What the dead have said goes with it.</summary>
    public Task TellAsync(IReadOnlyCollection<AnnouncedVersion> versions, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            await session.ExecuteAsync(
                "DELETE FROM announced_versions WHERE owner = @Owner OR NOT EXISTS (SELECT 1 FROM instances WHERE instances.owner = announced_versions.owner)", new { register.Owner });
            return await session.ExecuteManyAsync(
                "INSERT INTO announced_versions (owner, version_id, is_in_time, cache_percent) VALUES (@Owner, @VersionId, @IsInTime, @CachePercent)",
                versions.Select(version => new { register.Owner, version.VersionId, version.IsInTime, version.CachePercent }).ToList());
        },
        cancellationToken);

    /// <summary>The best that a living prover says of a version; null where none says anything.</summary>
    public async Task<AnnouncedVersion?> FindAsync(Hash32 versionId, CancellationToken cancellationToken)
    {
        var said = await database.ReadAsync(
            session => session.QueryAsync<Row>(
                $"SELECT owner AS Owner, is_in_time AS IsInTime, cache_percent AS CachePercent FROM announced_versions WHERE version_id = @versionId ORDER BY owner LIMIT {Most}", new { versionId }),
            cancellationToken);
        if (said.Count == 0)
            return null;
        var living = (await register.ListAsync(cancellationToken)).Where(instance => instance is { IsAlive: true, Role: InstanceRole.Prover })
            .Select(instance => instance.Owner).ToHashSet(StringComparer.Ordinal);
        return said.Where(row => living.Contains(row.Owner)).OrderByDescending(row => row.IsInTime).ThenByDescending(row => row.CachePercent)
            .Select(row => new AnnouncedVersion(versionId, row.IsInTime, row.CachePercent)).FirstOrDefault();
    }

    /// <summary>The versions for whose proofs requests wait that were not run yet, the most urgent first: whoever proves makes itself ready for them.</summary>
    public Task<IReadOnlyList<Hash32>> WantedAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session => session.QueryAsync<Hash32>(
            $"""
            SELECT version_id FROM jobs WHERE assurance = {(int)Assurance.Proven} AND due_at IS NOT NULL AND answer_commit IS NULL AND ended = 0 AND waiting_for = {(int)WaitingFor.Prover}
            GROUP BY version_id ORDER BY MIN(deadline), version_id LIMIT {Most}
            """,
            new { }),
        cancellationToken);

    private sealed class Row
    {
        public string Owner { get; init; } = "";

        public bool IsInTime { get; init; }

        public int CachePercent { get; init; }
    }
}

/// <summary>What a prover says of a version.</summary>
/// <param name="VersionId">Which.</param>
/// <param name="IsInTime">Whether a proof of a lone answer would be there within the limit, were it begun now.</param>
/// <param name="CachePercent">How much of its cache is filled.</param>
public sealed record AnnouncedVersion(Hash32 VersionId, bool IsInTime, int CachePercent);
