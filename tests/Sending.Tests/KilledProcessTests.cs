using System.Diagnostics;
using OpenGradient.Foundry;
using OpenGradient.Support;
using OpenGradient.Support.Databases;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Sending.Tests;

public sealed class SqliteKilledProcessTests(SqliteFixture databases) : KilledProcessTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresKilledProcessTests(PostgresFixture databases) : KilledProcessTests(databases);

/// <summary>Real processes that end by SIGKILL, one after the other, on one database and one chain.</summary>
public abstract class KilledProcessTests(IDatabaseFixture databases)
{
    private const int Account = 1;
    private const int KilledExitCode = 137;

    private static readonly Boundary[] Ends =
        [Boundary.Signed, Boundary.Saved, Boundary.Sent, Boundary.Landed, Boundary.ReceiptsRead, Boundary.Confirmed, Boundary.FinalRead, Boundary.Finalised];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sender_killed_at_every_boundary_in_turn_does_each_order_once()
    {
        await using var world = await SendingWorld.CreateAsync(databases, Account);
        var ids = await world.EnqueueAsync(30);

        foreach (var end in Ends)
            Assert.Equal(KilledExitCode, await RunAndKillAsync(world, end));

        // The last one goes on with its own name, and lives.
        var last = world.NewSender("child");
        for (var i = 0; i < 100 && !(await world.FindAllAsync(ids)).All(view => view.IsOver); i++)
        {
            await last.StepAsync(Stop);
            await world.Chain.MineAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(2), Stop);
        }

        await world.AssertDoneOnceAsync(ids);
    }

    private static async Task<int> RunAndKillAsync(SendingWorld world, Boundary end)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "OpenGradient.Sending.Child.dll");
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [program, world.Where.ToString(), world.ChainUrl.ToString(), AnvilOptions.DevelopmentChainId.ToString(), $"{Account}", end.ToString()]))!;
        try
        {
            var ended = process.WaitForExitAsync(Stop);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            limit.CancelAfter(Eventually.Patience);
            while (!ended.IsCompleted)
            {
                await world.Chain.MineAsync();
                await Task.WhenAny(ended, Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token));
                limit.Token.ThrowIfCancellationRequested();
            }

            return process.ExitCode;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
