using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Storage;

public sealed class SqliteFenceTests(SqliteFixture databases) : FenceTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresFenceTests(PostgresFixture databases) : FenceTests(databases)
{
    [Fact]
    public async Task Blocks_that_are_committed_while_a_family_is_completed_get_their_states()
    {
        await using var chain = new IndexedChain();
        await using var database = await StartAsync(chain, [IndexedChain.Tokens()]);
        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, IndexedChain.Both, cancellationToken: Stop);
        await chain.RestartAsync();
        await chain.SettleAsync(database, IndexedChain.Both);
        chain.Blocks.Mine([.. chain.Blocks.Canonical.SelectMany(block => block.Logs).Select(log => log.Content).Take(40)]);
        await chain.RestartAsync();

        // The head has written, and has not committed yet, when the family is completed beside it.
        Task completed = Task.CompletedTask;
        var slow = new LingeringDatabase(database, async () =>
        {
            completed = chain.FillAsync(database, IndexedChain.Sales());
            await WaitingAsync(database, completed);
        });
        await chain.StepAsync(slow, IndexedChain.Both);
        await completed;

        Assert.Equal(0, await IndexedChain.CountAsync(database, "index_digests WHERE state IS NULL"));
    }

    private static async Task WaitingAsync(IDatabase database, Task task)
    {
        while (!task.IsCompleted && await IndexedChain.CountAsync(database, "pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()") == 0)
            await Task.Yield();
    }
}

/// <summary>Who may write beside whom.</summary>
public abstract class FenceTests(IDatabaseFixture databases)
{
    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_with_other_families_than_the_database_ends_and_leaves_no_hole()
    {
        await using var old = new IndexedChain();
        IReadOnlyList<EventFamily> few = [IndexedChain.Tokens()];
        await using var database = await StartAsync(old, few);
        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, IndexedChain.Both, cancellationToken: Stop);
        var before = await IndexedChain.DumpAsync(database, IndexedChain.Both);

        // It forgets the place that it knew, and reads the one to which the other went back.
        await old.RestartAsync();
        await Assert.ThrowsAsync<IndexerException>(() => old.SettleAsync(database, few));

