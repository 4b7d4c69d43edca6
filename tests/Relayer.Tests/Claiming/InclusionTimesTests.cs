using OpenGradient.Database;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Claiming;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Sending;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Claiming;

public sealed class SqliteInclusionTimesTests(SqliteFixture databases) : InclusionTimesTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresInclusionTimesTests(PostgresFixture databases) : InclusionTimesTests(databases), IClassFixture<PostgresFixture>;

public abstract class InclusionTimesTests(IDatabaseFixture databases)
{
    private static readonly ChainId Chain = new(31337);
    private static readonly DateTimeOffset Now = SampleJobs.Time;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_transaction_takes_from_its_first_signature_until_it_is_seen_in_a_block_or_until_now()
    {
        await using var database = await databases.OpenAsync([.. TransactionQueue.Migrations]);
        await AddAsync(database, SampleJobs.Us, signed: [-60, -30], confirmed: -20);
        await AddAsync(database, SampleJobs.Us, signed: [-5], confirmed: null);
        // These say nothing: of another key, from another day, and one that no nonce was given.
        await AddAsync(database, SampleJobs.Them, signed: [-60], confirmed: -1);
        await AddAsync(database, SampleJobs.Us, signed: [-90_000], confirmed: -89_000);
        await AddAsync(database, SampleJobs.Us, signed: [], confirmed: null);

        var took = await database.ReadAsync(session => InclusionTimes.ReadAsync(session, Chain, SampleJobs.Us, Now), Stop);

        Assert.Equal([TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(40)], took.Order());
    }

    [Fact]
    public async Task Only_the_last_ones_are_looked_at()
    {
        await using var database = await databases.OpenAsync([.. TransactionQueue.Migrations]);
        for (var i = 0; i < InclusionPolicy.Sample + 10; i++)
            await AddAsync(database, SampleJobs.Us, signed: [-60], confirmed: i < 10 ? -1 : -59);
        // Of another key in the same database: they push none of ours out.
        for (var i = 0; i < InclusionPolicy.Sample; i++)
            await AddAsync(database, SampleJobs.Them, signed: [-60], confirmed: -30);

        var took = await database.ReadAsync(session => InclusionTimes.ReadAsync(session, Chain, SampleJobs.Us, Now), Stop);

        Assert.Equal(Enumerable.Repeat(TimeSpan.FromSeconds(1), InclusionPolicy.Sample), took);
    }

    private int _added;

    // As the sender leaves it: times are seconds from now.
    private async Task AddAsync(IDatabase database, Address sender, IReadOnlyList<int> signed, int? confirmed)
    {
        using var queue = new TransactionQueue(Chain);
        await database.WriteAsync(
            async session =>
            {
                var order = new TransactionOrder { From = sender, Purpose = "test", IdempotencyKey = $"{++_added}", To = SampleJobs.Them };
                var id = await queue.EnqueueAsync(session, order);
                if (signed.Count > 0)
                    await session.ExecuteAsync("UPDATE transactions SET state = 3, nonce = @id, gas_limit = 1 WHERE id = @id", new { id });
                if (confirmed is { } seconds)
                {
                    await session.ExecuteAsync(
                        """
                        UPDATE transactions SET state = 4, hash = @Hash, is_empty = @isNot, block_number = 1, block_hash = @Hash, succeeded = @isNot, gas_used = 1, confirmed_at = @At
                        WHERE id = @id
                        """,
                        new { id, Hash = Keccak256.Hash([]), isNot = false, At = Now.AddSeconds(seconds) });
                }

                var number = 0;
                foreach (var at in signed)
                {
                    await session.ExecuteAsync(
                        """
                        INSERT INTO transaction_attempts (transaction_id, number, hash, encoding, is_empty, max_fee, tip, head, created_at)
                        VALUES (@id, @Number, @Hash, @Encoding, @isNot, @Fee, @Fee, 1, @At)
                        """,
                        new { id, Number = ++number, Hash = Hash32.FromUInt256((ulong)++_added), Encoding = new byte[] { 1 }, isNot = false, Fee = Wei.Zero, At = Now.AddSeconds(at) });
                }
            },
            Stop);
    }
}
