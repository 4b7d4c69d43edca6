using System.Text.Json;
using OpenGradient.Blobs;
using OpenGradient.Database;
using OpenGradient.Database.Migrations;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Fetching;

/// <summary>Blobs that rows name, and what descriptions of models say, in the database.</summary>
internal static class BlobTable
{
    private const string Columns =
        """
        hash AS Hash, kinds AS Kinds, state AS State, found_at AS FoundAt, attempts AS Attempts, next_at AS NextAt, fetched_at AS FetchedAt, length AS Length,
          source AS Source, reason AS Reason
        """;

    public static MigrationSet Migrations { get; } = MigrationSet.FromResources("blobs", typeof(BlobTable).Assembly);

    public static Task<BlobRow?> FindAsync(DatabaseSession session, BlobHash hash) =>
        session.QuerySingleOrDefaultAsync<BlobRow>($"SELECT {Columns} FROM index_blobs WHERE hash = @Value", new { hash.Value });

    /// <summary>What is to be tried now. What was never tried comes first, so that nobody who names many that nobody has holds up the others.</summary>
    public static Task<IReadOnlyList<BlobRow>> DueAsync(DatabaseSession session, long now, int most) => session.QueryAsync<BlobRow>(
        $"SELECT {Columns} FROM index_blobs WHERE state = 'waiting' AND next_at <= @now ORDER BY attempts, next_at LIMIT @most", new { now, most });

    /// <summary>When the next one is due; null where none waits.</summary>
    public static Task<long?> NextAtAsync(DatabaseSession session) =>
        session.QuerySingleOrDefaultAsync<long?>("SELECT MIN(next_at) FROM index_blobs WHERE state = 'waiting'");

    /// <summary>How many blobs are in a state.</summary>
    public static Task<long> CountAsync(DatabaseSession session, string state) =>
        session.QuerySingleAsync<long>("SELECT COUNT(*) FROM index_blobs WHERE state = @state", new { state });

    /// <summary>What a blob is known as; nothing for one that is not known.</summary>
    public static async Task<BlobKinds> KindsAsync(DatabaseSession session, Hash32 hash) =>
        (BlobKinds)await session.QuerySingleOrDefaultAsync<long>("SELECT kinds FROM index_blobs WHERE hash = @hash", new { hash });

    /// <summary>Notes that a row names a blob. One that turns out to be something else, too, is looked at again.</summary>
    public static Task WantAsync(DatabaseSession session, Hash32 hash, BlobKinds kind, long now) => session.ExecuteAsync(
        """
        INSERT INTO index_blobs (hash, kinds, state, found_at, attempts, next_at) VALUES (@hash, @Kind, 'waiting', @now, 0, @now)
        ON CONFLICT (hash) DO UPDATE SET kinds = index_blobs.kinds | excluded.kinds, state = 'waiting', attempts = 0, next_at = excluded.next_at
        WHERE index_blobs.kinds <> (index_blobs.kinds | excluded.kinds)
        """,
        new { hash, Kind = (long)kind, now });

    /// <summary>Writes what became of an attempt, and what it says where it is a description.</summary>
    public static async Task WriteAsync(DatabaseSession session, BlobRow row, MetadataReading? read, long now)
    {
        await session.ExecuteAsync(
            """
            UPDATE index_blobs SET state = @State, attempts = @Attempts, next_at = @NextAt, fetched_at = @FetchedAt, length = @Length, source = @Source, reason = @Reason
            WHERE hash = @Hash
            """,
            new { row.Hash, row.State, row.Attempts, row.NextAt, row.FetchedAt, row.Length, row.Source, row.Reason });
        if (read is null)
            return;
        var told = (read as MetadataReading.Good)?.Document;
        await session.ExecuteAsync(
            """
            INSERT INTO model_metadata (hash, uri, name, description, versions, fault, read_at) VALUES (@Hash, @Uri, @Name, @Description, @Versions, @Fault, @now)
            ON CONFLICT (hash) DO UPDATE SET name = excluded.name, description = excluded.description, versions = excluded.versions, fault = excluded.fault, read_at = excluded.read_at
            """,
            new
            {
                row.Hash,
                Uri = MetadataDocument.AddressOf(row.Name),
                Name = told?.Name,
                Description = told?.Description,
                Versions = told is null ? null : VersionsOf(told),
                Fault = (read as MetadataReading.Faulty)?.Fault,
                now,
            });
    }