        Assert.Equal(before, await IndexedChain.DumpAsync(database, IndexedChain.Both));
        await using var other = new IndexedChain(old);
        await other.SettleAsync(database, IndexedChain.Both);
        await Assert.ThrowsAsync<IndexerException>(() => Sink(database, IndexSink.Head, [IndexedChain.Tokens(), IndexedChain.Sales(first: 3)]).CommitAsync(Advance(old, 1), Stop).AsTask());
        await Assert.ThrowsAsync<IndexerException>(() => Sink(database, IndexSink.Head, few).CommitAsync(Advance(old, 1), Stop).AsTask());
    }

    [Fact]
    public async Task Two_that_write_in_turns_come_to_the_balances_of_one()
    {
        var random = new Random(9);
        await using var one = new IndexedChain();
        await using var other = new IndexedChain(one);
        IReadOnlyList<EventFamily> tokens = [IndexedChain.Tokens()];
        await using var database = await StartAsync(one, tokens);
        for (var turn = 0; turn < 60; turn++)
        {
            // Each remembers what it wrote itself, and the other has written since.
            if (turn % 7 == 6)
                one.Reorg(2, 3, random);
            else
                one.Blocks.Mine([IndexedChain.TransferOf(random), IndexedChain.TransferOf(random)]);
            if (turn % 10 == 9)
                one.Blocks.Finalize(one.Blocks.Head.Number - 3);
            var writer = random.Next(2) == 0 ? one : other;
            for (var step = 0; step < 3; step++)
                await writer.StepAsync(database, tokens);
            one.Clock.Advance(TimeSpan.FromSeconds(2));
            other.Clock.Advance(TimeSpan.FromSeconds(2));
        }

        await one.SettleAsync(database, tokens);
        await using var alone = new IndexedChain(one);
        await using var fresh = await OpenAsync(tokens);
        await alone.SettleAsync(fresh, tokens);
        Assert.Equal(await IndexedChain.DumpAsync(fresh, tokens), await IndexedChain.DumpAsync(database, tokens));
    }

    [Fact]
    public async Task What_became_final_without_a_block_is_known_to_whoever_writes_next()
    {
        var random = new Random(11);
        await using var one = new IndexedChain();
        await using var other = new IndexedChain(one);
        IReadOnlyList<EventFamily> tokens = [IndexedChain.Tokens()];
        await using var database = await StartAsync(one, tokens);
        for (var turn = 0; turn < 30; turn++)
        {
            // One remembers holders as of a final block that the other moves on, while the tip stays.
            one.Blocks.Mine([.. Enumerable.Range(0, 4).Select(_ => IndexedChain.TransferOf(random))]);
            await StepAsync(one);
            one.Blocks.Finalize(one.Blocks.Head.Number - (ulong)random.Next(3));
            await StepAsync(other);
            if (turn % 5 == 4)
                one.Reorg(Math.Min(2, (int)(one.Blocks.Head.Number - one.Blocks.Finalized.Value)), 3, random);
        }

        await one.SettleAsync(database, tokens);
        await using var alone = new IndexedChain(one);
        await using var fresh = await OpenAsync(tokens);
        await alone.SettleAsync(fresh, tokens);
        Assert.Equal(await IndexedChain.DumpAsync(fresh, tokens), await IndexedChain.DumpAsync(database, tokens));

        async Task StepAsync(IndexedChain writer)
        {
            for (var step = 0; step < 3; step++)
                await writer.StepAsync(database, tokens);
            one.Clock.Advance(TimeSpan.FromSeconds(2));
            other.Clock.Advance(TimeSpan.FromSeconds(2));
        }
    }

    [Fact]
    public async Task Whoever_is_behind_in_what_is_final_changes_nothing()
    {
        await using var chain = new IndexedChain();
        IReadOnlyList<EventFamily> tokens = [IndexedChain.Tokens()];
        await using var database = await StartAsync(chain, tokens);
        var place = await database.ReadAsync(session => Lanes.Table.ReadAsync(session, IndexSink.Head), Stop);
        var before = await IndexedChain.DumpAsync(database, tokens);
        var earlier = chain.Blocks[place.Final.Number.Value - 1].Header.Ref;

        var late = new ChainAdvance { Expected = place.Tip, Orphaned = [], Segment = null, Next = new([earlier, .. place.Recent]), Filters = [], Endpoints = [] };

        Assert.Equal(CommitOutcome.Stale, await Sink(database, IndexSink.Head, tokens).CommitAsync(late, Stop));
        Assert.Equal(before, await IndexedChain.DumpAsync(database, tokens));
        Assert.Equal(place.Final, (await database.ReadAsync(session => Lanes.Table.ReadAsync(session, IndexSink.Head), Stop)).Final);
    }

    [Fact]
    public async Task A_family_that_is_whole_is_not_filled_in_again()
    {
        await using var chain = new IndexedChain();
        await using var database = await StartAsync(chain, IndexedChain.Both);
        var before = await IndexedChain.DumpAsync(database, IndexedChain.Both);
        var lane = Sink(database, FamilyStore.LaneOf(IndexedChain.Sales()), [IndexedChain.Sales()]);

        await Assert.ThrowsAsync<IndexerException>(() => lane.CommitAsync(Advance(chain, 0) with { Expected = null }, Stop).AsTask());

        Assert.Equal(before, await IndexedChain.DumpAsync(database, IndexedChain.Both));
    }

    [Fact]
    public async Task A_reorganisation_in_one_lane_leaves_the_digests_of_other_families()
    {
        await using var chain = new IndexedChain();
        await using var database = await StartAsync(chain, [IndexedChain.Tokens()]);
        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, IndexedChain.Both, cancellationToken: Stop);
        var tokens = await IndexedChain.CountAsync(database, "index_digests WHERE family = 'token'");
        var lane = Sink(database, FamilyStore.LaneOf(IndexedChain.Sales()), [IndexedChain.Sales()]);
        var (ancestor, orphan) = (chain.Blocks[2].Header.Ref, chain.Blocks[3].Header.Ref);
        Assert.Equal(CommitOutcome.Committed, await lane.CommitAsync(Advance(chain, 2) with { Expected = null, Next = new([ancestor, orphan]) }, Stop));

        Assert.Equal(
            CommitOutcome.Committed,
            await lane.CommitAsync(Advance(chain, 3) with { Expected = orphan, Orphaned = [orphan], Segment = null, Next = new([ancestor]) }, Stop));

        Assert.NotEqual(0, tokens);
        Assert.Equal(tokens, await IndexedChain.CountAsync(database, "index_digests WHERE family = 'token'"));
        Assert.Equal(0, await IndexedChain.CountAsync(database, "orphaned_digests WHERE family = 'token'"));
    }

    // Thirty blocks, of which twenty are final.
    private protected async Task<IDatabase> StartAsync(IndexedChain chain, IReadOnlyList<EventFamily> families)
    {
        chain.Mine(30, new Random(2));
        chain.Blocks.Finalize(20);
        var database = await OpenAsync(families);
        await chain.SettleAsync(database, families);
        return database;
    }

    private async Task<IDatabase> OpenAsync(IReadOnlyList<EventFamily> families)
    {
        var database = await DatabaseFactory.OpenAsync(
            await databases.CreateAsync() with { Durability = Durability.Relaxed }, [IndexerSchema.Migrations], cancellationToken: Stop);
        await FamilyStore.PrepareAsync(database, IndexedChain.Chain, families, cancellationToken: Stop);
        return database;
    }

    private static IndexSink Sink(IDatabase database, string lane, IReadOnlyList<EventFamily> families) => new(database, IndexedChain.Chain, lane, families);

    // Takes the block after another.
    private static ChainAdvance Advance(IndexedChain chain, ulong after)
    {
        var (last, next) = (chain.Blocks[after].Header, chain.Blocks[after + 1]);
        return new ChainAdvance
        {
            Expected = last.Ref,
            Orphaned = [],
            Next = new([next.Header.Ref]),
            Filters = [],
            Endpoints = ["a"],
            Segment = new ChainSegment
            {
                Blocks = new(next.Header.Number, next.Header.Number),
                ParentHash = last.Hash,
                Last = next.Header.Ref,
                Headers = [next.Header],
                Logs = next.Logs,
            },
        };
    }
}
