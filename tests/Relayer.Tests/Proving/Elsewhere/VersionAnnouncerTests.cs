using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Setup;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Proving.Elsewhere;
using OpenGradient.Relayer.Proving.Materials;
using OpenGradient.Relayer.Proving.Models;
using OpenGradient.Relayer.Proving.Schema;
using OpenGradient.Relayer.Scheduling;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Sending;
using OpenGradient.Support;
using OpenGradient.Support.Databases;
using static OpenGradient.Relayer.Tests.Proving.SampleProvable;

namespace OpenGradient.Relayer.Tests.Proving.Elsewhere;

/// <summary>What a prover takes of what is wanted, where not all of it fits, and what it says of it.</summary>
public sealed class VersionAnnouncerTests(SqliteFixture databases) : IClassFixture<SqliteFixture>, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("og-announcer-").FullName;
    private readonly ManualTime _clock = new();
    private RelayerScene _scene = null!;
    private AnnouncedVersions _relayer = null!;
    private AnnouncedVersions _prover = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IDatabase Database => _scene.Database;

    private static long RoomForOne => ProvableModel.BytesFor(Committed.Value.Layout, threads: 1);

    public async ValueTask InitializeAsync()
    {
        _scene = await RelayerScene.OpenAsync(
            new NoPreparer(), database: await databases.OpenAsync([.. TransactionQueue.Migrations, RelayerSchema.Migrations, OperationsSchema.Migrations, ProvingSchema.Migrations]));
        _relayer = new AnnouncedVersions(Database, RegisterOf("relayer", InstanceRole.Relayer));
        var prover = RegisterOf("prover", InstanceRole.Prover);
        await prover.BeatAsync(new Uri("http://127.0.0.1:1"), Stop);
        _prover = new AnnouncedVersions(Database, prover);
    }

    public async ValueTask DisposeAsync()
    {
        await _scene.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Of_what_does_not_fit_together_the_most_urgent_stays_and_the_next_has_its_turn_after_it()
    {
        var (urgent, other) = await WantTwoAsync();
        using var models = Models(RoomForOne);
        var maker = new Maker(models);
        var announcer = AnnouncerOf(maker, models);

        for (var looks = 0; looks < 5; looks++)
        {
            await announcer.LookAsync(Stop);
            Assert.Equal(urgent, Assert.Single(models.Kept).VersionId);
        }

        Assert.Equal([urgent], maker.Read);
        Assert.Equal(new AnnouncedVersion(urgent, IsInTime: true, 0), (await _relayer.FindAsync(urgent, Stop))?.Best);
        Assert.Null(await _relayer.FindAsync(other, Stop));

        await Database.WriteAsync(session => session.ExecuteAsync("UPDATE jobs SET waiting_for = 0 WHERE version_id = @urgent", new { urgent }), Stop);
        for (var looks = 0; looks < 5; looks++)
            await announcer.LookAsync(Stop);

        Assert.Equal([urgent, other], maker.Read);
        Assert.Equal(new AnnouncedVersion(other, IsInTime: true, 0), (await _relayer.FindAsync(other, Stop))?.Best);
        Assert.Null(await _relayer.FindAsync(urgent, Stop));
    }

    [Fact]
    public async Task What_is_being_proven_makes_no_room()
    {
        var (urgent, other) = await WantTwoAsync();
        using var models = Models(RoomForOne);
        var maker = new Maker(models);
        var announcer = AnnouncerOf(maker, models);
        var proven = Assert.IsType<ProvableTaking.Ready>(await maker.TakeAsync(other, Stop)).Model;

        using (models.Prove(proven))
        {
            await announcer.LookAsync(Stop);
            Assert.Same(proven, Assert.Single(models.Kept));
            // What has to be taken stands beside it for so long.
            await maker.TakeAsync(urgent, Stop);
            Assert.Equal(new[] { urgent, other }.Order(), models.Kept.Select(model => model.VersionId).Order());
        }

        Assert.Equal(urgent, Assert.Single(models.Kept).VersionId);
        Assert.Equal([other, urgent], maker.Read);
    }

    [Fact]
    public async Task Answers_that_wait_to_be_proven_come_before_requests_that_wait_for_a_prover()
    {
        var (urgent, other) = await WantTwoAsync();
        await Database.WriteAsync(
            session => session.ExecuteAsync("UPDATE jobs SET answer_commit = request_id, answer = request_id, answered_at = 5, waiting_for = 0 WHERE version_id = @other", new { other }), Stop);
        Assert.Equal([other, urgent], await _prover.WantedAsync(Stop));

        // As when its proof was begun.
        var store = new ProofStore(Database, _scene.StoreOf("prover"), _scene.Orders, "prover", TimeProvider.System);
        Assert.NotNull(await store.BeginAsync(other, [other], SampleJobs.Them, 7, TimeSpan.FromMinutes(1), Stop));
        Assert.Equal([other, urgent], await _prover.WantedAsync(Stop));
    }

    [Fact]
    public async Task What_is_ready_is_said_before_the_next_is_taken()
    {
        var (urgent, other) = await WantTwoAsync();
        using var models = Models(memory: 1L << 30);
        var maker = new Maker(models);
        List<bool> wasSaid = [];
        maker.Taking = async versionId =>
        {
            if (versionId == other)
                wasSaid.Add(await _relayer.FindAsync(urgent, Stop) is { Best.IsInTime: true });
        };

        await AnnouncerOf(maker, models).LookAsync(Stop);

        Assert.Equal([true], wasSaid);
        Assert.True((await _relayer.FindAsync(other, Stop))?.Best.IsInTime);
    }

    [Fact]
    public async Task What_is_refused_of_an_artifact_is_said_and_looked_at_again_after_a_while()
    {
        var (urgent, other) = await WantTwoAsync();
        using var models = Models(memory: 1L << 30);
        var maker = new Maker(models) { Refusals = { [urgent] = "It is too large." } };
        var announcer = AnnouncerOf(maker, models);
        using var turnsAway = Models(memory: 1L << 30, _relayer);

        await announcer.LookAsync(Stop);

        Assert.Equal(new AnnouncedVersion(urgent, IsInTime: false, 0, "It is too large."), (await _relayer.FindAsync(urgent, Stop))?.Best);
        Assert.True((await _relayer.FindAsync(other, Stop))?.Best.IsInTime);
        // The request's own reason, which its page shows.
        var objection = await turnsAway.ObjectionAsync(Published(Committed.Value.ProofCommitment), Version() with { Id = urgent }, isToBeProven: true, Stop);
        Assert.Equal(new TurnedAway(TurnAwayReason.NotProvable, "No prover proves it. It is too large."), objection);

        // Nobody asks for it any more.
        await Database.WriteAsync(session => session.ExecuteAsync("UPDATE jobs SET waiting_for = 0"), Stop);
        _clock.Advance(TimeSpan.FromMinutes(9));
        await announcer.LookAsync(Stop);
        Assert.NotNull(await _relayer.FindAsync(urgent, Stop));
        _clock.Advance(TimeSpan.FromMinutes(1));
        await announcer.LookAsync(Stop);
        Assert.Null(await _relayer.FindAsync(urgent, Stop));
    }

    [Fact]
    public async Task What_breaks_a_prover_is_said_and_tried_again_after_a_while_longer_each_time()
    {
        var (urgent, other) = await WantTwoAsync();
        using var models = Models(memory: 1L << 30);
        var (tries, isBroken) = (0, true);
        var maker = new Maker(models)
        {
            Taking = versionId =>
            {
                if (versionId != urgent)
                    return Task.CompletedTask;
                tries++;
                return isBroken ? throw new InvalidOperationException("It breaks.") : Task.CompletedTask;
            },
        };
        var announcer = AnnouncerOf(maker, models);

        foreach (var (seconds, expected) in new[] { (0, 1), (14, 1), (1, 2), (29, 2), (1, 3) })
        {
            _clock.Advance(TimeSpan.FromSeconds(seconds));
            await announcer.LookAsync(Stop);
            Assert.Equal(expected, tries);
            Assert.Equal(new AnnouncedVersion(urgent, IsInTime: false, 0, "InvalidOperationException: It breaks."), (await _relayer.FindAsync(urgent, Stop))?.Best);
            Assert.True((await _relayer.FindAsync(other, Stop))?.Best.IsInTime);
        }

        isBroken = false;
        _clock.Advance(TimeSpan.FromMinutes(10));
        await announcer.LookAsync(Stop);
        Assert.True((await _relayer.FindAsync(urgent, Stop))?.Best.IsInTime);
    }

    [Fact]
    public async Task What_a_database_has_lost_is_said_again()
    {
        var (urgent, _) = await WantTwoAsync();
        using var models = Models(memory: 1L << 30);
        var announcer = AnnouncerOf(new Maker(models), models);
        await announcer.LookAsync(Stop);
        await Database.WriteAsync(session => session.ExecuteAsync("DELETE FROM announced_versions"), Stop);

        await announcer.LookAsync(Stop);
        Assert.Null(await _relayer.FindAsync(urgent, Stop));
        _clock.Advance(TimeSpan.FromMinutes(1));
        await announcer.LookAsync(Stop);
        Assert.True((await _relayer.FindAsync(urgent, Stop))?.Best.IsInTime);
    }

    // Two versions, of the same artifact, of which the first has the earlier deadline.
    private async Task<(Hash32 Urgent, Hash32 Other)> WantTwoAsync()
    {
        await _scene.TellAsync(
            ProofStoreTests.Proven(RelayerScene.Ask(1, deadline: SampleJobs.Now + 700)), ProofStoreTests.Proven(RelayerScene.Ask(2, deadline: SampleJobs.Now + 600)));
        await Database.WriteAsync(session => session.ExecuteAsync("UPDATE jobs SET waiting_for = @Prover, version_id = request_id", new { Prover = (int)WaitingFor.Prover }), Stop);
        var wanted = await _prover.WantedAsync(Stop);
        Assert.Equal(2, wanted.Count);
        return (wanted[0], wanted[1]);
    }

    private InstanceRegister RegisterOf(string owner, InstanceRole role) => new(Database, owner, TimeSpan.FromMinutes(10), TimeProvider.System, role);

    private VersionAnnouncer AnnouncerOf(Maker maker, ProvableModels models) => new(_prover, maker, models, new LeftVersions(_clock), NullLogger.Instance, _clock);

    private ProvableModels Models(long memory, AnnouncedVersions? announced = null) => new(
        Committed.Value.Setup, Context, 1 << VerifierSetup.MaxPowers,
        new ProvingOptions
        {
            Setup = _ => Task.FromResult<SetupReading>(new SetupReading.Accepted(Committed.Value.Setup)),
            CacheFolder = _folder,
            Threads = 1,
            MemoryBytes = memory,
            IsElsewhere = announced is not null,
        },
        new CacheFiller(_folder, NullLogger<CacheFiller>.Instance, TimeProvider.System), announced);

    private sealed class Maker(ProvableModels models) : IProofMaker
    {
        // Not those that are in memory already.
        private readonly HashSet<ProvableModel> _seen = [];

        public List<Hash32> Read { get; } = [];

        public Dictionary<Hash32, string> Refusals { get; } = [];

        public Func<Hash32, Task> Taking { get; set; } = _ => Task.CompletedTask;

        public ProvenVersion? Find(Hash32 versionId) =>
            Refusals.TryGetValue(versionId, out var refusal) ? new ProvenVersion(null) { Refusal = refusal } : new ProvenVersion(Committed.Value.Model.Descriptor);

        public InputState StateOf(Job job, IntegerDescriptor descriptor) => throw new InvalidOperationException("No input is asked for.");

        public async Task<ProvableTaking> TakeAsync(Hash32 versionId, CancellationToken cancellationToken, IReadOnlySet<Hash32>? beside = null)
        {
            await Taking(versionId);
            switch (await models.TakeAsync(Published(Committed.Value.ProofCommitment), Version() with { Id = versionId }, cancellationToken, beside))
            {
                case ProvableReading.Ready(var model):
                    if (_seen.Add(model))
                        Read.Add(versionId);
                    return new ProvableTaking.Ready(model);
                case ProvableReading.NoRoom(var details):
                    return new ProvableTaking.Unavailable(details);
                default:
                    return new ProvableTaking.Refused("It was refused.");
            }
        }

        public Task<ProofMaking> MakeAsync(ProvableTaking version, ProofInMaking proof, IReadOnlyList<Job> jobs, TimeSpan timeLeft, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing is proven here.");
    }

    private sealed class NoPreparer : IPreparer
    {
        public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing is prepared here.");
    }
}
