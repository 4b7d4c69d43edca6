using System.Text.Json;
using Dapper;
using OpenGradient.Database;
using OpenGradient.Database.Cursors;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Balances;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Storage;

/// <summary>
/// What is indexed, as the database knows it. A family that is new, or not what it was, begins anew beside the others: the head goes back
/// to its final block, which nothing can replace, and takes the family along from there; what lies below is filled in by a lane of its own.
/// </summary>
public static class FamilyStore
{
    /// <summary>What is known of all families is asked for so, where more is asked in one message; each is a <see cref="FamilyEntry"/>.</summary>
    internal const string Entries =
        """
        SELECT name AS Name, fingerprint AS Fingerprint, first_block AS FirstBlock, gap_last AS GapLast, is_in_order AS IsInOrder, is_indexed AS IsIndexed,
          tables AS Tables
        FROM index_families
        """;

    /// <summary>Brings tables and entries in step with what is wanted. To be called before any follower starts.</summary>
    /// <exception cref="IndexerException">
    /// The database is about another chain, or holds a family that is not wanted any more; or two things would have one name.
    /// </exception>
    public static Task PrepareAsync(
        IDatabase database, ChainId chain, IReadOnlyList<EventFamily> families, bool dropsOthers = false, TimeProvider? clock = null,
        CancellationToken cancellationToken = default)
    {
        if (TakenNames.FaultOf(families) is { } fault)
            throw new IndexerException(fault, TakenNames.Remedy);
        var now = (clock ?? TimeProvider.System).GetUtcNow();
        return database.WriteAsync(session => PrepareAsync(session, chain, families, dropsOthers, now), cancellationToken);
    }

    /// <summary>What is known of each family.</summary>
    public static Task<IReadOnlyList<FamilyEntry>> ReadAsync(DatabaseSession session) => session.QueryAsync<FamilyEntry>($"{Entries} ORDER BY name");

    /// <summary>What is known of one family; null where there is none of that name.</summary>
    internal static Task<FamilyEntry?> FindAsync(DatabaseSession session, string family) =>
        session.QuerySingleOrDefaultAsync<FamilyEntry>($"{Entries} WHERE name = @family", new { family });

    /// <summary>The lane in which a family is filled in.</summary>
    public static string LaneOf(EventFamily family) => "fill:" + family.Name;

    /// <summary>
    /// Ends the filling-in of a family: from here on it is whole. One that is stored in order joins the head where both stand at the head's final
    /// block, and the head goes back to it; false says that the head's final block has moved on, and that so much more is to be filled in.
    /// </summary>
    /// <param name="database">Where.</param>
    /// <param name="chain">Which chain.</param>
    /// <param name="family">The family.</param>
    /// <param name="families">All families at the head.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <param name="clock">The time; the system's when null.</param>
    public static Task<bool> CompleteAsync(
        IDatabase database, ChainId chain, EventFamily family, IReadOnlyList<EventFamily> families, CancellationToken cancellationToken, TimeProvider? clock = null)
    {
        var now = (clock ?? TimeProvider.System).GetUtcNow();
        return database.WriteAsync(session => CompleteAsync(session, chain, family, families, now), cancellationToken);
    }

    /// <summary>
    /// Makes sure that a lane writes what the database is about, and takes it; gives what is known of all families, and the lane's place. Until the
    /// transaction ends nobody changes what that is.
    /// </summary>
    /// <exception cref="IndexerException">It is about other families, or these are not filled in any more.</exception>
    internal static async Task<(IReadOnlyDictionary<string, FamilyEntry> Known, ChainCursor Place)> RequireAsync(DatabaseSession session, IReadOnlyList<EventFamily> families, string lane)
    {
        var isHead = lane == IndexSink.Head;
        // In one message: a server is asked this many times a second. Its lock comes first, and the lane is taken after it.
        var held = session.Sql("", Hold("ROW SHARE") + "; ");
        var (entries, row) = await session.QueryTogetherAsync(
            $"{held}{Entries}; {Lanes.Table.QuestionToWrite(session.Engine)}", new { follower = lane },
            async answers => ((await answers.ReadAsync<FamilyEntry>()).AsList(), await answers.ReadSingleOrDefaultAsync<CursorRow>()));
        var known = entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        var strange = families.FirstOrDefault(family => !known.TryGetValue(family.Name, out var entry) || entry.Fingerprint != family.Fingerprint)?.Name;
        if (isHead)
            strange ??= known.Keys.FirstOrDefault(name => families.All(family => family.Name != name));
        if (strange is not null)
            throw new IndexerException($"Another process has changed what is indexed of {strange}.", "One process with one set of families writes a database: end this one, or the other.");
        if (!isHead && families.Any(family => known[family.Name].GapLast is null))
            throw new IndexerException($"{families[0].Name} was filled in by another process.", "Nothing is left to be done.");
        return (known, row?.ToCursor() ?? ChainCursor.None);
    }

