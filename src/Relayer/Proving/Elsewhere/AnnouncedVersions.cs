using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Scheduling;

namespace OpenGradient.Relayer.Proving.Elsewhere;

/// <summary>
/// What processes that prove tell a relayer that leaves its proofs to them, on the database that they share: of which versions a proof would be there in time, and which they do not prove. What one says
/// counts while it lives; one that is started again says it again.
/// </summary>
/// <param name="database">Where.</param>
/// <param name="register">Who lives.</param>
public sealed class AnnouncedVersions(IDatabase database, InstanceRegister register)
{
    /// <summary>How many versions a prover is asked to get ready at once.</summary>
    public const int Most = 64;

    private const int LongestRefusal = 500;
    private const int MostAnswers = 512;
    private const int MostWaited = 4_096;

    private static readonly string IsWaited =
        $"assurance = {(int)Assurance.Proven} AND due_at IS NOT NULL AND answer_commit IS NULL AND ended = 0 AND waiting_for = {(int)WaitingFor.Prover}";

    /// <summary>The versions of proofs that were begun.</summary>
    internal static readonly string Begun = $"SELECT version_id FROM proofs WHERE due_at IS NOT NULL ORDER BY due_at LIMIT {Most}";

    /// <summary>The versions of answers that are in no proof.</summary>
    internal static readonly string Answered =
        $"""
        SELECT version_id FROM (
          SELECT version_id, deadline FROM jobs
          WHERE assurance = {(int)Assurance.Proven} AND ended = 0 AND proof_id IS NULL AND answer_commit IS NOT NULL AND turned_away = 0 AND stage IN ({(int)Stage.Open}, {(int)Stage.Claimed})
          ORDER BY deadline LIMIT {MostAnswers}) AS answers
        GROUP BY version_id ORDER BY MIN(deadline), version_id LIMIT {Most}
        """;

    /// <summary>The versions that requests wait for: however many wait for one, a row is read of it to find it, and one to find its first deadline.</summary>
    internal static readonly string Waited =
        $"""
        WITH RECURSIVE waited (version_id, place) AS (
          SELECT (SELECT version_id FROM jobs WHERE {IsWaited} ORDER BY version_id LIMIT 1), 1
          UNION ALL
          SELECT (SELECT jobs.version_id FROM jobs WHERE {IsWaited} AND jobs.version_id > waited.version_id ORDER BY jobs.version_id LIMIT 1), waited.place + 1
          FROM waited WHERE waited.version_id IS NOT NULL AND waited.place < {MostWaited})
        SELECT version_id FROM (
          SELECT waited.version_id AS version_id, (SELECT deadline FROM jobs WHERE {IsWaited} AND jobs.version_id = waited.version_id ORDER BY deadline LIMIT 1) AS deadline
          FROM waited WHERE waited.version_id IS NOT NULL) AS found
        ORDER BY deadline, version_id LIMIT {Most}
        """;

