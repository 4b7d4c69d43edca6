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