    /// <summary>
    /// Makes the secondary indexes of families that have not all of theirs; takes some seconds for each million rows. Each is made in a transaction of its
    /// own, so that others write in between, and whoever is killed has lost one of them.
    /// </summary>
    public static async Task IndexAsync(IDatabase database, IReadOnlyList<EventFamily> families, CancellationToken cancellationToken)
    {
        foreach (var family in families)
        {
            foreach (var index in TableLayout.IndexesOf(family, database.Engine))
                await database.WriteAsync(session => ExecuteLongAsync(session, index.Create), cancellationToken);
            await database.WriteAsync(
                session => session.ExecuteAsync("UPDATE index_families SET is_indexed = @Yes WHERE name = @Name", new { Yes = true, family.Name }), cancellationToken);
        }
    }

    internal static async Task<bool> HasGapAsync(DatabaseSession session, string family) =>
        await session.QuerySingleOrDefaultAsync<long?>("SELECT gap_last FROM index_families WHERE name = @family", new { family }) is not null;

    private static async Task PrepareAsync(DatabaseSession session, ChainId chain, IReadOnlyList<EventFamily> families, bool dropsOthers, DateTimeOffset now)
    {
        if (families.FirstOrDefault(family => family.AnnouncedBy is { } from && families.All(other => other.Fingerprint != from.Source.Fingerprint)) is { } orphan)
            throw new IndexerException($"{orphan} is about contracts that {orphan.AnnouncedBy!.Source} announces, and that is not indexed.", "Name it, too.");
        await HoldAsync(session, "EXCLUSIVE");
        await CheckChainAsync(session, chain);
        var known = (await ReadAsync(session)).ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        var others = known.Keys.Except(families.Select(family => family.Name), StringComparer.Ordinal).ToList();
        if (others.Count > 0 && !dropsOthers)
        {
            throw new IndexerException(
                $"The database holds {string.Join(", ", others)}, which would not be followed any more.",
                "Name its contracts again, or allow what is not wanted to be dropped.");
        }

        var changed = families.Where(family => known.TryGetValue(family.Name, out var entry) && entry.Fingerprint != family.Fingerprint).ToList();
        await ViewStore.DropAsync(session, families, dropsAll: others.Count > 0 || changed.Count > 0);
        foreach (var name in others.Concat(changed.Select(family => family.Name)))
            await DropAsync(session, known[name]);
        // Entries of an older program do not say it yet.
        foreach (var family in families.Where(family => known.TryGetValue(family.Name, out var entry) && entry.IsInOrder != family.IsInOrder))
            await session.ExecuteAsync("UPDATE index_families SET is_in_order = @IsInOrder WHERE name = @Name", new { family.IsInOrder, family.Name });
        await NoteMissingIndexesAsync(session, families.Where(family => !changed.Contains(family) && known.TryGetValue(family.Name, out var entry) && entry.IsIndexed));
        var fresh = families.Where(family => !known.ContainsKey(family.Name) || changed.Contains(family)).ToList();
        if (fresh.Count > 0)
            await AddAsync(session, families, fresh, now);
        await ViewStore.CreateAsync(session, families);
    }

    // One that is named later: the family is as if its back-fill were just over, until that is there.
    private static async Task NoteMissingIndexesAsync(DatabaseSession session, IEnumerable<EventFamily> families)
    {
        var there = await NamesAsync(session);
        foreach (var family in families.Where(family => TableLayout.IndexesOf(family, session.Engine).Any(index => !there.Contains(index.Name))))
            await session.ExecuteAsync("UPDATE index_families SET is_indexed = @No WHERE name = @Name", new { No = false, family.Name });
    }

