using System.Text.Json;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;
using OpenGradient.Indexer.Tests.Storage;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Webhooks;

public sealed class SqliteHookFamilyTests(SqliteFixture databases) : HookFamilyTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresHookFamilyTests(PostgresFixture databases) : HookFamilyTests(databases);

/// <summary>What hooks are told while families come and change.</summary>
public abstract class HookFamilyTests(IDatabaseFixture databases)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rows_that_are_made_anew_for_a_new_family_are_taken_back_and_told_again(bool changesMeanwhile)
    {
        var random = new Random(3);
        await using var scene = await HookedChain.StartAsync(databases, [IndexedChain.Sales()]);
        using var hook = new BookedHook(scene, "shop_sold");
        await hook.DeliverAsync();
        scene.Mine(20, random);
        scene.Chain.Blocks.Finalize(8);
        await scene.SettleAsync();
        await hook.DeliverAllAsync();
        var (tip, final) = (scene.Chain.Blocks.Head.Header, scene.Chain.Blocks[8].Header);
        var told = hook.Book.Rows.ToList();
        if (changesMeanwhile)
            scene.Reorg(5, 7, random);

        var now = scene.Clock.GetUtcNow();
        await scene.ChangeAsync([IndexedChain.Sales(), IndexedChain.Makers()]);
        var note = Assert.Single(await scene.Database.ReadAsync(
            session => session.QueryAsync<Note>("SELECT orphaned_at AS At, ancestor_number AS Ancestor, old_tip_hash AS OldTip, new_tip_hash AS NewTip, endpoints AS Endpoints FROM index_reorgs"), Stop));
        await scene.SettleAsync();
        await hook.DeliverAllAsync();

        Assert.Equal((now, 8L, ""), (note.At, note.Ancestor, note.Endpoints));
        Assert.Equal((tip.Hash, final.Hash), (note.OldTip, note.NewTip));
        Assert.Equal(1, hook.Book.Reorgs);
        Assert.Equal(await hook.RowsAsync(), hook.Book.Rows, StringComparer.Ordinal);
        Assert.Equal(changesMeanwhile, !told.SequenceEqual(hook.Book.Rows, StringComparer.Ordinal));
        // The same event in the same block is no other.
        Assert.Equal(changesMeanwhile, hook.Book.Events > told.Count);
    }

    [Fact]
    public async Task Nothing_is_taken_back_where_all_is_final_or_nothing_is_made_anew()
    {
        await using var scene = await HookedChain.StartAsync(databases, [IndexedChain.Sales()]);
        scene.Mine(20, new Random(3));
        scene.Chain.Blocks.Finalize(8);
        await scene.SettleAsync();

        // It joins later, and the head goes back then.
        await scene.ChangeAsync([IndexedChain.Sales(), IndexedChain.Tokens()]);
        Assert.Equal(0, await IndexedChain.CountAsync(scene.Database, "index_reorgs"));
        await scene.SettleAsync();
        await scene.FillAsync();
        Assert.Equal(1, await IndexedChain.CountAsync(scene.Database, "index_reorgs"));
        await scene.SettleAsync();
        scene.Chain.Blocks.Finalize(scene.Chain.Blocks.Head.Number);
        await scene.SettleAsync();
        await scene.ChangeAsync([IndexedChain.Sales(), IndexedChain.Tokens(), IndexedChain.Makers()]);

        Assert.Equal(1, await IndexedChain.CountAsync(scene.Database, "index_reorgs"));
    }

    [Fact]
    public async Task What_is_filled_in_in_order_is_told_though_the_head_has_passed_it()
    {
        var random = new Random(4);
        await using var scene = await HookedChain.StartAsync(databases, [IndexedChain.Sales()]);
        scene.Mine(20, random);
        scene.Chain.Blocks.Finalize(10);
        await scene.SettleAsync();
        await scene.ChangeAsync([IndexedChain.Sales(), IndexedChain.Tokens()]);
        await scene.SettleAsync();
        using var transfers = new BookedHook(scene, "token_transfer");
        var begin = scene.Chain.Blocks.Head.Number;
        Assert.False(await transfers.DeliverAsync());

        // The head goes on without the family, and its final block with it.
        scene.Chain.Blocks.Mine(IndexedChain.TransferOf(random));
        scene.Mine(12, random);
        scene.Chain.Blocks.Mine(IndexedChain.TransferOf(random));
        scene.Chain.Blocks.Finalize(begin + 9);
        await scene.SettleAsync();
        Assert.False(await transfers.DeliverAsync());
        var moment = await scene.Database.ReadAsync(session => Moment.ReadAsync(session, ["token"]), Stop);
        Assert.Equal((long)scene.Chain.Blocks.Head.Number, moment.GapLast);
        await scene.FillAsync();
        await transfers.DeliverAllAsync();
        await scene.SettleAsync();
        await transfers.DeliverAllAsync();

        var rows = await transfers.RowsAsync(begin);
        Assert.Equal(($"{begin + 1}-0", $"{scene.Chain.Blocks.Head.Number}-0"), (IdOf(rows[0]), IdOf(rows[^1])));
        Assert.Equal(rows, transfers.Book.Rows, StringComparer.Ordinal);
        Assert.Null((await scene.Database.ReadAsync(session => Moment.ReadAsync(session, ["token"]), Stop)).GapLast);
    }

    [Fact]
    public async Task A_hook_waits_while_what_lies_behind_it_is_filled_in()
    {
        var random = new Random(5);
        await using var scene = await HookedChain.StartAsync(databases, [IndexedChain.Sales()]);
        using var hook = new BookedHook(scene, "shop_sold");
        await hook.DeliverAsync();
        scene.Mine(5, random);
        await scene.SettleAsync();
        await hook.DeliverAllAsync();
        var told = hook.Book.Rows.Count;
        scene.Mine(20, random);
        scene.Chain.Blocks.Finalize(18);
        await scene.SettleAsync();

        await scene.ChangeAsync([IndexedChain.Sales(first: 1)]);
        await scene.SettleAsync();
        Assert.False(await hook.DeliverAsync());
        Assert.NotEmpty(await hook.RowsAsync());
        await scene.FillAsync();
        await hook.DeliverAllAsync();

        Assert.True(hook.Book.Rows.Count > told + 5);
        Assert.Equal(await hook.RowsAsync(), hook.Book.Rows, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Entries_of_an_older_program_learn_which_families_are_stored_in_order()
    {
        IReadOnlyList<EventFamily> families = [IndexedChain.Sales(), IndexedChain.Tokens()];
        await using var scene = await HookedChain.StartAsync(databases, families);
        await scene.Database.WriteAsync(session => session.ExecuteAsync("UPDATE index_families SET is_in_order = @No", new { No = false }), Stop);

        await scene.ChangeAsync(families);

        var known = await scene.Database.ReadAsync(FamilyStore.ReadAsync, Stop);
        Assert.Equal("shop False, token True", string.Join(", ", known.Select(family => $"{family.Name} {family.IsInOrder}")));
    }

    private static string? IdOf(string row) => JsonSerializer.Deserialize<JsonElement>(row).GetProperty("id").GetString();

    private sealed class Note
    {
        public DateTimeOffset At { get; init; }

        public long Ancestor { get; init; }

        public Hash32 OldTip { get; init; }

        public Hash32 NewTip { get; init; }

        public string Endpoints { get; init; } = "";
    }
}
