using System.Text.Json;
using OpenGradient.Foundry;

namespace OpenGradient.Cli.Testing;

/// <summary>
/// The Solidity tests, at a lower priority than what runs beside them. Every file of tests must have run: after a lint run that followed an edit,
/// forge has been seen to find no tests and exit 0.
/// </summary>
internal sealed class SoliditySuite(Checkout checkout, TimeProvider clock) : ISuite
{
    public string Name => "contracts";

    public async Task<SuiteResult> RunAsync(CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var run = await ProgramRunner.RunAsync(
            new ProgramRun("nice", ["-n", "10", FoundryPrograms.Forge(checkout.Root), "test", "--json"], checkout.Root), cancellationToken);
        var elapsed = clock.GetElapsedTime(started);
        try
        {
            using var document = JsonDocument.Parse(run.Output);
            return Read(document.RootElement, elapsed).OrFailedIfEmpty();
        }
        catch (JsonException)
        {
            return SuiteResult.Broken(Name, $"forge ended with {run.ExitCode}.\n{run.Output}{run.Errors}", elapsed);
        }
    }

    private SuiteResult Read(JsonElement contracts, TimeSpan elapsed)
    {
        var passed = 0;
        List<string> skipped = [];
        List<TestFailure> failures = [.. NotRun(contracts)];
        foreach (var contract in contracts.EnumerateObject())
        {
            foreach (var test in contract.Value.GetProperty("test_results").EnumerateObject())
            {
                var name = $"{contract.Name[(contract.Name.LastIndexOf(':') + 1)..]}.{test.Name}";
                var reason = test.Value.GetProperty("reason").GetString() ?? string.Empty;
                switch (test.Value.GetProperty("status").GetString())
                {
                    case "Success":
                        passed++;
                        break;
                    case "Skipped":
                        skipped.Add($"{name}: {reason}");
                        break;
                    default:
                        failures.Add(new TestFailure(name, $"{reason} {test.Value.GetProperty("counterexample")}".Trim()));
                        break;
                }
            }
        }

        return new SuiteResult(Name, passed, failures.Count, skipped, failures, Math.Round(elapsed.TotalSeconds, 1));
    }

    private IEnumerable<TestFailure> NotRun(JsonElement contracts)
    {
        var ran = contracts.EnumerateObject().Select(contract => contract.Name[..contract.Name.LastIndexOf(':')]).ToHashSet(StringComparer.Ordinal);
        return Directory.EnumerateFiles(checkout.PathOf("contracts", "test"), "*.t.sol", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(checkout.Root, file))
            .Where(file => !ran.Contains(file))
            .Order(StringComparer.Ordinal)
            .Select(file => new TestFailure(file, "forge ran none of its tests. Build anew: `forge build --force`."));
    }
}
