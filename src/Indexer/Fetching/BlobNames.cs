using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Fetching;

/// <summary>
/// Finds the names of blobs in rows. Rows that are final are looked at once, and those above at every look: so a reorganisation needs nothing of its own.
/// A family that is being filled in is looked at when it is whole.
/// </summary>
internal sealed class BlobNames(IReadOnlyList<EventFamily> families)
{
    private const int Batch = 1_000;

    // Evidence is taken from registrations alone: there a quorum of attesters, or a verifier on the chain, stands for what the hash is of. A receipt names
    // its key's.
    private static readonly (string Family, string Table, string Column, BlobKinds Kind)[] Places =
    [
        ("keys", "keys_registered", "evidence_hash", BlobKinds.Evidence),
        ("models", "models_created", "metadata_uri", BlobKinds.Metadata),
        ("models", "models_metadata_changed", "metadata_uri", BlobKinds.Metadata),
        ("nodes", "nodes_registered", "metadata_uri", BlobKinds.Metadata),
        ("nodes", "nodes_changed", "metadata_uri", BlobKinds.Metadata),
    ];

    /// <summary>Looks once at each table, and notes what is new. Gives whether anything was, and whether there may be more at once.</summary>
    public async Task<(bool HasNews, bool HasMore)> LookAsync(IDatabase database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (hasNews, hasMore) = (false, false);
        foreach (var (name, table, column, kind) in Places)
        {
            if (families.FirstOrDefault(family => family.Name == name) is not { } family)
                continue;
            var found = await database.ReadAsync(session => FindAsync(session, family, table, column, kind), cancellationToken);
            if (found.Names.Count > 0 || found.Last > found.From)
                await database.WriteAsync(session => NoteAsync(session, family, table, kind, found, clock), cancellationToken);
            hasNews |= found.Names.Count + found.Renewed.Count > 0;
            hasMore |= found.HasMore;
        }

        return (hasNews, hasMore);
    }

    private static async Task<Found> FindAsync(DatabaseSession session, EventFamily family, string table, string column, BlobKinds kind)
    {
        var head = await Lanes.Table.ReadAsync(session, IndexSink.Head);
        var from = await BlobTable.PlaceAsync(session, table, family.Fingerprint);
        if (head.IsEmpty || await FamilyStore.HasGapAsync(session, family.Name))
            return new Found([], [], from, from, HasMore: false);
        var rows = kind == BlobKinds.Evidence
            ? (await session.QueryAsync<HashRow>(TextOf(table, column), new { from, Batch })).Select(row => (row.Id, Hash: (Hash32?)row.Name)).ToList()
            : (await session.QueryAsync<UriRow>(TextOf(table, column), new { from, Batch })).Select(row => (row.Id, Hash: MetadataDocument.BlobIn(row.Name)?.Value)).ToList();
        var open = RowId.FirstOf(head.Final.Number + 1).Value;
        var last = rows.Where(row => row.Id < open).Select(row => row.Id).DefaultIfEmpty(from).Max();
        // A row that is final is looked at no more: it names what was given up once, and not at every look.
        var final = rows.Where(row => row.Id <= last).Select(row => row.Hash).OfType<Hash32>().ToHashSet();
        var (names, renewed) = (new List<Hash32>(), new List<Hash32>());
        foreach (var hash in rows.Select(row => row.Hash).OfType<Hash32>().Where(hash => hash != Hash32.Zero).Distinct())
        {
            var known = await BlobTable.KnownAsync(session, hash);
            if ((known.Kinds & kind) == BlobKinds.None)
                names.Add(hash);
            else if (known.IsGivenUp && final.Contains(hash))
                renewed.Add(hash);
        }

        return new Found(names, renewed, from, last, HasMore: rows.Count == Batch && last > from);
    }

    private static async Task NoteAsync(DatabaseSession session, EventFamily family, string table, BlobKinds kind, Found found, TimeProvider clock)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var hash in found.Names)
            await BlobTable.WantAsync(session, hash, kind, now);
        foreach (var hash in found.Renewed)
            await BlobTable.RenewAsync(session, hash, now);
        await BlobTable.PlaceAsync(session, table, family.Fingerprint, found.Last);
    }

    private static string TextOf(string table, string column) => $"SELECT id AS Id, {column} AS Name FROM {table} WHERE id > @from ORDER BY id LIMIT @Batch";

    private sealed record Found(IReadOnlyList<Hash32> Names, IReadOnlyList<Hash32> Renewed, long From, long Last, bool HasMore);

    private sealed class HashRow
    {
        public long Id { get; init; }

        public Hash32 Name { get; init; }
    }

    private sealed class UriRow
    {
        public long Id { get; init; }

        public string Name { get; init; } = "";
    }
}