    /// <summary>What a description says; null where it was not read.</summary>
    public static Task<MetadataRow?> MetadataAsync(DatabaseSession session, BlobHash hash) => session.QuerySingleOrDefaultAsync<MetadataRow>(
        "SELECT name AS Name, description AS Description, versions AS Versions, fault AS Fault FROM model_metadata WHERE hash = @Value", new { hash.Value });

    /// <summary>How many descriptions were read: answers that show them change with it.</summary>
    public static Task<long> MetadataCountAsync(DatabaseSession session) => session.QuerySingleAsync<long>("SELECT COUNT(*) FROM model_metadata");

    /// <summary>A blob left the cache to make room.</summary>
    public static Task EvictAsync(DatabaseSession session, BlobHash hash) =>
        session.ExecuteAsync("UPDATE index_blobs SET state = 'evicted' WHERE hash = @Value AND state = 'held'", new { hash.Value });

    /// <summary>Somebody asked for a blob that was here once, and is not any more: it is fetched again.</summary>
    public static Task RecallAsync(DatabaseSession session, BlobHash hash, long now) => session.ExecuteAsync(
        "UPDATE index_blobs SET state = 'waiting', attempts = 0, next_at = @now WHERE hash = @Value AND state IN ('held', 'evicted')", new { hash.Value, now });

    /// <summary>Where the sources are others than they were, everything that could not be had is tried anew.</summary>
    public static async Task HoldSourcesAsync(DatabaseSession session, Hash32 fingerprint, long now)
    {
        if (await session.QuerySingleOrDefaultAsync<Hash32?>("SELECT fingerprint FROM index_blob_sources") == fingerprint)
            return;
        await session.ExecuteAsync("DELETE FROM index_blob_sources");
        await session.ExecuteAsync("INSERT INTO index_blob_sources (fingerprint) VALUES (@fingerprint)", new { fingerprint });
        await session.ExecuteAsync("UPDATE index_blobs SET state = 'waiting', attempts = 0, next_at = @now WHERE state IN ('waiting', 'given_up')", new { now });
    }

    /// <summary>Up to which row a table was looked through; -1 where it is another than it was.</summary>
    public static async Task<long> PlaceAsync(DatabaseSession session, string source, Hash32 fingerprint) =>
        await session.QuerySingleOrDefaultAsync<long?>("SELECT last FROM index_blob_places WHERE source = @source AND fingerprint = @fingerprint", new { source, fingerprint }) ?? -1;

    public static Task PlaceAsync(DatabaseSession session, string source, Hash32 fingerprint, long last) => session.ExecuteAsync(
        """
        INSERT INTO index_blob_places (source, fingerprint, last) VALUES (@source, @fingerprint, @last)
        ON CONFLICT (source) DO UPDATE SET fingerprint = excluded.fingerprint, last = excluded.last
        """,
        new { source, fingerprint, last });

    // Written anew: nothing of a stranger's form is kept.
    private static string VersionsOf(MetadataDocument document) => JsonSerializer.Serialize(
        document.Versions.Select(version => new { number = version.Number, file = version.File, bytes = version.Bytes, use = version.Use }));
}

/// <summary>What a description says, or why it counts for nothing.</summary>
internal sealed record MetadataRow
{
    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>A JSON list.</summary>
    public string? Versions { get; init; }

    public string? Fault { get; init; }
}
