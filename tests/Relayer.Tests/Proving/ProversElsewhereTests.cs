using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Planning;
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
using OpenGradient.Support.Databases;
using static OpenGradient.Relayer.Tests.Proving.SampleProvable;

namespace OpenGradient.Relayer.Tests.Proving;

public sealed class SqliteProversElsewhereTests(SqliteFixture databases) : ProversElsewhereTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresProversElsewhereTests(PostgresFixture databases) : ProversElsewhereTests(databases), IClassFixture<PostgresFixture>;

/// <summary>A relayer that leaves its proofs to other processes: what it is told of their caches, and what it promises by that.</summary>
public abstract class ProversElsewhereTests(IDatabaseFixture databases) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("og-elsewhere-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_needs_a_cache_is_not_answered_before_a_prover_that_lives_says_that_it_is_ready()
    {
        await using var database = await OpenAsync();
        var (first, second) = (ProverOf(database, "first"), ProverOf(database, "second"));
        using var models = ModelsOf(TooShort() with { IsElsewhere = true }, announced: new AnnouncedVersions(database, RegisterOf(database, "relayer", InstanceRole.Relayer)));

        // Nobody has said anything: it is taken to have no cache.
        Assert.Contains("No prover has said yet", await ObjectionAsync(models), StringComparison.Ordinal);
        await first.BeatAsync(Page, Stop);
        await TellAsync(database, first, isInTime: false, percent: 41);
        Assert.Contains("41 %", await ObjectionAsync(models), StringComparison.Ordinal);
        // One of two is enough; and what it takes back counts no more.
        await second.BeatAsync(Page, Stop);
        await TellAsync(database, second, isInTime: true, percent: 100);
        Assert.Null(await ObjectionAsync(models));
        await new AnnouncedVersions(database, second).TellAsync([], Stop);
        Assert.Contains("41 %", await ObjectionAsync(models), StringComparison.Ordinal);
        await TellAsync(database, second, isInTime: true, percent: 100);
        Assert.Null(await ObjectionAsync(models));
        // The dead promise nothing, and what they have said goes when another says something.
        await second.LeaveAsync(Stop);
        Assert.Contains("41 %", await ObjectionAsync(models), StringComparison.Ordinal);
        await TellAsync(database, first, isInTime: false, percent: 42);
        Assert.Equal(1, await database.ReadAsync(session => session.QuerySingleAsync<long>("SELECT COUNT(*) FROM announced_versions"), Stop));
    }

    [Fact]
    public async Task What_is_quick_without_a_cache_waits_for_the_first_word_of_a_prover()
    {
        await using var database = await OpenAsync();
        var prover = ProverOf(database, "prover");
        using var models = ModelsOf(Options() with { IsElsewhere = true }, announced: new AnnouncedVersions(database, RegisterOf(database, "relayer", InstanceRole.Relayer)));

        // One that refuses it would be heard too late, but for what needs no claim.
        Assert.Contains("has said yet", await ObjectionAsync(models), StringComparison.Ordinal);
        Assert.Null(await models.ObjectionAsync(Published(Committed.Value.ProofCommitment), Version(), isToBeProven: true, Stop, isAssigned: true));
        await prover.BeatAsync(Page, Stop);
        Assert.Contains("has said yet", await ObjectionAsync(models), StringComparison.Ordinal);
        await TellAsync(database, prover, isInTime: false, percent: 0);
        Assert.Contains("0 %", await ObjectionAsync(models), StringComparison.Ordinal);
        await TellAsync(database, prover, isInTime: true, percent: 0);
        Assert.Null(await ObjectionAsync(models));
        // A signature needs no prover.
        Assert.Null(await models.ObjectionAsync(Published(Committed.Value.ProofCommitment), Version(), isToBeProven: false, Stop));
    }

    [Fact]
    public async Task A_relayers_own_cache_is_no_provers()
    {
        await using var database = await OpenAsync();
        var filler = new CacheFiller(_folder, NullLogger<CacheFiller>.Instance, TimeProvider.System);
        using var models = ModelsOf(TooShort() with { IsElsewhere = true }, filler, new AnnouncedVersions(database, RegisterOf(database, "relayer", InstanceRole.Relayer)));
        Assert.NotNull(await ObjectionAsync(models));
        Assert.NotNull(await models.ObjectionAsync(Published(Committed.Value.ProofCommitment), Version(), isToBeProven: true, Stop, isAssigned: true));
        // As where it challenges by a proof.
        models.AskForCache(Assert.Single(models.Kept));
        await FillAsync(filler, Assert.Single(models.Kept));

        Assert.Contains("No prover has said yet", await ObjectionAsync(models), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prover_gets_ready_what_requests_wait_for_and_says_so()
    {
        var database = await OpenAsync();
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer(), database: database);
        var relayer = new AnnouncedVersions(database, RegisterOf(database, "relayer", InstanceRole.Relayer));
        var prover = ProverOf(database, "prover");
        await prover.BeatAsync(Page, Stop);
        var filler = new CacheFiller(_folder, NullLogger<CacheFiller>.Instance, TimeProvider.System);
        using var models = ModelsOf(TooShort(), filler);
        var announcer = new VersionAnnouncer(new AnnouncedVersions(database, prover), new Maker(models), models, new LeftVersions(TimeProvider.System), NullLogger.Instance, TimeProvider.System);
        await scene.TellAsync(ProofStoreTests.Proven(RelayerScene.Ask(1)), ProofStoreTests.Proven(RelayerScene.Ask(2)));
        var wanted = SampleJobs.Request().VersionId;

        // What waits for nothing of a prover's is none of its business.
        await announcer.LookAsync(Stop);
        Assert.Empty(models.Kept);
        await database.WriteAsync(session => session.ExecuteAsync("UPDATE jobs SET waiting_for = @Prover", new { Prover = (int)WaitingFor.Prover }), Stop);
        await announcer.LookAsync(Stop);
        Assert.Equal(wanted, Assert.Single(models.Kept).VersionId);
        Assert.Equal(new AnnouncedVersion(wanted, IsInTime: false, 0), (await relayer.FindAsync(wanted, Stop))?.Best);

        await FillAsync(filler, models.Kept[0]);
        await announcer.LookAsync(Stop);
        Assert.Equal(new AnnouncedVersion(wanted, IsInTime: true, 100), (await relayer.FindAsync(wanted, Stop))?.Best);

        // Told once it is not told again: another's word stands beside it as it was.
        await database.WriteAsync(session => session.ExecuteAsync("UPDATE announced_versions SET cache_percent = 7"), Stop);
        await announcer.LookAsync(Stop);
        Assert.Equal(7, (await relayer.FindAsync(wanted, Stop))?.Best.CachePercent);
    }

    [Fact]
    public async Task Only_what_has_changed_is_written()
    {
        await using var database = await OpenAsync();
        var (prover, other) = (ProverOf(database, "prover"), ProverOf(database, "other"));
        var announced = new AnnouncedVersions(database, prover);
        var versions = Enumerable.Range(1, 4).Select(number => new AnnouncedVersion(Hash32.FromUInt256((ulong)number), IsInTime: false, 0, new string('x', 600))).ToList();
        await other.BeatAsync(Page, Stop);
        await new AnnouncedVersions(database, other).TellAsync(versions, Stop);
        await announced.TellAsync(versions, Stop);
        var before = await WrittenAsync();

        await announced.TellAsync(versions, Stop);
        Assert.Equal(before, await WrittenAsync());
        // One is said otherwise, and one no more.
        versions[0] = versions[0] with { IsInTime = true, Refusal = null };
        versions.RemoveAt(1);
        await announced.TellAsync(versions, Stop);

        var after = await WrittenAsync();
        Assert.Equal(3, after.Count);
        Assert.Equal(2, after.Intersect(before, StringComparer.Ordinal).Count());
        Assert.Equal(4L, await database.ReadAsync(session => session.QuerySingleAsync<long>("SELECT COUNT(*) FROM announced_versions WHERE owner = 'other'"), Stop));

        // A row that was written again stands elsewhere.
        async Task<IReadOnlyList<string>> WrittenAsync() => await database.ReadAsync(
            session => session.QueryAsync<string>(
                $"SELECT CAST({(database.Engine == Engine.Postgres ? "ctid" : "rowid")} AS TEXT) FROM announced_versions WHERE owner = 'prover' ORDER BY version_id"), Stop);
    }

    [Fact]
    public async Task The_most_urgent_versions_are_wanted_first_and_not_too_many()
    {
        var database = await OpenAsync();
        await using var scene = await RelayerScene.OpenAsync(new NoPreparer(), database: database);
        await scene.TellAsync([.. Enumerable.Range(0, AnnouncedVersions.Most + 3).Select(number => ProofStoreTests.Proven(RelayerScene.Ask(number, deadline: SampleJobs.Now + 600 + (ulong)number)))]);
        await database.WriteAsync(
            session => session.ExecuteAsync("UPDATE jobs SET waiting_for = @Prover, version_id = request_id", new { Prover = (int)WaitingFor.Prover }), Stop);

        var wanted = await new AnnouncedVersions(database, ProverOf(database, "prover")).WantedAsync(Stop);

        var all = await database.ReadAsync(session => session.QueryAsync<Hash32>("SELECT version_id FROM jobs ORDER BY deadline"), Stop);
        Assert.Equal(all.Take(AnnouncedVersions.Most), wanted);
    }

    [Fact]
    public async Task However_many_have_crashed_the_one_that_lives_is_heard()
    {
        await using var database = await OpenAsync();
        for (var number = 0; number < AnnouncedVersions.Most + 6; number++)
        {
            var crashed = ProverOf(database, $"a-{number:000}");
            await crashed.BeatAsync(Page, Stop);
            await TellAsync(database, crashed, isInTime: false, percent: 99);
        }

        // They are silent for long enough, and not for a day: they stand in the register.
        await database.WriteAsync(session => session.ExecuteAsync("UPDATE instances SET seen_at = seen_at - 3600000"), Stop);
        var relayer = new AnnouncedVersions(database, RegisterOf(database, "relayer", InstanceRole.Relayer));
        Assert.Null(await relayer.FindAsync(Version().Id, Stop));
        var living = ProverOf(database, "z");
        await living.BeatAsync(Page, Stop);
        await TellAsync(database, living, isInTime: false, percent: 7);

        Assert.Equal(new HeardVersion(new AnnouncedVersion(Version().Id, IsInTime: false, 7), OthersAreSilent: false), await relayer.FindAsync(Version().Id, Stop));
    }

    [Fact]
    public async Task What_a_prover_refuses_is_turned_away_once_no_other_may_say_otherwise()
    {
        await using var database = await OpenAsync();
        var (small, large) = (ProverOf(database, "a-small"), ProverOf(database, "large"));
        using var models = ModelsOf(Options() with { IsElsewhere = true }, announced: new AnnouncedVersions(database, RegisterOf(database, "relayer", InstanceRole.Relayer)));
        using var tooSmall = ModelsOf(Options() with { MemoryBytes = 1 << 10 });
        await small.BeatAsync(Page, Stop);
        // As where it was given a claimed answer to prove.
        Assert.IsType<ProvableReading.Refused>(await tooSmall.TakeAsync(Published(Committed.Value.ProofCommitment), Version(), Stop));
        await new VersionAnnouncer(new AnnouncedVersions(database, small), new Maker(tooSmall), tooSmall, new LeftVersions(TimeProvider.System), NullLogger.Instance, TimeProvider.System).LookAsync(Stop);

        var objection = await WholeObjectionAsync(models);
        Assert.Equal((TurnAwayReason.NotProvable, false), (objection?.Reason, objection?.MayPass));
        Assert.Contains("MiB is the most", objection!.Details, StringComparison.Ordinal);
        // Another that lives is asked first.
        await large.BeatAsync(Page, Stop);
        objection = await WholeObjectionAsync(models);
        Assert.Equal((TurnAwayReason.NoProver, true), (objection?.Reason, objection?.MayPass));
        await TellAsync(database, large, isInTime: false, percent: 0);
        Assert.Contains("0 %", await ObjectionAsync(models), StringComparison.Ordinal);
        await TellAsync(database, large, isInTime: true, percent: 0);
        Assert.Null(await WholeObjectionAsync(models));
    }

    [Fact]
    public async Task What_no_cache_will_make_quick_is_turned_away_at_once_and_said_to_be_refused()
    {
        await using var database = await OpenAsync();
        var (prover, relayer) = (ProverOf(database, "prover"), new AnnouncedVersions(database, RegisterOf(database, "relayer", InstanceRole.Relayer)));
        using var models = ModelsOf(TooShort() with { IsElsewhere = true }, announced: relayer, longColumns: 0);
        using var quicker = ModelsOf(Options() with { IsElsewhere = true }, announced: relayer, longColumns: 0);
        using var slow = ModelsOf(TooShort(), longColumns: 0);

        var objection = await WholeObjectionAsync(models);
        Assert.Equal((TurnAwayReason.NotProvable, false), (objection?.Reason, objection?.MayPass));

        // A relayer that is quicker itself hears it from the prover.
        Assert.Contains("has said yet", await ObjectionAsync(quicker), StringComparison.Ordinal);
        await prover.BeatAsync(Page, Stop);
        Assert.IsType<ProvableReading.Ready>(await slow.TakeAsync(Published(Committed.Value.ProofCommitment), Version(), Stop));
        await new VersionAnnouncer(new AnnouncedVersions(database, prover), new Maker(slow), slow, new LeftVersions(TimeProvider.System), NullLogger.Instance, TimeProvider.System).LookAsync(Stop);
        objection = await WholeObjectionAsync(quicker);
        Assert.Equal((TurnAwayReason.NotProvable, false), (objection?.Reason, objection?.MayPass));
        Assert.Contains("no power for the quicker form", objection!.Details, StringComparison.Ordinal);
    }

    private static Uri Page { get; } = new("http://127.0.0.1:1");

    private async Task<IDatabase> OpenAsync() => await DatabaseFactory.OpenAsync(
        await databases.CreateAsync(), [.. TransactionQueue.Migrations, RelayerSchema.Migrations, OperationsSchema.Migrations, ProvingSchema.Migrations], cancellationToken: Stop);

    private static InstanceRegister ProverOf(IDatabase database, string owner) => RegisterOf(database, owner, InstanceRole.Prover);

    private static InstanceRegister RegisterOf(IDatabase database, string owner, InstanceRole role) => new(database, owner, TimeSpan.FromMinutes(10), TimeProvider.System, role);

    private static Task TellAsync(IDatabase database, InstanceRegister prover, bool isInTime, int percent) =>
        new AnnouncedVersions(database, prover).TellAsync([new AnnouncedVersion(Version().Id, isInTime, percent)], Stop);

    private static async Task<string?> ObjectionAsync(ProvableModels models)
    {
        var objection = await WholeObjectionAsync(models);
        Assert.True(objection is null or { Reason: TurnAwayReason.NoProver, MayPass: true }, $"{objection}");
        return objection?.Details;
    }

    private static Task<TurnedAway?> WholeObjectionAsync(ProvableModels models) =>
        models.ObjectionAsync(Published(Committed.Value.ProofCommitment), Version(), isToBeProven: true, Stop);

    private static async Task FillAsync(CacheFiller filler, ProvableModel model)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var filling = filler.RunAsync(stop.Token);
        await RelayerScene.UntilAsync(() => Task.FromResult(model is { WaitsForCache: false, CacheFilled: 1 }), "the cache is filled");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => filling);
    }

    // Half of what a short proof is expected to take.
    private ProvingOptions TooShort() => Options() with { Limit = ExpectedTime.OfShortProof(Committed.Value.Layout, 1) / 2 };

    private ProvingOptions Options() => new()
    {
        Setup = _ => Task.FromResult<SetupReading>(new SetupReading.Accepted(Committed.Value.Setup)),
        CacheFolder = _folder,
        Threads = 1,
    };

    private ProvableModels ModelsOf(ProvingOptions options, CacheFiller? filler = null, AnnouncedVersions? announced = null, int longColumns = 1 << VerifierSetup.MaxPowers) => new(
        Committed.Value.Setup, Context, longColumns, options, filler ?? new CacheFiller(_folder, NullLogger<CacheFiller>.Instance, TimeProvider.System), announced);

    private sealed class Maker(ProvableModels models) : IProofMaker
    {
        public ProvenVersion? Find(Hash32 versionId) => new(Committed.Value.Model.Descriptor);

        public InputState StateOf(Job job, IntegerDescriptor descriptor) => throw new InvalidOperationException("No input is asked for.");

        public async Task<ProvableTaking> TakeAsync(Hash32 versionId, CancellationToken cancellationToken, IReadOnlySet<Hash32>? beside = null) => await models.TakeAsync(
            Published(Committed.Value.ProofCommitment), Version() with { Id = versionId }, cancellationToken) is ProvableReading.Ready(var model)
            ? new ProvableTaking.Ready(model)
            : new ProvableTaking.Refused("It was refused.");

        public Task<ProofMaking> MakeAsync(ProvableTaking version, ProofInMaking proof, IReadOnlyList<Job> jobs, TimeSpan timeLeft, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing is proven here.");
    }

    private sealed class NoPreparer : IPreparer
    {
        public Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing is prepared here.");
    }
}
