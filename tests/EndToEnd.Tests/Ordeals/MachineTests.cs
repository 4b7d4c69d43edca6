using OpenGradient.Database;
using OpenGradient.EndToEnd.Tests.Network;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Foundry;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.EndToEnd.Tests.Ordeals;

/// <summary>The machine under a relayer: its clock is set, its disk is full.</summary>
public sealed class MachineTests(Ordeal ordeal) : IClassFixture<Ordeal>
{
    private const int MostRequests = 200;

    [Fact]
    public async Task Its_clock_is_set_to_another_day_and_back()
    {
        var clock = new SettableClock();
        using var relayer = new TestRelayer(ordeal.Chain.Deployment, ordeal.Chain.Endpoint);
        relayer.Options = relayer.Options with
        {
            Blobs = relayer.Options.Blobs with { Folders = [ordeal.Store] },
            Following = relayer.Options.Following with { Finality = FinalityRule.Depth(8) },
        };
        await using var host = await RelayerHost.StartAsync(relayer.Options, ordeal.Node, TestRelayer.Loggers, clock, TestContext.Current.CancellationToken);
        List<Hash32> requests = [];
        foreach (var hours in new[] { 0, 30, -30, 1, 0 })
        {
            clock.Offset = TimeSpan.FromHours(hours);
            requests.AddRange(await ordeal.AskAsync(3));
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }

        await ordeal.BooksAreRightAsync(requests);
        // It went along to the other day, and did not come back from it.
        await using var database = await DatabaseFactory.OpenAsync(relayer.Options.Database, [], cancellationToken: TestContext.Current.CancellationToken);
        foreach (var request in requests.Skip(3))
            Assert.True(await FoundAtAsync(database, request) > TimeProvider.System.GetUtcNow().AddHours(29));
    }

    [Fact]
    public async Task Its_disk_is_full_for_a_while()
    {
        var disk = Directory.CreateTempSubdirectory("og-disk-").FullName;
        if (!Environment.IsPrivilegedProcess || !(await RunAsync("mount", "-t", "tmpfs", "-o", "size=6m", "og-test", disk)).Succeeded)
            throw new SkippedTestException("A disk of its own is needed that can be filled: run as root, where mounting is allowed.");
        var ballast = Path.Combine(disk, "ballast");
        try
        {
            await using var relayer = ordeal.Relayer(ordeal.Chain.Endpoint, $"sqlite:{disk}/relayer.db");
            await relayer.StartAsync();
            List<Hash32> requests = [.. await ordeal.AskAsync(3)];
            await ordeal.BooksAreRightAsync(requests);
            Fill(ballast);
            // What it has written before has left room in its files: until that is used up, and it has tried long enough to say so.
            var isFull = false;
            while (!isFull && requests.Count < MostRequests)
            {
                requests.Add(await ordeal.AskAsync());
                await Task.Delay(TimeSpan.FromMilliseconds(250), TestContext.Current.CancellationToken);
                isFull = relayer.Said().Contains("disk is full", StringComparison.Ordinal);
            }

            Assert.True(isFull, $"It never wanted for room. {relayer.Said()}");
            Assert.True(relayer.IsRunning, relayer.Said());

            File.Delete(ballast);

            await ordeal.BooksAreRightAsync(requests);
        }
        finally
        {
            Assert.True((await RunAsync("umount", disk)).Succeeded);
            Directory.Delete(disk);
        }
    }

    private static async Task<DateTimeOffset> FoundAtAsync(IDatabase database, Hash32 requestId) => DateTimeOffset.FromUnixTimeMilliseconds(await database.ReadAsync(
        session => session.QuerySingleAsync<long>("SELECT found_at FROM jobs WHERE request_id = @requestId", new { requestId }), TestContext.Current.CancellationToken));

    private static void Fill(string path)
    {
        using var file = File.Create(path);
        var block = new byte[4_096];
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush(flushToDisk: true);
            }
        }
        catch (IOException)
        {
            // Nothing more fits.
        }
    }

    private static Task<ProgramResult> RunAsync(string program, params string[] arguments) =>
        ProgramRunner.RunAsync(new ProgramRun(program, arguments, Repository.Root), CancellationToken.None);

    /// <summary>What people see on a clock can be set; how time goes by cannot.</summary>
    private sealed class SettableClock : TimeProvider
    {
        private long _offset;

        public TimeSpan Offset
        {
            set => Interlocked.Exchange(ref _offset, value.Ticks);
        }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offset));
    }
}
