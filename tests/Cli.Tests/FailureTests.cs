using System.Text;
using OpenGradient.Cli.Testing;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests;

/// <summary>What goes wrong around a command ends in a sentence and an exit code, never in a stack trace.</summary>
public sealed class FailureTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("help")]
    [InlineData("help", "up")]
    [InlineData("up", "--help")]
    [InlineData("--version")]
    [InlineData("test", "--list")]
    [InlineData("bench", "--list", "--json")]
    public async Task An_output_that_takes_nothing_is_told_in_two_lines(params string[] arguments)
    {
        await using var output = new FullWriter();
        await using var errors = new StringWriter();

        var exitCode = await CommandLine.RunAsync(arguments, output, errors);

        Assert.Equal(ExitCode.Failed, exitCode);
        Assert.Equal(2, errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.StartsWith($"og: {FullWriter.Problem}", errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "bogus")]
    [InlineData(ExitCode.Usage, "help", "bogus")]
    [InlineData(ExitCode.Failed, "help")]
    public async Task The_exit_code_stays_the_same_when_nothing_can_be_told(int expected, params string[] arguments)
    {
        await using var full = new FullWriter();

        Assert.Equal(expected, await CommandLine.RunAsync(arguments, full, full));
    }

    [Theory]
    [InlineData(">/dev/full", ExitCode.Failed)]
    [InlineData(">/dev/full 2>/dev/full", ExitCode.Failed)]
    [InlineData(">&-", ExitCode.Failed)]
    [InlineData("| true", ExitCode.Success)]
    public async Task The_program_ends_without_a_trace_whatever_becomes_of_its_output(string redirection, int exitCode)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /dev/full.");
        // The pause lets the reader of the pipe be gone before anything is written.
        var script = $"(sleep 0.5; dotnet \"$1\" help; echo \"exit $?\" >\"$2\") {redirection}";
        var told = Path.GetTempFileName();
        try
        {
            var run = await ProgramRunner.RunAsync(
                new ProgramRun("bash", ["-c", script, "bash", typeof(CommandLine).Assembly.Location, told], Repository.Root), Stop);

            Assert.Equal($"exit {exitCode}\n", await File.ReadAllTextAsync(told, Stop));
            Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(told);
        }
    }

    [Fact]
    public void A_checkout_without_tests_says_how_to_get_them_back()
    {
        var empty = Directory.CreateTempSubdirectory("og-empty-");
        try
        {
            var failure = Assert.Throws<ExpectedFailureException>(() => DotnetSuite.All(new Checkout(empty.FullName), TimeProvider.System));

            Assert.Equal(ExitCode.MissingPrerequisite, failure.ExitCode);
            Assert.Contains("git checkout -- tests", failure.Remedy, StringComparison.Ordinal);
        }
        finally
        {
            empty.Delete(recursive: true);
        }
    }

    [Fact]
    public void States_of_the_machine_are_explained_and_bugs_are_not()
    {
        (Exception Failure, int ExitCode)[] states =
        [
            (new MissingProgramException("anvil cannot be run.", "Install it."), ExitCode.MissingPrerequisite),
            (new TimeoutException("anvil did not listen."), ExitCode.Failed),
            (new RpcException("http://127.0.0.1:1", "eth_chainId", new RpcError.Transport("Connection refused")), ExitCode.Failed),
            (new UnauthorizedAccessException("Access is denied."), ExitCode.Failed),
        ];
        foreach (var (failure, exitCode) in states)
        {
            var shown = ExpectedFailures.Of(failure);
            Assert.Equal(exitCode, shown?.ExitCode);
            Assert.NotEmpty(shown!.Remedy);
        }

        Assert.Null(ExpectedFailures.Of(new InvalidOperationException("A bug.")));
    }

    private sealed class FullWriter : TextWriter
    {
        public const string Problem = "No space left on device";

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException(Problem);
    }
}