    /// <summary>
    /// Says what holds in this process now, in the place of what it has said before: only what differs is written. What the dead have said goes with it. A word counts while the process lives that gave it:
    /// one that is lost with a loss of power is lost with its process, or is said again when that looks whether all of it still stands. So nobody waits for a disk.
    /// </summary>
    public Task TellAsync(IReadOnlyCollection<AnnouncedVersion> versions, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            await session.ExecuteAsync(
                "DELETE FROM announced_versions WHERE owner <> @Owner AND NOT EXISTS (SELECT 1 FROM instances WHERE instances.owner = announced_versions.owner)", new { register.Owner });
            var said = (await session.QueryAsync<Row>(
                "SELECT version_id AS VersionId, is_in_time AS IsInTime, cache_percent AS CachePercent, refusal AS Refusal FROM announced_versions WHERE owner = @Owner",
                new { register.Owner })).Select(row => new AnnouncedVersion(row.VersionId, row.IsInTime, row.CachePercent, row.Refusal)).ToHashSet();
            var now = versions.Select(version => version with { Refusal = Shortened(version.Refusal) }).ToHashSet();
            foreach (var gone in said.Except(now))
                await session.ExecuteAsync("DELETE FROM announced_versions WHERE owner = @Owner AND version_id = @VersionId", new { register.Owner, gone.VersionId });
            return await session.ExecuteManyAsync(
                "INSERT INTO announced_versions (owner, version_id, is_in_time, cache_percent, refusal) VALUES (@Owner, @VersionId, @IsInTime, @CachePercent, @Refusal)",
                now.Except(said).Select(version => new { register.Owner, version.VersionId, version.IsInTime, version.CachePercent, version.Refusal }).ToList());
        },
        Durability.Relaxed, cancellationToken);

    /// <summary>The best that a living prover says of a version; null where none says anything. Only the living are looked at: crashed ones may be many.</summary>
    public async Task<HeardVersion?> FindAsync(Hash32 versionId, CancellationToken cancellationToken)
    {
        var (now, silence) = register.Living;
        var rows = await database.ReadAsync(
            session => session.QueryAsync<Row>(
                $"""
                SELECT said.is_in_time AS IsInTime, said.cache_percent AS CachePercent, said.refusal AS Refusal,
                  EXISTS (
                    SELECT 1 FROM instances other WHERE other.role = @Prover AND {InstanceRegister.IsLiving(session, "other")}
                      AND NOT EXISTS (SELECT 1 FROM announced_versions its WHERE its.owner = other.owner AND its.version_id = @VersionId)) AS OthersAreSilent
                FROM announced_versions said JOIN instances prover ON prover.owner = said.owner
                WHERE said.version_id = @VersionId AND prover.role = @Prover AND {InstanceRegister.IsLiving(session, "prover")}
                ORDER BY said.is_in_time DESC, said.refusal IS NOT NULL, said.cache_percent DESC, said.owner LIMIT 1
                """,
                new { VersionId = versionId, Prover = (int)InstanceRole.Prover, Now = now, Silence = silence }),
            cancellationToken);
        return rows.Count == 0 ? null : new HeardVersion(new AnnouncedVersion(versionId, rows[0].IsInTime, rows[0].CachePercent, rows[0].Refusal), rows[0].OthersAreSilent);
    }

    /// <summary>
    /// The versions that whoever proves makes itself ready for. First those of answers that wait to be proven, which may have been claimed; then those for whose proofs requests wait that were not
    /// run yet. The most urgent of each come first.
    /// </summary>
    public Task<IReadOnlyList<Hash32>> WantedAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async session => (IReadOnlyList<Hash32>)[.. (await session.QueryAsync<Hash32>(Begun, new { })).Concat(await session.QueryAsync<Hash32>(Answered, new { }))
            .Concat(await session.QueryAsync<Hash32>(Waited, new { })).Distinct().Take(Most)],
        cancellationToken);

    private static string? Shortened(string? refusal) => refusal?.Length > LongestRefusal ? refusal[..LongestRefusal] : refusal;

    private sealed class Row
    {
        public Hash32 VersionId { get; init; }

        public bool IsInTime { get; init; }

        public int CachePercent { get; init; }

        public string? Refusal { get; init; }

        public bool OthersAreSilent { get; init; }
    }
}

/// <summary>What a prover says of a version.</summary>
/// <param name="VersionId">Which.</param>
/// <param name="IsInTime">Whether a proof of a lone answer would be there within the limit, were it begun now.</param>
/// <param name="CachePercent">How much of its cache is filled.</param>
/// <param name="Refusal">Why it does not prove it, however long one waits; null where it does.</param>
public sealed record AnnouncedVersion(Hash32 VersionId, bool IsInTime, int CachePercent, string? Refusal = null);

/// <summary>What is heard of a version.</summary>
/// <param name="Best">The best that was said of it.</param>
/// <param name="OthersAreSilent">Whether a prover lives that has said nothing of it.</param>
public sealed record HeardVersion(AnnouncedVersion Best, bool OthersAreSilent);
