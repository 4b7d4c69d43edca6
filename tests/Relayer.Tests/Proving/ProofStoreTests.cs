using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Layout;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Proving.Materials;
using OpenGradient.Relayer.Proving.Schema;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Sending;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Proving;

public sealed class SqliteProofStoreTests(SqliteFixture databases) : ProofStoreTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresProofStoreTests(PostgresFixture databases) : ProofStoreTests(databases), IClassFixture<PostgresFixture>;

/// <summary>Proofs in the database: begun once, made by one, ordered once.</summary>
public abstract class ProofStoreTests(IDatabaseFixture databases)
{
    private const int MostFailures = 3;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_goes_into_one_proof_only()
    {
        await using var scene = await OpenAsync();
        var asked = await AnsweredAsync(scene, 3);
        var (ours, theirs) = (StoreOf(scene, "ours"), StoreOf(scene, "theirs"));

        var first = await ours.BeginAsync(Version, [asked[0], asked[1]], SampleJobs.Them, 7, Lease, Stop);
        var second = await theirs.BeginAsync(Version, [asked[1], asked[2]], SampleJobs.Them, 8, Lease, Stop);
        var third = await theirs.BeginAsync(Version, asked, SampleJobs.Them, 9, Lease, Stop);

        Assert.Equal([asked[0], asked[1]], (await ours.ItemsAsync(first!.ProofId, Stop)).Select(item => item.Job.RequestId));
        Assert.Equal([asked[2]], (await ours.ItemsAsync(second!.ProofId, Stop)).Select(item => item.Job.RequestId));
        Assert.Null(third);
        Assert.Empty(await ours.WaitingAsync(after: null, Stop));
        Assert.All(await ours.ItemsAsync(first.ProofId, Stop), item => Assert.True(item.Job.IsInProof));
    }

    [Fact]
    public async Task What_waits_is_read_page_by_page_each_answer_once()
    {
        await using var scene = await OpenAsync();
        var asked = await AnsweredAsync(scene, 3);
        var store = StoreOf(scene, "ours");

        var all = await store.WaitingAsync(after: null, Stop);
        Assert.Equal(asked.Order(), all.Select(job => job.Job.RequestId).Order());
        for (var i = 0; i < all.Count; i++)
            Assert.Equal(all.Skip(i + 1).Select(job => job.Job.RequestId), (await store.WaitingAsync(all[i].Job, Stop)).Select(job => job.Job.RequestId));
    }

    [Fact]
    public async Task An_input_that_was_run_is_kept_until_its_request_is_over()
    {
        await using var scene = await OpenAsync();
        var asked = await AnsweredAsync(scene, 3);
        List<Job> jobs = [];
        foreach (var id in asked)
        {
            var job = await scene.JobAsync(id);
            var request = job.Ask.Request with { Flags = (byte)RequestFlags.InputAtUri, InputCommit = Keccak256.Hash([(byte)jobs.Count, 2, 3]) };
            jobs.Add(job with { Ask = job.Ask with { Request = request } });
        }

        var kept = new KeptInputs(scene.Database, mostBytes: 6);
        Assert.Null(await kept.FindAsync(jobs[0], Stop));
        Assert.True(await kept.KeepAsync(jobs[0], new byte[] { 0, 2, 3 }, Stop));
        // Run again it is kept once.
        Assert.True(await kept.KeepAsync(jobs[0], new byte[] { 0, 2, 3 }, Stop));
        Assert.True(await kept.KeepAsync(jobs[1], new byte[] { 1, 2, 3 }, Stop));
        Assert.Equal(new byte[] { 0, 2, 3 }, (await kept.FindAsync(jobs[0], Stop))?.ToArray());
        // There is no room before another is over.
        Assert.False(await kept.KeepAsync(jobs[2], new byte[] { 2, 2, 3 }, Stop));
        await scene.Database.WriteAsync(session => session.ExecuteAsync("UPDATE jobs SET ended = 1, ended_at = 9, due_at = NULL WHERE request_id = @Id", new { Id = asked[0] }), Stop);
        Assert.True(await kept.KeepAsync(jobs[2], new byte[] { 2, 2, 3 }, Stop));
        Assert.Null(await kept.FindAsync(jobs[0], Stop));
        // What is not the request's is none.
        Assert.Null(await kept.FindAsync(jobs[1] with { Ask = jobs[2].Ask }, Stop));
    }

    [Fact]
    public async Task A_proof_whose_maker_died_is_made_again_of_the_same_receipts()
    {
        await using var scene = await OpenAsync();
        var asked = await AnsweredAsync(scene, 2);
        var begun = (await StoreOf(scene, "dead").BeginAsync(Version, asked, SampleJobs.Them, 7, Lease, Stop))!;
        var heir = StoreOf(scene, "heir");

        Assert.Null(await heir.LeaseAsync(begun.ProofId, Lease, Stop));
        await scene.Database.WriteAsync(session => session.ExecuteAsync("UPDATE proofs SET lease_until = 0"), Stop);
        var taken = await heir.LeaseAsync(begun.ProofId, Lease, Stop);

        Assert.Equal(begun with { Epoch = 2 }, taken);
        Assert.Null(await heir.LeaseAsync(begun.ProofId, Lease, Stop));
        Assert.Equal(asked, (await heir.ItemsAsync(begun.ProofId, Stop)).Select(item => item.Job.RequestId));
    }

