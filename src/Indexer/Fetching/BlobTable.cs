using System.Text.Json;
using OpenGradient.Blobs;
using OpenGradient.Database;
using OpenGradient.Database.Migrations;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Fetching;

/// <summary>Blobs that rows name, and what descriptions say, in the database.</summary>
internal static class BlobTable
{
    private const string Columns =
        """
        hash AS Hash, kinds AS Kinds, state AS State, found_at AS FoundAt, attempts AS Attempts, misses AS Misses, next_at AS NextAt, fetched_at AS FetchedAt,
          length AS Length, source AS Source, reason AS Reason
        """;

    // These texts stand in the indexes, too, and only a question that has them word for word is answered by those.
    private const string IsWanted = "next_at > 0 AND state <> 'given_up'";
    private const string NeverTried = "attempts = 0";
    private const string Tried = "attempts > 0";
    private const string Anew = "state = 'waiting', attempts = 0, misses = 0, next_at = CASE WHEN next_at > @now THEN next_at ELSE @now END";
    private const string MetadataChanges = "metadata";

    /// <summary>How many are in a state is asked by this.</summary>
    public const string CountText = "SELECT COUNT(*) FROM index_blobs WHERE state = @state";

    public static MigrationSet Migrations { get; } = MigrationSet.FromResources("blobs", typeof(BlobTable).Assembly);

    public static Task<BlobRow?> FindAsync(DatabaseSession session, BlobHash hash) =>
        session.QuerySingleOrDefaultAsync<BlobRow>($"SELECT {Columns} FROM index_blobs WHERE hash = @Value", new { hash.Value });

    /// <summary>
    /// What is to be tried now, at most so many. What was never tried comes first, so that nobody who names many that nobody has holds up those that come
    /// after him; then what is due for longest.
    /// </summary>
    public static async Task<IReadOnlyList<BlobRow>> DueAsync(DatabaseSession session, BlobTurn turn, long now, int most)
    {
        var fresh = await session.QueryAsync<BlobRow>(DueText(turn, NeverTried), new { now, most });
        return fresh.Count == most ? fresh : [.. fresh, .. await session.QueryAsync<BlobRow>(DueText(turn, Tried), new { now, most = most - fresh.Count })];
    }

    /// <summary>When the next one is due after now; null where none waits.</summary>
    public static async Task<long?> NextAtAsync(DatabaseSession session, BlobTurn turn, long now)
    {
        var fresh = await session.QuerySingleOrDefaultAsync<long?>(NextText(turn, NeverTried), new { now });
        var tried = await session.QuerySingleOrDefaultAsync<long?>(NextText(turn, Tried), new { now });
        return fresh is { } one && tried is { } other ? Math.Min(one, other) : fresh ?? tried;
    }

    /// <summary>What is asked for what is due, or when the next is: two texts each, over the two indexes of what is wanted.</summary>
    public static IEnumerable<string> HotTexts =>
        from turn in Enum.GetValues<BlobTurn>()
        from tried in (string[])[NeverTried, Tried]
        from text in (string[])[DueText(turn, tried), NextText(turn, tried)]
        select text;

    /// <summary>How many blobs are in a state.</summary>
    public static Task<long> CountAsync(DatabaseSession session, string state) => session.QuerySingleAsync<long>(CountText, new { state });

    /// <summary>What a blob is known as, nothing for one that is not known, and whether it was given up.</summary>
    public static async Task<(BlobKinds Kinds, bool IsGivenUp)> KnownAsync(DatabaseSession session, Hash32 hash)
    {
        var row = await session.QuerySingleOrDefaultAsync<BlobRow>("SELECT kinds AS Kinds, state AS State FROM index_blobs WHERE hash = @hash", new { hash });
        return ((BlobKinds)(row?.Kinds ?? 0), row?.State == BlobRow.GivenUp);
    }

    /// <summary>
    /// Notes that a row names a blob. One that turns out to be something else, too, is looked at again; what is here stays here meanwhile, and can be read.
    /// </summary>
    public static Task WantAsync(DatabaseSession session, Hash32 hash, BlobKinds kind, long now) => session.ExecuteAsync(
        """
        INSERT INTO index_blobs (hash, kinds, state, found_at, attempts, next_at) VALUES (@hash, @Kind, 'waiting', @now, 0, @now)
        ON CONFLICT (hash) DO UPDATE SET kinds = index_blobs.kinds | excluded.kinds, attempts = 0, misses = 0, next_at = excluded.next_at,
          state = CASE WHEN index_blobs.state IN ('held', 'evicted') THEN index_blobs.state ELSE 'waiting' END
        WHERE index_blobs.kinds <> (index_blobs.kinds | excluded.kinds)
        """,
        new { hash, Kind = (long)kind, now });

