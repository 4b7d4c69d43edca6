using System.CommandLine;
using OpenGradient.Cli.Terminal;
using Spectre.Console;

namespace OpenGradient.Cli.Testing;

/// <summary><c>og test</c>: every suite and check, summed up in one line.</summary>
internal static class TestCommand
{
    private const int ShownFailureLines = 40;

    public static Command Create(ActionGuard guard)
    {
        var only = new Argument<string[]>("suite")
        {
            Description = "Run only these suites (see --list); all of them without a name.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var list = new Option<bool>("--list") { Description = "Name the suites and run none." };
        var command = new Command("test", "Run all suites and checks; exit code 0 when everything passed.") { only, list };
        command.SetAction(guard((context, cancellationToken) =>
        {
            var suites = Suites(context.Checkout, TimeProvider.System);
            var chosen = Choose(suites, context.Parsed.GetValue(only) ?? []);
            return context.Parsed.GetValue(list)
                ? Task.FromResult(ListThem(context.Output, suites))
                : RunAsync(context, chosen, TimeProvider.System, cancellationToken);
        }));
        return command;
    }

    private static List<ISuite> Suites(Checkout checkout, TimeProvider clock) =>
        [new SoliditySuite(checkout, clock), .. DotnetSuite.All(checkout, clock), new ChecksSuite(checkout, clock)];

    private static List<ISuite> Choose(List<ISuite> suites, string[] names)
    {
        foreach (var name in names)
        {
            if (!suites.Exists(suite => string.Equals(suite.Name, name, StringComparison.OrdinalIgnoreCase)))
            {
                throw new ExpectedFailureException(
                    ExitCode.Usage, $"There is no suite '{name}'.", $"The suites are {string.Join(", ", suites.Select(suite => suite.Name))}.");
            }
        }

        return names.Length == 0 ? suites : suites.FindAll(suite => names.Contains(suite.Name, StringComparer.OrdinalIgnoreCase));
    }

    private static int ListThem(CommandOutput output, List<ISuite> suites)
    {
        output.ReportNames([.. suites.Select(suite => suite.Name)]);
        return ExitCode.Success;
    }

    private static async Task<int> RunAsync(
        CommandContext context, List<ISuite> suites, TimeProvider clock, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        Directory.CreateDirectory(Path.Combine(context.Checkout.StateFolder, "tests"));
        // The Solidity tests compute all the time, and the others mostly wait: beside each other they take little longer than the longer of both.
        var solidity = suites.FindAll(suite => suite is SoliditySuite);
        var checks = suites.FindAll(suite => suite is ChecksSuite);
        var beside = RunInTurnAsync(context, solidity, clock, cancellationToken);
        List<SuiteResult> results = [.. await RunInTurnAsync(context, suites.Except(solidity).Except(checks), clock, cancellationToken), .. await beside];
        results.AddRange(await RunInTurnAsync(context, checks, clock, cancellationToken));

        var report = TestReport.Of(results, clock.GetElapsedTime(started));
        context.Output.Report(report, CliJson.Default.TestReport, _ => { });
        if (!context.Output.Json)
            context.Output.WritePlainLine(report.ClosingLine);
        return report.Failed == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private static async Task<IReadOnlyList<SuiteResult>> RunInTurnAsync(
        CommandContext context, IEnumerable<ISuite> suites, TimeProvider clock, CancellationToken cancellationToken)
    {
        List<SuiteResult> results = [];
        foreach (var suite in suites)
        {
            context.Output.Screen.MarkupLineInterpolated($"[grey]running[/] {suite.Name}");
            var result = await RunOneAsync(suite, clock, cancellationToken);
            results.Add(result);
            Show(context.Output.Screen, result);
        }

        return results;
    }

    // One suite that cannot run must not keep the others from running: it has failed, with what was thrown.
    private static async Task<SuiteResult> RunOneAsync(ISuite suite, TimeProvider clock, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        try
        {
            return await suite.RunAsync(cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return SuiteResult.Broken(suite.Name, failure.ToString(), clock.GetElapsedTime(started));
        }
    }

    private static void Show(IAnsiConsole screen, SuiteResult result)
    {
        var verdict = result.Failed == 0 ? "[green]passed[/]" : "[red]FAILED[/]";
        screen.MarkupLine(
            $"{verdict}  {Markup.Escape(result.Name)}: {result.Passed} passed, {result.Failed} failed, " +
            $"{result.Skipped.Count} skipped in {result.Seconds} s");
        foreach (var skipped in result.Skipped)
            screen.MarkupLineInterpolated($"  [yellow]skipped[/] {skipped}");
        foreach (var failure in result.Failures)
        {
            screen.MarkupLineInterpolated($"  [red]failed[/] {failure.Test}");
            foreach (var line in failure.Message.Split('\n').Take(ShownFailureLines))
                screen.MarkupLineInterpolated($"    {line.TrimEnd()}");
        }
    }
}
