using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Tests.Following.Simulation;
using OpenGradient.Indexer.Storage;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Storage;

public sealed class SqliteHistoryTests(SqliteFixture databases) : HistoryTests(databases, databases, histories: 25, unseen: 5), IClassFixture<SqliteFixture>;

public sealed class PostgresHistoryTests(PostgresFixture databases, SqliteFixture others) : HistoryTests(databases, others, histories: 4, unseen: 1), IClassFixture<SqliteFixture>;

/// <summary>
/// Random histories of forks, crashes and restarts. After each the database must hold, byte for byte, what a fresh one holds that saw only
/// the chain as it came out; the fresh one is SQLite's, so that on PostgreSQL the two engines are compared.
/// </summary>
public abstract class HistoryTests(IDatabaseFixture databases, IDatabaseFixture fresh, int histories, int unseen)
{
    private readonly HistoryRuns _runs = new(
        Config.QuickThrowOnFailure.WithMaxTest(histories).WithStartSize(15).WithEndSize(40).WithReplay(3_268_254_348_282_864_939, 17_218_354_810_989_655_215), unseen);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Arbitrary<Happening[]> Histories { get; } = Arb.From(
        Gen.ArrayOf(
            from kind in Gen.Frequency((2, Gen.Constant(Kind.Step)), (3, Gen.Elements(Enum.GetValues<Kind>())))
            from size in Gen.Choose(0, 1_000)
            select new Happening(kind, size)),
        history => Enumerable.Range(0, history.Length).Select(i => history.Where((_, j) => j != i).ToArray()));

    [Fact]
    public void Whatever_happens_the_rows_are_those_of_a_fresh_start() =>
        _runs.Check(Histories, LiveAsync);

    [Fact]
    public async Task A_reorganisation_of_every_depth_leaves_the_rows_of_a_fresh_start()
    {
        var random = new Random(5);
        await using var chain = new IndexedChain();
        await using var database = await OpenAsync(databases, IndexedChain.All);
        chain.Mine(14, random);
        for (var depth = 1; depth <= 12; depth++)
        {
            await chain.SettleAsync(database, IndexedChain.All);
            chain.Reorg(depth, depth + 1, random);
        }

        await chain.SettleAsync(database, IndexedChain.All);
        await AssertIsFreshAsync(chain, database, IndexedChain.All);
        Assert.Equal(12, await IndexedChain.CountAsync(database, "index_reorgs"));
        Assert.NotEqual(0, await IndexedChain.CountAsync(database, "orphaned_token_transfer"));
    }

    [Fact]
    public async Task The_size_of_batches_and_the_order_of_engines_change_nothing()
    {
        await using var chain = new IndexedChain();
        chain.Mine(60, new Random(1));
        chain.Blocks.Finalize(50);
        await using var database = await OpenAsync(databases, IndexedChain.All);
        await chain.SettleAsync(database, IndexedChain.All);

        await using var other = new IndexedChain(chain) { Options = new FollowerOptions { MaxBlocksPerStep = 1, Ranges = new RangePolicy { Blocks = 1, Most = 1 } } };
        await using var slow = await OpenAsync(fresh, IndexedChain.All);
        await other.SettleAsync(slow, IndexedChain.All);

        Assert.Equal(await IndexedChain.DumpAsync(slow, IndexedChain.All), await IndexedChain.DumpAsync(database, IndexedChain.All));
    }

    [Fact]
    public async Task A_family_that_is_added_later_is_filled_in_alone_and_comes_out_as_if_it_had_always_been_there()
    {
        var random = new Random(2);
        await using var chain = new IndexedChain();
        chain.Mine(30, random);
        chain.Blocks.Finalize(20);
        await using var database = await OpenAsync(databases, [IndexedChain.Tokens()]);
        await chain.SettleAsync(database, [IndexedChain.Tokens()]);
        var transfers = await IndexedChain.CountAsync(database, "token_transfer");

        await chain.RestartAsync();
        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, IndexedChain.Both, cancellationToken: Stop);
        // The head goes on while the rest is filled in.
        chain.Mine(3, random);
        await chain.SettleAsync(database, IndexedChain.Both);
        var gap = (await database.ReadAsync(FamilyStore.ReadAsync, Stop)).Single(family => family.Name == "shop").GapLast;
        Assert.Equal(20, gap);
        await chain.FillAsync(database, IndexedChain.Sales());
        chain.Mine(3, random);
        await chain.SettleAsync(database, IndexedChain.Both);

