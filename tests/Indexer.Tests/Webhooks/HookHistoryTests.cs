using System.Net;
using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Ethereum.Tests.Following.Simulation;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Tests.Storage;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Webhooks;

public sealed class SqliteHookHistoryTests(SqliteFixture databases) : HookHistoryTests(databases, databases, histories: 30, unseen: 5), IClassFixture<SqliteFixture>;

public sealed class PostgresHookHistoryTests(PostgresFixture databases, SqliteFixture others) : HookHistoryTests(databases, others, histories: 5, unseen: 1), IClassFixture<SqliteFixture>;

/// <summary>
/// Random histories of forks, restarts, families that change, and deliveries whose answers are lost. After each a receiver that puts rows where they
/// belong, and removes what is taken back, must hold what a fresh index holds that saw only the chain as it came out.
/// </summary>
public abstract class HookHistoryTests(IDatabaseFixture databases, IDatabaseFixture fresh, int histories, int unseen)
{
    // Each adds one that the head takes along at once, or one that joins it later.
    private static readonly IReadOnlyList<EventFamily>[] Stages =
    [
        [IndexedChain.Sales()],
        [IndexedChain.Sales(), IndexedChain.Makers()],
        [IndexedChain.Sales(), IndexedChain.Makers(), IndexedChain.Tokens()],
        [IndexedChain.Sales(), IndexedChain.Makers(), IndexedChain.Tokens(), IndexedChain.Pools()],
    ];

    private readonly HistoryRuns _runs = new(
        Config.QuickThrowOnFailure.WithMaxTest(histories).WithStartSize(20).WithEndSize(50).WithReplay(7_140_554_108_826_113_907, 1_218_354_810_989_655_215), unseen);

    private static Arbitrary<Happening[]> Histories { get; } = Arb.From(
        Gen.ArrayOf(
            from kind in Gen.Frequency((1, Gen.Constant(Kind.Settle)), (1, Gen.Constant(Kind.Mine)), (4, Gen.Elements(Enum.GetValues<Kind>())))
            from size in Gen.Choose(0, 1_000)
            select new Happening(kind, size)),
        history => Enumerable.Range(0, history.Length).Select(i => history.Where((_, j) => j != i).ToArray()));

    [Fact]
    public void Whatever_happens_a_receiver_ends_with_the_rows_of_a_fresh_start() =>
        _runs.Check(Histories, LiveAsync);

    private async Task LiveAsync(Happening[] history)
    {
        await using var scene = await HookedChain.StartAsync(databases, Stages[0]);
        using var hooks = new Hooks(scene);
        var random = new Random(history.Length);
        // From the very first block on.
        await hooks.DeliverAsync();
        scene.Mine(6, random);
        foreach (var happening in history)
            await HappenAsync(scene, hooks, happening, random);
        await scene.SettleAsync();
        await scene.FillAsync();
        await scene.SettleAsync();
        await hooks.Sales.DeliverAllAsync();

        Assert.Equal(await scene.FreshRowsAsync(fresh, hooks.Sales), hooks.Sales.Book.Rows, StringComparer.Ordinal);
        await hooks.AssertTransfersAsync();
    }

    private static async Task HappenAsync(HookedChain scene, Hooks hooks, Happening happening, Random random)
    {
        var (kind, size) = happening;
        var blocks = scene.Chain.Blocks;
        var undoable = (int)(blocks.Head.Number - blocks.Finalized.Value);
        switch (kind)
        {
            case Kind.Settle:
                await scene.SettleAsync();
                break;
            case Kind.Step:
                await scene.Chain.StepAsync(scene.Database, scene.Families);
                scene.Chain.Clock.Advance(TimeSpan.FromSeconds(1));
                break;
            case Kind.Mine:
                scene.Mine(1 + (size % 5), random);
                break;
            case Kind.Reorg when undoable > 0:
                scene.Reorg(1 + (size % undoable), 1 + (size / 7 % 6), random);
                break;
            case Kind.Finalize:
                blocks.Finalize(blocks.Finalized.Value + (ulong)(size % (undoable + 1)));
                break;
            case Kind.Restart:
                await scene.Chain.RestartAsync();
                break;
            case Kind.Change when Array.FindIndex(Stages, stage => ReferenceEquals(stage, scene.Families)) is var at && at < Stages.Length - 1:
                await scene.ChangeAsync(Stages[at + 1]);
                break;
            case Kind.Fill:
                await scene.SettleAsync();
                await scene.FillAsync();
                break;
            case Kind.Take:
                await hooks.DeliverAsync();
                break;
            case Kind.Lose:
                await hooks.DeliverAsync(lost: new HttpRequestException("The line broke."));
                break;
            case Kind.Refuse:
                await hooks.DeliverAsync(isTaken: false, HttpStatusCode.InternalServerError);
                break;
            case Kind.Die:
                await DieAsync(scene, hooks, isTaken: size % 2 == 0);
                break;
            default:
                // There is nothing left to undo above the final block, or nothing to add.
                break;
        }
    }

    private static async Task DieAsync(HookedChain scene, Hooks hooks, bool isTaken)
    {
        try
        {
            await hooks.DeliverAsync(isTaken, lost: new ProcessDiedException());
        }
        catch (ProcessDiedException)
        {
            await scene.Chain.RestartAsync();
        }
    }

    private enum Kind
    {
        Settle, Step, Mine, Reorg, Finalize, Restart, Change, Fill, Take, Lose, Refuse, Die,
    }

    private sealed record Happening(Kind Kind, int Size);

    /// <summary>One hook from the first block on, and one of a family that comes later and is filled in in order.</summary>
    private sealed class Hooks(HookedChain scene) : IDisposable
    {
        private readonly BookedHook _transfers = new(scene, "token_transfer");
        private ulong? _begin;

        public BookedHook Sales { get; } = new(scene, "shop_sold");

        public async Task DeliverAsync(bool isTaken = true, HttpStatusCode status = HttpStatusCode.OK, Exception? lost = null)
        {
            await Sales.DeliverAsync(isTaken, status, lost);
            if (scene.Families.All(family => family.Name != "token"))
                return;
            _begin ??= new RowId((await scene.Database.ReadAsync(StreamPlace.NowAsync, TestContext.Current.CancellationToken)).Last).Block.Value;
            await _transfers.DeliverAsync(isTaken, status, lost);
        }

        // It hears of everything that came after it began, and of nothing that is not there.
        public async Task AssertTransfersAsync()
        {
            if (_begin is not { } begin)
                return;
            await _transfers.DeliverAllAsync();
            var behind = _transfers.Book.Ids.Zip(_transfers.Book.Rows).Where(row => new RowId(row.First).Block.Value > begin).Select(row => row.Second);
            Assert.Equal(await _transfers.RowsAsync(begin), behind, StringComparer.Ordinal);
            Assert.Empty(_transfers.Book.Rows.Except(await _transfers.RowsAsync(), StringComparer.Ordinal));
        }

        public void Dispose()
        {
            Sales.Dispose();
            _transfers.Dispose();
        }
    }
}
