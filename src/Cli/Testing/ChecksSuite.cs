using OpenGradient.Cli.Bindings;
using OpenGradient.Foundry;

namespace OpenGradient.Cli.Testing;

/// <summary>What is not a test and must hold all the same: formatting, lint, lock files, generated code. Each check counts as one test.</summary>
internal sealed class ChecksSuite(Checkout checkout, TimeProvider clock) : ISuite
{
    public string Name => "checks";

    public async Task<SuiteResult> RunAsync(CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var passed = 0;
        List<TestFailure> failures = [];
        foreach (var (name, check) in Checks())
        {
            if (await check(cancellationToken) is { } problem)
                failures.Add(new TestFailure(name, problem));
            else
                passed++;
        }

        var elapsed = clock.GetElapsedTime(started);
        return new SuiteResult(Name, passed, failures.Count, [], failures, Math.Round(elapsed.TotalSeconds, 1));
    }

    // Solidity is compiled before its bindings are compared.
    private IEnumerable<(string Name, Func<CancellationToken, Task<string?>> Check)> Checks()
    {
        // Style and analyzers fail the build itself; only white space is not looked at there.
        yield return ("C# is formatted (mend: dotnet format whitespace)", cancellationToken => SucceedsAsync(
            "dotnet", ["format", "whitespace", "OpenGradient.Relayer.sln", "--verify-no-changes", "--no-restore"], cancellationToken));
        yield return ("NuGet lock files are current (mend: dotnet restore --force-evaluate)", cancellationToken => SucceedsAsync(
            "dotnet", ["restore", "OpenGradient.Relayer.sln", "--locked-mode"], cancellationToken));
        yield return ("npm's lock file is current (mend: npm install)", cancellationToken => SucceedsAsync(
            "npm", ["ci", "--dry-run", "--ignore-scripts", "--offline", "--no-audit", "--no-fund"], cancellationToken));
        yield return ("Solidity is formatted (mend: forge fmt)", cancellationToken => ForgeAsync(["fmt", "--check"], cancellationToken));
        yield return ("Solidity compiles without a warning", cancellationToken => ForgeAsync(["build"], cancellationToken));
        yield return ("C# bindings are current (mend: ./og bindings)", BindingsAreCurrentAsync);
        yield return ("Solidity lint finds nothing", LintAsync);
    }

    // In folders of its own: what forge notes of a lint run after an edit it takes for a build.
    private async Task<string?> LintAsync(CancellationToken cancellationToken)
    {
        var scratch = Path.Combine(checkout.StateFolder, "lint");
        var run = await ProgramRunner.RunAsync(
            new ProgramRun(FoundryPrograms.Forge(checkout.Root), ["lint"], checkout.Root)
            {
                Environment = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["FOUNDRY_OUT"] = Path.Combine(scratch, "out"),
                    ["FOUNDRY_CACHE_PATH"] = Path.Combine(scratch, "cache"),
                },
            },
            cancellationToken);
        return run.Succeeded ? null : $"{run.Output}{run.Errors}".Trim();
    }

    private Task<string?> ForgeAsync(string[] arguments, CancellationToken cancellationToken) =>
        SucceedsAsync(FoundryPrograms.Forge(checkout.Root), arguments, cancellationToken);

    private async Task<string?> SucceedsAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var run = await ProgramRunner.RunAsync(new ProgramRun(program, arguments, checkout.Root), cancellationToken);
        return run.Succeeded ? null : $"{run.Output}{run.Errors}".Trim();
    }

    private async Task<string?> BindingsAreCurrentAsync(CancellationToken cancellationToken)
    {
        var drift = await ContractBindings.FindDriftAsync(checkout, cancellationToken);
        return drift.Count == 0 ? null : string.Join('\n', drift);
    }
}
