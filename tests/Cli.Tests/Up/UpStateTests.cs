using System.Diagnostics;
using System.Globalization;
using OpenGradient.Cli.Up;

namespace OpenGradient.Cli.Tests.Up;

/// <summary>Two networks do not write over each other.</summary>
public sealed class UpStateTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("og-state-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Checkout Checkout => new(_root);

    [Fact]
    public void Whoever_comes_second_hears_who_was_first_and_what_to_do()
    {
        using var first = UpState.Take(Checkout, null);

        var refused = Assert.Throws<ExpectedFailureException>(() => UpState.Take(Checkout, null));

        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId},"), refused.Message, StringComparison.Ordinal);
        Assert.Contains("--state", refused.Remedy, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, refused.ExitCode);
        Assert.Null(first.AddressesFile);
    }

    [Fact]
    public void A_folder_of_its_own_is_another_and_what_was_let_go_of_can_be_taken()
    {
        var own = Path.Combine(_root, "it's mine");
        using (UpState.Take(Checkout, null))
        using (var second = UpState.Take(Checkout, own))
        {
            Assert.Equal((own, Path.Combine(own, "deployment.json")), (second.Folder, second.AddressesFile));
            Assert.Equal($"'{own.Replace("'", "'\\''", StringComparison.Ordinal)}'", second.Shown(own));
        }

        using var again = UpState.Take(Checkout, null);
        Assert.Equal(".og/up/a.json", again.Shown(Path.Combine(again.Folder, "a.json")));
    }

    [Fact]
    public void Whoever_deploys_elsewhere_does_not_write_over_a_network_that_runs()
    {
        var own = Path.Combine(_root, ".og", "own");
        using (UpState.Take(Checkout, null))
        using (UpState.Take(Checkout, own))
        {
            foreach (var file in (string[])["deployments/31337.json", ".og/own/deployment.json", Path.Combine(own, "deployment.json"), "deployments/../.og/own/deployment.json"])
            {
                var refused = Assert.Throws<ExpectedFailureException>(() => UpState.TakeOf(Checkout, file));
                Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId}, is running, and {file} says"), refused.Message, StringComparison.Ordinal);
                Assert.Contains("OG_DEPLOY_FILE", refused.Remedy, StringComparison.Ordinal);
            }

            foreach (var file in (string[])["deployments/1.json", ".og/own/mine.json", ".og/deployments/deployment.json"])
                Assert.Null(UpState.TakeOf(Checkout, file));
        }

        // And the other way round, for as long as it deploys.
        using (Assert.IsType<UpState>(UpState.TakeOf(Checkout, "deployments/31337.json")))
            Assert.Contains("og deploy", Assert.Throws<ExpectedFailureException>(() => UpState.Take(Checkout, null)).Message, StringComparison.Ordinal);
        using var again = UpState.Take(Checkout, null);
    }

    [Fact]
    public async Task A_process_that_was_killed_holds_nothing_and_is_named_while_it_lives()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such signals.");
        var folder = Directory.CreateDirectory(Path.Combine(_root, "held")).FullName;
        var start = new ProcessStartInfo("bash", ["-c", "exec 9>lock; flock 9; printf %s $$ > process; echo held; read -r"])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        using var holder = Process.Start(start)!;
        try
        {
            Assert.Equal("held", await holder.StandardOutput.ReadLineAsync(Stop));
            var refused = Assert.Throws<ExpectedFailureException>(() => UpState.Take(Checkout, folder));
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"process {holder.Id},"), refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            holder.Kill();
            await holder.WaitForExitAsync(Stop);
        }

        using var taken = UpState.Take(Checkout, folder);
        Assert.Equal(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), await File.ReadAllTextAsync(Path.Combine(folder, "process"), Stop));
    }

    [Fact]
    public void What_cannot_be_written_for_another_reason_is_said_to_be_so()
    {
        var file = Path.Combine(_root, "held");
        Directory.CreateDirectory(Path.Combine(file, "lock"));

        Assert.IsNotType<ExpectedFailureException>(Record.Exception(() => UpState.Take(Checkout, file)));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
