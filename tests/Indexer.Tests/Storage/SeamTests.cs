using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Storage;

public sealed class SqliteSeamTests(SqliteFixture databases) : SeamTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresSeamTests(PostgresFixture databases) : SeamTests(databases);

/// <summary>Where final blocks, which are read by number, end, and those begin that may be replaced and are read by hash.</summary>
public abstract class SeamTests(IDatabaseFixture databases)
{
    private const int Blocks = 12;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Wherever_the_back_fill_ends_each_log_is_there_once(int blocksAtOnce)
    {
        for (var final = 0; final <= Blocks; final += 3)
        {
            await using var chain = new IndexedChain
            {
                Options = new FollowerOptions { MaxBlocksPerStep = blocksAtOnce, Ranges = new RangePolicy { Blocks = (ulong)blocksAtOnce, Most = (ulong)blocksAtOnce }, PrefetchedRanges = 2 },
            };
            var random = new Random(final);
            chain.Mine(Blocks, random);
            chain.Blocks.Finalize((ulong)final);
            await using var database = await DatabaseFactory.OpenAsync(
                await databases.CreateAsync() with { Durability = Durability.Relaxed }, [IndexerSchema.Migrations], cancellationToken: Stop);
            await FamilyStore.PrepareAsync(database, IndexedChain.Chain, IndexedChain.All, cancellationToken: Stop);

            // The seam moves up while it is crossed.
            for (var step = 0; step < Blocks; step++)
            {
                await chain.StepAsync(database, IndexedChain.All);
                if (step % 2 == 0)
                    chain.Mine(1, random);
                chain.Blocks.Finalize((ulong)Math.Min(final + step, (int)chain.Blocks.Head.Number));
            }

            await chain.SettleAsync(database, IndexedChain.All);
            await AssertEachOnceAsync(chain, database);
        }
    }

    private static async Task AssertEachOnceAsync(IndexedChain chain, IDatabase database)
    {
        await chain.AssertIsTrueAsync(database);
        foreach (var family in new[] { IndexedChain.Tokens(), IndexedChain.Sales(), IndexedChain.Makers() })
        {
            var union = string.Join(" UNION ALL ", TableLayout.Of(family).Select(table => $"SELECT id FROM {table.Name}"));
            var stored = await database.ReadAsync(session => session.QueryAsync<long>($"SELECT id FROM ({union}) AS rows ORDER BY id"), Stop);
            Assert.Equal(chain.Blocks.LogsThat(family.Filter).Where(IsRow).Select(log => RowId.Of(log.Block.Number, log.LogIndex).Value), stored);
        }
    }

    // Transfers of unique tokens share the signature, and are nobody's rows.
    private static bool IsRow(LocatedLog log) => log.Content.Address != IndexedChain.Token || log.Content.Topics.Count == 3;
}
