using System.Text.Json;
using OpenGradient.Foundry;

namespace OpenGradient.Cli.Testing;

/// <summary>One test project, run from what the launcher built.</summary>
internal sealed class DotnetSuite(Checkout checkout, string project, TimeProvider clock) : ISuite
{
    public string Name => project;

    public static IEnumerable<DotnetSuite> All(Checkout checkout, TimeProvider clock)
    {
        var tests = checkout.PathOf("tests");
        if (!Directory.Exists(tests))
            throw new ExpectedFailureException(ExitCode.MissingPrerequisite, $"There is no folder {tests}.", "Restore it: `git checkout -- tests`.");

        return Directory.EnumerateFiles(tests, "*.Tests.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal)
            .Select(name => new DotnetSuite(checkout, name, clock));
    }

    public async Task<SuiteResult> RunAsync(CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var results = Path.Combine(checkout.StateFolder, "tests");
        var report = Path.Combine(results, project + ".json");
        File.Delete(report);
        var program = checkout.PathOf("tests", project, "bin", "Release", "net10.0", $"OpenGradient.{project}.dll");
        var run = await ProgramRunner.RunAsync(
            new ProgramRun(
                "dotnet",
                [
                    program, "--results-directory", results, "--report-ctrf", "--report-ctrf-filename", project + ".json",
                    "--no-progress", "--no-ansi",
                ],
                checkout.Root),
            cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(results, project + ".log"), run.Output + run.Errors, cancellationToken);

        var elapsed = clock.GetElapsedTime(started);
        if (!File.Exists(report))
            return SuiteResult.Broken(project, $"Exit code {run.ExitCode}, and no report.\n{run.Output}{run.Errors}", elapsed);

        await using var file = File.OpenRead(report);
        using var document = await JsonDocument.ParseAsync(file, cancellationToken: cancellationToken);
        var result = Read(document.RootElement.GetProperty("results"), elapsed);
        // A crash after the last test, or an error outside any test, shows only in the exit code.
        return run.Succeeded || result.Failed > 0
            ? result.OrFailedIfEmpty()
            : SuiteResult.Broken(project, $"No test failed, but the exit code is {run.ExitCode}.\n{run.Output}{run.Errors}", elapsed);
    }

    private SuiteResult Read(JsonElement results, TimeSpan elapsed)
    {
        var passed = 0;
        List<string> skipped = [];
        List<TestFailure> failures = [];
        foreach (var test in results.GetProperty("tests").EnumerateArray())
        {
            var name = test.GetProperty("name").GetString() ?? "(unnamed)";
            var message = test.TryGetProperty("message", out var text) ? text.GetString() ?? string.Empty : string.Empty;
            switch (test.GetProperty("status").GetString())
            {
                case "passed":
                    passed++;
                    break;
                case "skipped" or "pending":
                    skipped.Add(message.Length > 0 ? $"{name}: {message}" : name);
                    break;
                default:
                    failures.Add(new TestFailure(name, message));
                    break;
            }
        }

        return new SuiteResult(project, passed, failures.Count, skipped, failures, Math.Round(elapsed.TotalSeconds, 1));
    }
}