    [Fact]
    public async Task What_a_process_forgot_to_make_it_takes_again_at_once_and_leaves_what_others_make()
    {
        await using var scene = await OpenAsync();
        var asked = await AnsweredAsync(scene, 2);
        var (ours, theirs) = (StoreOf(scene, "ours"), StoreOf(scene, "theirs"));
        var begun = (await ours.BeginAsync(Version, [asked[0]], SampleJobs.Them, 7, Lease, Stop))!;
        await theirs.BeginAsync(Version, [asked[1]], SampleJobs.Them, 7, Lease, Stop);
        Assert.Null(await ours.LeaseAsync(begun.ProofId, Lease, Stop));

        Assert.Equal(1, await ours.ReleaseAsync(Stop));

        Assert.Equal(begun with { Epoch = 2 }, await ours.LeaseAsync(begun.ProofId, Lease, Stop));
        Assert.Null(await ours.LeaseAsync(begun.ProofId, Lease, Stop));
    }

    [Fact]
    public async Task Who_lost_its_lease_orders_nothing()
    {
        await using var scene = await OpenAsync();
        var asked = await AnsweredAsync(scene, 2);
        var (paused, heir) = (StoreOf(scene, "paused"), StoreOf(scene, "heir"));
        var begun = (await paused.BeginAsync(Version, asked, SampleJobs.Them, 7, Lease, Stop))!;
        await scene.Database.WriteAsync(session => session.ExecuteAsync("UPDATE proofs SET lease_until = 0"), Stop);
        var taken = (await heir.LeaseAsync(begun.ProofId, Lease, Stop))!;

        Assert.True(await heir.FileAsync(taken, Made("a"), Lease, Stop));
        Assert.False(await paused.FileAsync(begun, Made("b"), Lease, Stop));
        await paused.DropAsync(begun, "too late", MostFailures, Stop);

        Assert.Equal("a", Assert.Single(scene.Orders.All).Key);
        foreach (var id in asked)
        {
            var job = await scene.JobAsync(id);
            Assert.Equal((1, false, 0), (job.Settlement!.Attempt, job.IsInProof, job.FailedProofs));
        }

        Assert.Null(await heir.NextDueAsync(Stop));
    }

    [Fact]
    public async Task What_fails_too_often_is_given_up_and_what_was_only_closed_is_not()
    {
        await using var scene = await OpenAsync();
        var asked = await AnsweredAsync(scene, 1);
        var store = StoreOf(scene, "ours");
        for (var failures = 0; failures < MostFailures; failures++)
        {
            await store.DropAsync((await store.BeginAsync(Version, asked, SampleJobs.Them, 7, Lease, Stop))!, failure: null, MostFailures, Stop);
            Assert.Null((await scene.JobAsync(asked[0])).TurnedAway);
            await store.DropAsync((await store.BeginAsync(Version, asked, SampleJobs.Them, 7, Lease, Stop))!, "it took too long", MostFailures, Stop);
        }

        var job = await scene.JobAsync(asked[0]);
        Assert.Equal(new TurnedAway(TurnAwayReason.ProofFailed, "it took too long"), job.TurnedAway);
        Assert.Null(await store.BeginAsync(Version, asked, SampleJobs.Them, 7, Lease, Stop));
    }

    [Fact]
    public async Task A_proof_that_is_put_off_is_not_made_before_its_time()
    {
        await using var scene = await OpenAsync();
        var asked = await AnsweredAsync(scene, 1);
        var store = StoreOf(scene, "ours");
        var begun = (await store.BeginAsync(Version, asked, SampleJobs.Them, 7, Lease, Stop))!;
        var later = TimeProvider.System.GetUtcNow().AddHours(1);

        await store.PostponeAsync(begun, later, Stop);

        Assert.Null(await store.LeaseAsync(begun.ProofId, Lease, Stop));
        Assert.Equal(later.ToUnixTimeMilliseconds(), (await store.NextDueAsync(Stop))?.ToUnixTimeMilliseconds());
    }

    private static Hash32 Version => SampleJobs.Request().VersionId;

    private static MadeProof Made(string key) => new(
        new Order(key, SampleJobs.Them, new byte[] { 1 }, 1_000_000, OrderPurpose.Settle), ProofForm.Short, 400, TimeSpan.FromMilliseconds(30));

    private static ProofStore StoreOf(RelayerScene scene, string owner) => new(scene.Database, scene.StoreOf(owner), scene.Orders, owner, TimeProvider.System);

    private async Task<RelayerScene> OpenAsync()
    {
        var database = await DatabaseFactory.OpenAsync(
            await databases.CreateAsync(), [.. TransactionQueue.Migrations, RelayerSchema.Migrations, OperationsSchema.Migrations, ProvingSchema.Migrations], cancellationToken: Stop);
        return await RelayerScene.OpenAsync(new NoPreparer(), database: database);
    }

    private static async Task<IReadOnlyList<Hash32>> AnsweredAsync(RelayerScene scene, int count)
    {
        List<IHubContract.RequestedEvent> asked = [.. Enumerable.Range(0, count).Select(number => Proven(RelayerScene.Ask(number)))];
        await scene.TellAsync([.. asked]);
        await scene.Database.WriteAsync(
            session => session.ExecuteAsync("UPDATE jobs SET answer_commit = request_id, answer = request_id, answered_at = 5"), Stop);
        return [.. asked.Select(request => request.RequestId)];
    }

    internal static IHubContract.RequestedEvent Proven(IHubContract.RequestedEvent asked)
    {
        var request = asked.Request with { Assurance = (byte)Assurance.Proven };
        var id = RequestHash.IdOf(RelayerScene.Deployment.ChainId, RelayerScene.Deployment.Hub, new IHubContract.Ask(request, asked.Requester, asked.Nonce));
        return asked with { RequestId = id, Request = request };
    }

    private sealed class NoPreparer : Relayer.Execution.IPreparer
    {
        public Task<Relayer.Execution.Preparation> PrepareAsync(Job job, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing is prepared here.");
    }
}