    /// <summary>Notes that a new row names what was given up: it is tried anew, once it has rested.</summary>
    public static Task RenewAsync(DatabaseSession session, Hash32 hash, long now) => session.ExecuteAsync(
        $"UPDATE index_blobs SET {Anew} WHERE hash = @hash AND state = 'given_up'", new { hash, now });

    /// <summary>
    /// Writes what became of an attempt, and what it says where it is a description. Nothing, where it turned out meanwhile to be something else, too: then it is
    /// to be looked at again anyway.
    /// </summary>
    public static async Task WriteAsync(DatabaseSession session, BlobRow row, MetadataReading? read, long now)
    {
        var written = await session.ExecuteAsync(
            """
            UPDATE index_blobs SET state = @State, attempts = @Attempts, misses = @Misses, next_at = @NextAt, fetched_at = @FetchedAt, length = @Length, source = @Source,
              reason = @Reason
            WHERE hash = @Hash AND kinds = @Kinds
            """,
            new { row.Hash, row.Kinds, row.State, row.Attempts, row.Misses, row.NextAt, row.FetchedAt, row.Length, row.Source, row.Reason });
        if (written == 0 || read is null)
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
                Fault = told is null ? MetadataDocument.CountsForNothing : null,
                now,
            });
        await session.ExecuteAsync("UPDATE index_blob_changes SET count = count + 1 WHERE what = @MetadataChanges", new { MetadataChanges });
    }

    /// <summary>What a description says; null where it was not read.</summary>
    public static Task<MetadataRow?> MetadataAsync(DatabaseSession session, BlobHash hash) => session.QuerySingleOrDefaultAsync<MetadataRow>(
        "SELECT name AS Name, description AS Description, versions AS Versions, fault AS Fault FROM model_metadata WHERE hash = @Value", new { hash.Value });

    /// <summary>How often a description was read: answers that show them change with it.</summary>
    public static Task<long> MetadataCountAsync(DatabaseSession session) =>
        session.QuerySingleAsync<long>("SELECT count FROM index_blob_changes WHERE what = @MetadataChanges", new { MetadataChanges });

    /// <summary>A blob left the cache to make room.</summary>
    public static Task EvictAsync(DatabaseSession session, BlobHash hash) =>
        session.ExecuteAsync("UPDATE index_blobs SET state = 'evicted' WHERE hash = @Value AND state = 'held'", new { hash.Value });

    /// <summary>Somebody asked for a blob that was here once, and is not any more: it is fetched again. One that was given up since rests first.</summary>
    public static Task RecallAsync(DatabaseSession session, BlobHash hash, long now) => session.ExecuteAsync(
        $"UPDATE index_blobs SET {Anew} WHERE hash = @Value AND (state IN ('held', 'evicted') OR (state = 'given_up' AND fetched_at IS NOT NULL))", new { hash.Value, now });

    /// <summary>Where the sources are others than they were, everything that could not be had is tried anew.</summary>
    public static async Task HoldSourcesAsync(DatabaseSession session, Hash32 fingerprint, long now)
    {
        if (await session.QuerySingleOrDefaultAsync<Hash32?>("SELECT fingerprint FROM index_blob_sources") == fingerprint)
            return;
        await session.ExecuteAsync("DELETE FROM index_blob_sources");
        await session.ExecuteAsync("INSERT INTO index_blob_sources (fingerprint) VALUES (@fingerprint)", new { fingerprint });
        await session.ExecuteAsync("UPDATE index_blobs SET state = 'waiting', attempts = 0, misses = 0, next_at = @now WHERE state IN ('waiting', 'given_up')", new { now });
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

    private static string DueText(BlobTurn turn, string tried) =>
        $"SELECT {Columns} FROM index_blobs WHERE {Whose(turn)} AND {IsWanted} AND {tried} AND next_at <= @now ORDER BY next_at LIMIT @most";

    private static string NextText(BlobTurn turn, string tried) =>
        $"SELECT next_at FROM index_blobs WHERE {Whose(turn)} AND {IsWanted} AND {tried} AND next_at > @now ORDER BY next_at LIMIT 1";

    // Evidence that is named as a description, too, is still evidence. Written out, since an index is entered by single values.
    private static string Whose(BlobTurn turn) => turn == BlobTurn.Evidence ? "kinds IN (2, 3)" : "kinds = 1";

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
