using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Relayer.Verifying.Duties;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Operations;

public sealed class SqliteStoreProbeTests(SqliteFixture databases) : StoreProbeTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresStoreProbeTests(PostgresFixture databases) : StoreProbeTests(databases), IClassFixture<PostgresFixture>;

/// <summary>What waits in the database, as an operator is told of it.</summary>
public abstract class StoreProbeTests(IDatabaseFixture databases)
{
    [Fact]
    public async Task Duties_that_nobody_does_are_told_of_and_those_that_wait_to_be_proven_are_not()
    {
        await using var scene = await OperationsScene.OpenAsync(databases);
        Assert.Null(await DutiesAsync(scene, verifies: false));
        Assert.Equal(HealthLevel.Good, (await DutiesAsync(scene, verifies: true))?.Level);

        await AddAsync(scene, 1, DutyKind.ProofChallenge);
        Assert.Equal((HealthLevel.Good, 1), await LevelAsync(scene, verifies: true));
        await AddAsync(scene, 2, DutyKind.Seat);
        Assert.Equal((HealthLevel.Warning, 2), await LevelAsync(scene, verifies: true));
        // What was begun before verifying was switched off still costs stake.
        Assert.Equal((HealthLevel.Warning, 2), await LevelAsync(scene, verifies: false));
    }

    private static Task AddAsync(OperationsScene scene, int number, DutyKind kind) => scene.ExecuteAsync(
        "INSERT INTO duties (request_id, kind, deadline, due_at, found_at) VALUES (@Id, @Kind, 1, 1, 1)", new { Id = OperationsScene.Id(number), Kind = (int)kind });

    private static async Task<(HealthLevel Level, int Due)> LevelAsync(OperationsScene scene, bool verifies) =>
        await DutiesAsync(scene, verifies) is { } check ? (check.Level, (int)check.Figure!.Value) : default;

    private static async Task<HealthCheck?> DutiesAsync(OperationsScene scene, bool verifies) =>
        (await new StoreProbe(scene.Database, verifies, new OnnxBackendOptions(), new ChosenProvider(ExecutionProvider.Cpu, "test"), TimeProvider.System)
            .LookAsync(TestContext.Current.CancellationToken)).FirstOrDefault(check => check.Name == "duties");
}
