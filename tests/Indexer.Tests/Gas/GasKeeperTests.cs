using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Gas;
using OpenGradient.Indexer.Tests.Api;
using OpenGradient.Indexer.Tests.Storage;
using OpenGradient.Support;
using OpenGradient.Support.Databases;
using static OpenGradient.Indexer.Tests.Gas.Settling;

namespace OpenGradient.Indexer.Tests.Gas;

/// <summary>Asking nodes that refuse, limit and forget, until all that can be known is known.</summary>
public sealed class GasKeeperTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_node_said_before_it_had_enough_is_kept_and_less_is_asked_the_next_time()
    {
        await using var index = await StartAsync(databases, 12);
        var sizes = new List<int>();
        await using var keeper = Keeper(index, Limited(3, sizes));

        await Assert.ThrowsAsync<NodeBusyException>(() => keeper.StepAsync(Stop));
        Assert.Equal(3, await KnownAsync(index));
        await Assert.ThrowsAsync<NodeBusyException>(() => keeper.StepAsync(Stop));
        Assert.Equal(6, await KnownAsync(index));
        Assert.True(await keeper.StepAsync(Stop));
        Assert.True(await keeper.StepAsync(Stop));
        Assert.False(await keeper.StepAsync(Stop));

        Assert.Equal("12 6 3 3", string.Join(' ', sizes));
        Assert.Equal(12, await KnownAsync(index));
    }

    [Fact]
    public async Task A_node_that_says_nothing_is_asked_about_the_same_again()
    {
        await using var index = await StartAsync(databases, 2);
        var tell = Nothing;
        await using var keeper = Keeper(index, Node(asked => tell(asked)));

        await Assert.ThrowsAsync<NodeBusyException>(() => keeper.StepAsync(Stop));
        tell = asked => new ReceiptsTold([.. asked.Select(ReceiptOf)], null);
        while (await keeper.StepAsync(Stop))
        {
        }

        Assert.Equal(2, await KnownAsync(index));
        // The blocks are those that are indexed, so that what a node says can be held against them.
        var blocks = index.Chain.Blocks.Canonical.SelectMany(block => block.Logs).Where(log => log.Content.Address == ServedIndex.Hub).Select(log => (long)log.Block.Number.Value);
        Assert.Equal(blocks, await index.Database.ReadAsync(session => session.QueryAsync<long>("SELECT block_number FROM index_gas ORDER BY 1"), Stop));
    }

    [Fact]
    public async Task What_one_node_has_lost_is_asked_of_the_others()
    {
        await using var index = await StartAsync(databases, 3);
        await using var keeper = Keeper(
            index, Node(asked => new ReceiptsTold([.. asked.Select((transaction, i) => i == 1 ? null : ReceiptOf(transaction))], null)), Node(Nothing),
            Node(asked => new ReceiptsTold([.. asked.Select(ReceiptOf)], null)));

        while (await keeper.StepAsync(Stop))
        {
        }

        Assert.Equal(3, await KnownAsync(index));
    }

    [Fact]
    public async Task Where_one_endpoint_fails_the_next_is_asked_and_each_question_waits_a_while()
    {
        await using var index = await StartAsync(databases, GasNode.MostAtOnce + 10);
        // Longer waits, after all have failed or while there is nothing to be asked, stand still.
        var clock = new ManualTime { LeapLimit = TimeSpan.FromSeconds(2) };
        var (failing, well) = (new List<int>(), new List<int>());
        await using (var keeper = Keeper(index, clock, NullLogger.Instance, Limited(0, failing), Limited(int.MaxValue, well)))
        {
            keeper.Start();
            await Eventually.UntilAsync(async () => await KnownAsync(index) == GasNode.MostAtOnce + 10, "all is known", Stop);
        }

        Assert.Equal("50", string.Join(' ', failing));
        Assert.Equal("50 10", string.Join(' ', well));
        Assert.All(clock.Leaps.Take(2), pause => Assert.Equal(TimeSpan.FromSeconds(1), pause));
    }

    [Fact]
    public async Task Once_every_endpoint_has_failed_all_are_left_alone_for_longer()
    {
        await using var index = await StartAsync(databases, 1);
        var clock = new ManualTime { LeapLimit = TimeSpan.FromSeconds(2) };
        var asked = new ConcurrentQueue<string>();
        await using var keeper = Keeper(index, clock, NullLogger.Instance, Refusing("a"), Refusing("b"));
        keeper.Start();
        await Eventually.UntilAsync(() => asked.Count == 2, "both were asked", Stop);

        await Eventually.UntilAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(30));
                return asked.Count >= 4;
            },
            "they are asked again", Stop);

        Assert.Equal("a b a b", string.Join(' ', asked.Take(4)));

        GasNode Refusing(string name) => Node(
            transactions =>
            {
                asked.Enqueue(name);
                return Nothing(transactions);
            },
            name);
    }

    [Fact]
    public async Task What_a_node_has_lost_is_left_out_and_said()
    {
        await using var index = await StartAsync(databases, 3);
        var said = new Lines();
        await using var keeper = Keeper(index, TimeProvider.System, said, Node(asked => new ReceiptsTold([ReceiptOf(asked[0]), null, ReceiptOf(asked[2])], null)));

        Assert.True(await keeper.StepAsync(Stop));
        Assert.False(await keeper.StepAsync(Stop));

        Assert.Equal(2, await KnownAsync(index));
        Assert.Contains("lost the receipts of 1 transactions", Assert.Single(said.All), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_does_well_for_long_is_asked_for_more_again()
    {
        var fails = true;
        var node = Node(asked => fails ? Nothing(asked) : new ReceiptsTold([.. asked.Select(ReceiptOf)], null));
        await node.ReadAsync([.. Enumerable.Range(0, 20).Select(i => Transaction((ulong)i))], Stop);
        Assert.Equal(10, node.AtOnce);
        await node.ReadAsync([Transaction(1)], Stop);
        Assert.Equal(1, node.AtOnce);

        fails = false;
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(1, node.AtOnce);
            await node.ReadAsync([Transaction(1)], Stop);
        }

        Assert.Equal(2, node.AtOnce);
        for (var i = 0; i < 1_000; i++)
            await node.ReadAsync([Transaction(1)], Stop);
        Assert.Equal(GasNode.MostAtOnce, node.AtOnce);
    }

    private static ReceiptsTold Nothing(IReadOnlyList<SettlingTransaction> asked) => new([], "connection refused");

    // As a provider does that counts calls: it answers so many of a message, and refuses the others.
    private static GasNode Limited(int most, List<int> sizes) => Node(asked =>
    {
        sizes.Add(asked.Count);
        return new ReceiptsTold([.. asked.Take(most).Select(ReceiptOf)], asked.Count > most ? "rate limited" : null);
    });

    private static GasKeeper Keeper(ServedIndex index, params GasNode[] nodes) => Keeper(index, TimeProvider.System, NullLogger.Instance, nodes);

    private static GasKeeper Keeper(ServedIndex index, TimeProvider clock, ILogger logger, params GasNode[] nodes) => new(index.Database, ServedIndex.Families[0], nodes, logger, clock);

    private static Task<long> KnownAsync(ServedIndex index) => IndexedChain.CountAsync(index.Database, GasStore.Table);

    private sealed class Lines : ILogger
    {
        private readonly ConcurrentQueue<string> _all = new();

        public IReadOnlyCollection<string> All => _all;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _all.Enqueue(formatter(state, exception));
    }
}
