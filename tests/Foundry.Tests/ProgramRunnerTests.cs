using OpenGradient.Support;

namespace OpenGradient.Foundry.Tests;

public sealed class ProgramRunnerTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gives_both_outputs_and_the_exit_code()
    {
        var result = await ProgramRunner.RunAsync(Shell("echo out; echo err >&2; exit 7"), Stop);

        Assert.Equal(new ProgramResult(7, "out\n", "err\n"), result);
        Assert.False(result.Succeeded);
    }

    [Fact]
    public async Task Passes_input_environment_and_folder_and_tells_each_line()
    {
        List<string> lines = [];
        var run = Shell("cat; echo $OG_PROBE; pwd") with
        {
            Input = "given\n",
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["OG_PROBE"] = "set" },
            OnLine = lines.Add,
        };

        var result = await ProgramRunner.RunAsync(run, Stop);

        Assert.Equal($"given\nset\n{Repository.Root}\n", result.Output);
        Assert.Equal(["given", "set", Repository.Root], lines);
    }

    [Fact]
    public async Task A_program_that_is_missing_or_not_executable_is_named()
    {
        var plain = Path.GetTempFileName();
        try
        {
            foreach (var program in (string[])["og-no-such-program", plain])
            {
                var failure = await Assert.ThrowsAsync<MissingProgramException>(
                    () => ProgramRunner.RunAsync(new ProgramRun(program, [], Repository.Root), Stop));

                Assert.Contains(program, failure.Remedy, StringComparison.Ordinal);
            }
        }
        finally
        {
            File.Delete(plain);
        }
    }

    [Fact]
    public async Task Kills_the_program_and_its_children_when_cancelled()
    {
        var marker = Path.Combine(Path.GetTempPath(), $"og-{Environment.ProcessId}-{nameof(ProgramRunnerTests)}");
        File.Delete(marker);
        var started = new TaskCompletionSource();
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = ProgramRunner.RunAsync(
            Shell($"(sleep 3; touch {marker}) & echo ready; wait") with { OnLine = _ => started.TrySetResult() }, cancelled.Token);
        await started.Task.WaitAsync(Stop);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Task.Delay(TimeSpan.FromSeconds(4), Stop);
        Assert.False(File.Exists(marker), "The child outlived the program that was cancelled.");
    }

    private static ProgramRun Shell(string script) => new("bash", ["-c", script], Repository.Root);
}