    private static async Task AddAsync(DatabaseSession session, IReadOnlyList<EventFamily> families, List<EventFamily> fresh, DateTimeOffset now)
    {
        await RequireFreeAsync(session, fresh);
        var head = await Lanes.Table.ReadToWriteAsync(session, IndexSink.Head);
        if (head.Stop is not null)
            throw new IndexerException("The follower has stopped, so that nothing can be added.", head.Stop.Advice);
        // What is stored in order joins the head later, and the head goes back then.
        if (!head.IsEmpty && fresh.Exists(family => !family.IsInOrder))
            await RewindAsync(session, families, head, now);

        // What is stored in order needs to know that all before it is there, even where nothing of its own is.
        foreach (var family in fresh.OrderBy(family => family.Depth))
            await AddAsync(session, family, head.IsEmpty || (head.Final.Number < family.FirstBlock && !family.IsInOrder) ? null : head.Final.Number);
    }

    private static async Task<bool> CompleteAsync(DatabaseSession session, ChainId chain, EventFamily family, IReadOnlyList<EventFamily> families, DateTimeOffset now)
    {
        // A commit at the head meanwhile would write digests without a state, and nobody would fold them.
        await HoldAsync(session, "ROW SHARE");
        var head = await Lanes.Table.ReadToWriteAsync(session, IndexSink.Head);
        if (!await HasGapAsync(session, family.Name))
            return true;
        if (family.IsInOrder && !await JoinAsync(session, family, families, head, now))
            return false;
        await DigestRows.FoldAsync(session, chain, family);
        await session.ExecuteAsync("UPDATE index_families SET gap_last = NULL WHERE name = @Name", new { family.Name });
        await Lanes.Table.RemoveAsync(session, LaneOf(family));
        return true;
    }

    private static async Task<bool> JoinAsync(DatabaseSession session, EventFamily family, IReadOnlyList<EventFamily> families, ChainCursor head, DateTimeOffset now)
    {
        var lane = await Lanes.Table.ReadAsync(session, LaneOf(family));
        var isFilled = lane.IsEmpty ? head.Final.Number < family.FirstBlock : lane.Tip.Number >= head.Final.Number;
        if (!isFilled)
        {
            await session.ExecuteAsync("UPDATE index_families SET gap_last = @Number WHERE name = @Name", new { head.Final.Number, family.Name });
            return false;
        }

        if (!lane.IsEmpty && lane.Tip != head.Final)
            throw new IndexerException($"{family} was filled in up to {lane.Tip}, and the final block is {head.Final}.", "Drop the family, and name endpoints of one chain.");
        await RewindAsync(session, families, head, now);
        return true;
    }

    // The head goes back to its final block, which nothing can replace, and takes others along from there. Rows above it may have been told, and
    // by the time that they are made anew the chain may have others.
    private static async Task RewindAsync(DatabaseSession session, IReadOnlyList<EventFamily> families, ChainCursor head, DateTimeOffset now)
    {
        if (head.Tip.Number > head.Final.Number)
            await OrphanLedger.NoteAsync(session, head.Final, head.Tip, head.Final, [], now);
        var entries = (await ReadAsync(session)).ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        var followed = families.Where(family => entries.TryGetValue(family.Name, out var entry) && (!family.IsInOrder || entry.GapLast is null)).ToList();
        await OrphanLedger.DropFromAsync(session, followed, head.Final.Number.Value + 1);
        foreach (var family in followed.Where(family => family.Balances is not null))
            await BalanceStore.RewindAsync(session, family.Balances!);
        await Lanes.Table.WriteAsync(session, IndexSink.Head, new([head.Final]));
    }

    // A table that is there already is somebody else's: its rows would be taken for the family's, and be deleted with them.
    private static async Task RequireFreeAsync(DatabaseSession session, List<EventFamily> fresh)
    {
        var there = await NamesAsync(session);
        foreach (var family in fresh)
        {
            if (TakenNames.Of(family).FirstOrDefault(there.Contains) is { } taken)
                throw new IndexerException($"{family} would make {taken}, which is in the database already and is none of its own.", TakenNames.Remedy);
        }
    }

