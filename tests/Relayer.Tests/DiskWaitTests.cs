using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests;

/// <summary>How often the disk is waited for, which is most of what the relayer adds to a request.</summary>
public sealed class DiskWaitTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    [Fact]
    public async Task What_is_ordered_is_waited_for_once_together_with_its_answer()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var database = await databases.OpenAsync(RelayerSchema.Migrations);
        var counted = new CountingDatabase(database);
        await using var scene = await RelayerScene.OpenAsync(new Answering(), new() { Poll = TimeSpan.FromSeconds(5) }, database: counted);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var run = Task.Run(() => scene.Pipeline.RunAsync(ending.Token), stop);

        // So soon that it waits for no company.
        var asked = SampleJobs.Request() with { Assignee = scene.Node, ExclusiveUntil = SampleJobs.Now + 15 };
        var ask = new IHubContract.Ask(asked, SampleJobs.Them, 1);
        var id = RequestHash.IdOf(RelayerScene.Deployment.ChainId, RelayerScene.Deployment.Hub, ask);
        await scene.TellAsync(new IHubContract.RequestedEvent(id, ask.Requester, ask.Nonce, asked, "input"u8.ToArray()));
        await RelayerScene.UntilAsync(() => Task.FromResult(scene.Orders.All.Count == 1), "it is ordered");
        await RelayerScene.UntilAsync(() => Task.FromResult(counted.Waited == 1), "the answer is on the disk, and its order with it");

        // Told, and leased once.
        Assert.Equal(2, counted.Relaxed);
        await ending.CancelAsync();
        await run;
    }

    private sealed class Answering : IPreparer
    {
        public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken) => Task.FromResult<Preparation>(
            new Preparation.Answered(new JobAnswer(Keccak256.Hash([1]), new byte[] { 1 }, TimeSpan.FromMilliseconds(1), "test")));
    }

    /// <summary>Counts transactions that wrote something, by whether the disk was waited for.</summary>
    private sealed class CountingDatabase(IDatabase inner) : IDatabase
    {
        private int _waited;
        private int _relaxed;

        public int Waited => Volatile.Read(ref _waited);

        public int Relaxed => Volatile.Read(ref _relaxed);

        public Engine Engine => inner.Engine;

        public Task<T> ReadAsync<T>(Func<DatabaseSession, Task<T>> read, CancellationToken cancellationToken = default) => inner.ReadAsync(read, cancellationToken);

        public Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> write, CancellationToken cancellationToken = default) =>
            WriteAsync(write, Durability.Full, cancellationToken);

        public async Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> write, Durability durability, CancellationToken cancellationToken = default)
        {
            var (result, changes) = await inner.WriteAsync(
                async session =>
                {
                    var before = await ChangesAsync(session);
                    return (await write(session), await ChangesAsync(session) - before);
                },
                durability, cancellationToken);
            if (changes > 0)
                _ = durability == Durability.Full ? Interlocked.Increment(ref _waited) : Interlocked.Increment(ref _relaxed);
            return result;
        }

        // Whoever opened the other disposes of it.
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static Task<long> ChangesAsync(DatabaseSession session) => session.QuerySingleAsync<long>("SELECT total_changes()");
    }
}
