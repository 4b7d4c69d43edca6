using OpenGradient.Database;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Jobs;

public sealed class SqliteJobTurnsTests(SqliteFixture databases) : JobTurnsTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresJobTurnsTests(PostgresFixture databases) : JobTurnsTests(databases), IClassFixture<PostgresFixture>;

/// <summary>Due jobs are taken requester by requester and by deadline, however many of them there are.</summary>
public abstract class JobTurnsTests(IDatabaseFixture databases)
{
    // More than anybody looks at in one go.
    private const int Many = 5_000;
    private const ulong Later = SampleJobs.Now + 100_000;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Behind_thousands_of_one_requester_nobody_else_waits()
    {
        await using var scene = await OpenAsync();
        await AskAsync(scene, SampleJobs.Them, Many, i => SampleJobs.Now + 600 + (ulong)i);
        // Asked last, and due after all of the others.
        await AskAsync(scene, SampleJobs.Us, 1, _ => Later);

        var leased = await scene.Store.LeaseDueAsync(2, Lease, Stop);

        Assert.Equal([SampleJobs.Them, SampleJobs.Us], leased.Select(job => job.Job.Ask.Requester));
    }

    [Fact]
    public async Task The_earliest_deadline_of_thousands_comes_first_though_it_was_asked_last()
    {
        await using var scene = await OpenAsync();
        await AskAsync(scene, SampleJobs.Them, Many, i => Later - (ulong)i);
        await AskAsync(scene, SampleJobs.Them, 1, _ => SampleJobs.Now + 60, first: Many);

        var leased = await scene.Store.LeaseDueAsync(3, Lease, Stop);

        Assert.Equal([SampleJobs.Now + 60, Later - Many + 1, Later - Many + 2], leased.Select(job => job.Job.Deadline));
    }

    [Fact]
    public async Task All_of_many_requesters_have_their_turn_before_anybody_has_a_second()
    {
        const int Requesters = 40;
        await using var scene = await OpenAsync();
        for (var requester = 0; requester < Requesters; requester++)
            await AskAsync(scene, AddressOf(requester), requester == 0 ? 200 : 3, i => SampleJobs.Now + 600 + (ulong)i);

        var leased = await scene.Store.LeaseDueAsync(100, Lease, Stop);

        Assert.Equal(100, leased.Count);
        Assert.Equal(Requesters, leased.Take(Requesters).Select(job => job.Job.Ask.Requester).Distinct().Count());
        Assert.All(leased.CountBy(job => job.Job.Ask.Requester), of => Assert.InRange(of.Value, 2, 3));
    }

    [Fact]
    public async Task Where_more_requesters_wait_than_a_round_has_all_of_them_have_their_turn_in_the_end()
    {
        const int Requesters = (2 * JobTurns.RequestersAside) + 300;
        await using var scene = await OpenAsync();
        await scene.TellAsync([.. Enumerable.Range(0, Requesters).Select(i => RelayerScene.Ask(i, requester: AddressOf(i)))]);
        HashSet<Address> served = [];

        while (await scene.Store.LeaseDueAsync(256, Lease, Stop) is { Count: > 0 } leased)
            served.UnionWith(leased.Select(job => job.Job.Ask.Requester));

        Assert.Equal(Requesters, served.Count);
    }

    [Fact]
    public async Task What_waits_for_its_time_hides_nothing_behind_it()
    {
        await using var scene = await OpenAsync();
        await AskAsync(scene, SampleJobs.Them, Many, i => SampleJobs.Now + 600 + (ulong)i);
        await scene.Database.WriteAsync(session => session.ExecuteAsync("UPDATE jobs SET due_at = @Due", new { Due = long.MaxValue }), Stop);
        await AskAsync(scene, SampleJobs.Them, 1, _ => Later, first: Many);

        Assert.Equal(Later, Assert.Single(await scene.Store.LeaseDueAsync(10, Lease, Stop)).Job.Deadline);
    }

    [Fact]
    public async Task What_is_answered_comes_before_what_is_to_be_run()
    {
        await using var scene = await OpenAsync();
        await AskAsync(scene, SampleJobs.Them, 1, _ => Later);
        var answered = Assert.Single(await scene.Store.LeaseDueAsync(1, Lease, Stop));
        await scene.Store.FileAsync(
            [new Filing { Leased = answered, NewAnswer = new JobAnswer(Keccak256.Hash([1]), new byte[] { 1 }, TimeSpan.Zero, "test"), DueAt = DateTimeOffset.UnixEpoch }], Stop);
        await AskAsync(scene, SampleJobs.Us, 20, i => SampleJobs.Now + 600 + (ulong)i);

        var leased = await scene.Store.LeaseDueAsync(2, Lease, Stop);

        Assert.Equal([Later, SampleJobs.Now + 600], leased.Select(job => job.Job.Deadline));
        Assert.Empty(await scene.Store.LeaseDueAsync(10, Lease, WantedJobs.Answered, Stop));
    }

    [Fact]
    public async Task Nothing_is_taken_twice()
    {
        await using var scene = await OpenAsync();
        await AskAsync(scene, SampleJobs.Them, 600, i => SampleJobs.Now + 600 + (ulong)(i % 7));
        var other = scene.StoreOf("other");

        var takings = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? scene.Store : other).LeaseDueAsync(150, Lease, Stop)));

        var taken = takings.SelectMany(leased => leased).Select(job => job.Job.RequestId).ToList();
        Assert.InRange(taken.Count, 150, 600);
        Assert.Equal(taken.Count, taken.Distinct().Count());
    }

    private async Task<RelayerScene> OpenAsync()
    {
        var database = await DatabaseFactory.OpenAsync(await databases.CreateAsync(), [RelayerSchema.Migrations], cancellationToken: Stop);
        return await RelayerScene.OpenAsync(new Idle(), database: database);
    }

    private static Task AskAsync(RelayerScene scene, Address requester, int count, Func<int, ulong> deadlineOf, int first = 0) =>
        scene.TellAsync([.. Enumerable.Range(0, count).Select(i => RelayerScene.Ask(first + i, deadlineOf(i), requester))]);

    private static Address AddressOf(int number) => Address.Parse($"0x{Keccak256.Hash(Hash32.FromUInt256((ulong)number).Bytes).ToString()[2..42]}");

    private sealed class Idle : IPreparer
    {
        public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing is run here.");
    }
}