    // Of tables, indexes and views, which share their names.
    private static async Task<HashSet<string>> NamesAsync(DatabaseSession session) => (await session.QueryAsync<string>(session.Sql(
        "SELECT name FROM sqlite_schema",
        "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema()"))).ToHashSet(StringComparer.Ordinal);

    // On SQLite one writes at a time as it is.
    private static async Task HoldAsync(DatabaseSession session, string mode)
    {
        if (session.Engine == Engine.Postgres)
            await session.ExecuteAsync(Hold(mode));
    }

    private static string Hold(string mode) => $"LOCK TABLE index_families IN {mode} MODE";

    private static async Task CheckChainAsync(DatabaseSession session, ChainId chain)
    {
        var known = await session.QuerySingleOrDefaultAsync<long?>("SELECT chain_id FROM index_chain");
        if (known is null)
            await session.ExecuteAsync("INSERT INTO index_chain (chain_id) VALUES (@chain)", new { chain });
        else if ((ulong)known.Value != chain.Value)
            throw new IndexerException($"The database is about chain {known}, and the endpoints are of chain {chain.Value}.", "Name another database, or other endpoints.");
    }

    private static async Task AddAsync(DatabaseSession session, EventFamily family, BlockNumber? gapLast)
    {
        var tables = TableLayout.Of(family);
        foreach (var table in tables)
            await session.ExecuteAsync(table.Create(session.Engine));
        if (family.Balances is { } balances)
            await session.ExecuteAsync(balances.Create(session.Engine));
        if (family.AnnouncedBy is { } announcement)
            await ExecuteLongAsync(session, announcement.CreateIndex);
        await session.ExecuteAsync(
            """
            INSERT INTO index_families (name, fingerprint, first_block, gap_last, is_in_order, is_indexed, tables)
            VALUES (@Name, @Fingerprint, @FirstBlock, @gapLast, @IsInOrder, @No, @Tables)
            """,
            new
            {
                family.Name,
                family.Fingerprint,
                family.FirstBlock,
                gapLast,
                family.IsInOrder,
                No = false,
                Tables = JsonSerializer.Serialize<string[]>(
                    [.. tables.SelectMany(table => new[] { table.Name, table.OrphanName }), .. family.Balances is { } kept ? [kept.Name] : (string[])[]]),
            });
    }

    private static async Task DropAsync(DatabaseSession session, FamilyEntry entry)
    {
        foreach (var table in JsonSerializer.Deserialize<string[]>(entry.Tables)!)
            await session.ExecuteAsync($"DROP TABLE IF EXISTS {table}");
        await session.ExecuteAsync("DELETE FROM index_digests WHERE family = @Name", new { entry.Name });
        await session.ExecuteAsync("DELETE FROM orphaned_digests WHERE family = @Name", new { entry.Name });
        await session.ExecuteAsync("DELETE FROM index_families WHERE name = @Name", new { entry.Name });
        await Lanes.Table.RemoveAsync(session, "fill:" + entry.Name);
    }

    // An index over many rows takes longer than any question may.
    private static async Task ExecuteLongAsync(DatabaseSession session, string sql)
    {
        await using var command = session.Connection.CreateCommand();
        command.Transaction = session.Transaction;
        command.CommandTimeout = 0;
#pragma warning disable CA2100 // Made of the definitions of tables.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(session.Cancellation);
    }
}

/// <summary>A family as the database knows it.</summary>
public sealed class FamilyEntry
{
    public string Name { get; init; } = "";

    public Hash32 Fingerprint { get; init; }

    public BlockNumber FirstBlock { get; init; }

    /// <summary>The last block that is still to be filled in; null when the family is whole.</summary>
    public long? GapLast { get; init; }

    /// <summary>
    /// Whether it is stored in the order of the chain: while something is still to be filled in, nothing above that is there either.
    /// </summary>
    public bool IsInOrder { get; init; }

    public bool IsIndexed { get; init; }

    public string Tables { get; init; } = "";
}