        Assert.True(await IndexedChain.CountAsync(database, "token_transfer") >= transfers);
        await AssertIsFreshAsync(chain, database);
    }

    [Fact]
    public async Task What_needs_to_know_what_came_before_is_filled_in_first_and_then_joins_the_head()
    {
        var random = new Random(6);
        await using var chain = new IndexedChain();
        chain.Mine(40, random);
        chain.Blocks.Finalize(20);
        await using var database = await OpenAsync(databases, [IndexedChain.Sales()]);
        await chain.SettleAsync(database, [IndexedChain.Sales()]);

        await chain.RestartAsync();
        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, IndexedChain.All, cancellationToken: Stop);
        await chain.SettleAsync(database, IndexedChain.All);
        Assert.Equal(0, await IndexedChain.CountAsync(database, "token_transfer"));
        // The head's final block moves on while they are filled in, and what is not final yet is replaced.
        chain.Mine(5, random);
        chain.Blocks.Finalize(31);
        chain.Reorg(4, 6, random);
        await chain.SettleAsync(database, IndexedChain.All);
        foreach (var family in new[] { IndexedChain.Makers(), IndexedChain.Pools(), IndexedChain.Tokens() })
        {
            await chain.FillAsync(database, family, IndexedChain.All);
            await chain.SettleAsync(database, IndexedChain.All);
        }

        chain.Reorg(3, 5, random);
        await chain.SettleAsync(database, IndexedChain.All);
        await AssertIsFreshAsync(chain, database, IndexedChain.All);
    }

    [Fact]
    public async Task Contracts_that_nobody_would_announce_are_refused()
    {
        await using var database = await OpenAsync(databases);

        var fault = await Assert.ThrowsAsync<IndexerException>(
            () => FamilyStore.PrepareAsync(database, IndexedChain.Chain, [.. IndexedChain.Both, IndexedChain.Pools()], cancellationToken: Stop));

        Assert.Contains("maker", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_family_that_changed_begins_anew_and_the_others_stay()
    {
        await using var chain = new IndexedChain();
        chain.Mine(30, new Random(2));
        chain.Blocks.Finalize(chain.Blocks.Head.Number);
        await using var database = await OpenAsync(databases);
        await chain.SettleAsync(database, IndexedChain.Both);
        var sales = await IndexedChain.CountAsync(database, "shop_sold");

        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, [IndexedChain.Tokens(first: 10), IndexedChain.Sales()], cancellationToken: Stop);

        Assert.Equal((0, sales), (await IndexedChain.CountAsync(database, "token_transfer"), await IndexedChain.CountAsync(database, "shop_sold")));
    }

    [Fact]
    public async Task A_database_of_another_chain_and_a_family_that_would_be_lost_are_refused()
    {
        await using var database = await OpenAsync(databases);

        await Assert.ThrowsAsync<IndexerException>(() => FamilyStore.PrepareAsync(database, new(1), IndexedChain.Both, cancellationToken: Stop));
        await Assert.ThrowsAsync<IndexerException>(
            () => FamilyStore.PrepareAsync(database, IndexedChain.Chain, [IndexedChain.Tokens()], cancellationToken: Stop));
        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, [IndexedChain.Tokens()], dropsOthers: true, cancellationToken: Stop);
        await Assert.ThrowsAsync<DatabaseException>(() => IndexedChain.CountAsync(database, "shop_sold"));
    }

    [Fact]
    public async Task A_writer_that_slept_changes_nothing()
    {
        var random = new Random(3);
        await using var chain = new IndexedChain();
        chain.Mine(8, random);
        await using var database = await OpenAsync(databases);
        var slow = new IndexSink(database, IndexedChain.Chain, IndexSink.Head, IndexedChain.Both);
        await chain.SettleAsync(database, IndexedChain.Both);
        var before = await IndexedChain.DumpAsync(database, IndexedChain.Both);

        var stale = await slow.CommitAsync(
            new ChainAdvance
            {
                Expected = chain.Blocks[3].Header.Ref,
                Orphaned = [],
                Next = new([chain.Blocks[4].Header.Ref]),
                Filters = [],
                Endpoints = ["a"],
                Segment = new ChainSegment
                {
                    Blocks = new(new(4), new(4)),
                    ParentHash = chain.Blocks[3].Header.Hash,
                    Last = chain.Blocks[4].Header.Ref,
                    Headers = [chain.Blocks[4].Header],
                    Logs = chain.Blocks[4].Logs,
                },
            },
            Stop);

        Assert.Equal(CommitOutcome.Stale, stale);
        Assert.Equal(before, await IndexedChain.DumpAsync(database, IndexedChain.Both));
    }

    [Fact]
    public async Task Secondary_indexes_are_made_once_a_back_fill_is_over()
    {
        await using var chain = new IndexedChain();
        chain.Mine(10, new Random(3));
        await using var database = await OpenAsync(databases);
        await chain.SettleAsync(database, IndexedChain.Both);
        Assert.DoesNotContain(await SchemaOutline.ReadAsync(database, Stop), line => line.Contains("token_transfer index", StringComparison.Ordinal));

        await FamilyStore.IndexAsync(database, IndexedChain.Both, Stop);
        await FamilyStore.IndexAsync(database, IndexedChain.Both, Stop);

        Assert.Contains(await SchemaOutline.ReadAsync(database, Stop), line => line.StartsWith("token_transfer index (from_address", StringComparison.Ordinal));
        Assert.All(await database.ReadAsync(FamilyStore.ReadAsync, Stop), family => Assert.True(family.IsIndexed));
        chain.Mine(3, new Random(4));
        await chain.SettleAsync(database, IndexedChain.Both);
        await AssertIsFreshAsync(chain, database);
    }

    private static async Task<IDatabase> OpenAsync(IDatabaseFixture fixture, IReadOnlyList<Indexer.Schema.EventFamily>? families = null)
    {
        var database = await DatabaseFactory.OpenAsync(
            await fixture.CreateAsync() with { Durability = Durability.Relaxed }, [IndexerSchema.Migrations], cancellationToken: Stop);
        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, families ?? IndexedChain.Both, cancellationToken: Stop);
        return database;
    }

    private async Task AssertIsFreshAsync(IndexedChain chain, IDatabase database, IReadOnlyList<Indexer.Schema.EventFamily>? families = null)
    {
        var indexed = families ?? IndexedChain.Both;
        await using var other = new IndexedChain(chain);
        await using var clean = await OpenAsync(fresh, indexed);
        await other.SettleAsync(clean, indexed);
        Assert.Equal(await IndexedChain.DumpAsync(clean, indexed), await IndexedChain.DumpAsync(database, indexed));
        if (indexed.Count == IndexedChain.All.Count)
            await chain.AssertIsTrueAsync(database);
    }

    private async Task LiveAsync(Happening[] history)
    {
        await using var chain = new IndexedChain();
        await using var inner = await OpenAsync(databases, IndexedChain.All);
        var database = new CrashingDatabase(inner);
        var random = new Random(history.Length);
        chain.Mine(6, random);
        foreach (var happening in history)
            await HappenAsync(chain, database, happening, random);
        chain.Endpoint.Heal();
        database.CrashesAt = null;
        await chain.SettleAsync(database, IndexedChain.All);
        await AssertIsFreshAsync(chain, inner, IndexedChain.All);
    }

    private static async Task HappenAsync(IndexedChain chain, CrashingDatabase database, Happening happening, Random random)
    {
        var (kind, size) = happening;
        var undoable = (int)(chain.Blocks.Head.Number - chain.Blocks.Finalized.Value);
        switch (kind)
        {
            case Kind.Step:
                await StepAsync(chain, database, 1 + (size % 3));
                break;
            case Kind.Mine:
                chain.Mine(1 + (size % 6), random);
                break;
            case Kind.Reorg when undoable > 0:
                chain.Reorg(1 + (size % undoable), 1 + (size / 7 % 6), random);
                break;
            case Kind.Finalize:
                chain.Blocks.Finalize(chain.Blocks.Finalized.Value + (ulong)(size % (undoable + 1)));
                break;
            case Kind.Lag:
                chain.Endpoint.Lag = size % 5;
                break;
            case Kind.Lie:
                chain.Endpoint.LogLie = size % 2 == 0 ? (_, _) => [] : (logs, _) => logs.Count == 0 ? logs : [.. logs, logs[size % logs.Count]];
                break;
            case Kind.Heal:
                chain.Endpoint.Heal();
                break;
            case Kind.Crash:
                database.CrashesAt = size % 3;
                await StepAsync(chain, database, 2);
                database.CrashesAt = null;
                break;
            case Kind.Restart:
                await chain.RestartAsync();
                break;
            default:
                // There is nothing left to undo above the final block.
                break;
        }
    }

    private static async Task StepAsync(IndexedChain chain, IDatabase database, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            try
            {
                await chain.StepAsync(database, IndexedChain.All);
            }
            catch (ProcessDiedException)
            {
                await chain.RestartAsync();
            }

            chain.Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private enum Kind
    {
        Step, Mine, Reorg, Finalize, Lag, Lie, Heal, Crash, Restart,
    }

    private sealed record Happening(Kind Kind, int Size);
}
