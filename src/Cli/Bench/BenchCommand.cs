using System.CommandLine;
using System.Globalization;
using OpenGradient.Benchmarks;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Cli.Terminal;
using Spectre.Console;

namespace OpenGradient.Cli.Bench;

/// <summary><c>og bench</c>: measurements beside a baseline of the same run.</summary>
internal static class BenchCommand
{
    public static Command Create(ActionGuard guard)
    {
        var name = new Argument<string?>("name") { Description = "The suite to run; all of them without a name.", Arity = ArgumentArity.ZeroOrOne };
        var list = new Option<bool>("--list") { Description = "Name the suites and run none." };
        var command = new Command("bench", "Measure, beside a baseline in the same run; exit code 1 when a goal is missed.") { name, list };
        command.SetAction(guard((context, cancellationToken) => context.Parsed.GetValue(list)
            ? Task.FromResult(ListThem(context.Output))
            : RunAsync(context, Choose(context.Parsed.GetValue(name)), cancellationToken)));
        return command;
    }

    private static int ListThem(CommandOutput output)
    {
        output.ReportNames([.. BenchmarkSuites.All.Select(suite => suite.Name)]);
        return ExitCode.Success;
    }

    private static IReadOnlyList<BenchmarkSuite> Choose(string? name)
    {
        if (name is null)
            return BenchmarkSuites.All;

        return BenchmarkSuites.All.FirstOrDefault(suite => string.Equals(suite.Name, name, StringComparison.OrdinalIgnoreCase)) is { } suite
            ? [suite]
            : throw new ExpectedFailureException(
                ExitCode.Usage, $"There is no benchmark '{name}'.",
                $"The benchmarks are {string.Join(", ", BenchmarkSuites.All.Select(suite => suite.Name))}.");
    }

    private static async Task<int> RunAsync(
        CommandContext context, IReadOnlyList<BenchmarkSuite> suites, CancellationToken cancellationToken)
    {
        var progress = new ShownProgress(context.Output.Errors);
        List<BenchmarkReport> reports = [];
        foreach (var suite in suites)
        {
            var report = await suite.RunAsync(context.Checkout.Root, progress, cancellationToken);
            reports.Add(report);
            if (!context.Output.Json)
                Show(context.Output.Screen, report);
        }

        context.Output.Report(reports, CliJson.Default.ListBenchmarkReport, _ => { });
        return reports.TrueForAll(report => report.GoalsMet) ? ExitCode.Success : ExitCode.Failed;
    }

    private static void Show(IAnsiConsole screen, BenchmarkReport report)
    {
        var table = new Table().Border(TableBorder.Simple).Title($"og bench {Markup.Escape(report.Suite)}")
            .AddColumns("what", "unit", "ours", "±", "baseline", "±", "whose", "ratio", "goal", string.Empty);
        foreach (var column in (int[])[2, 3, 4, 5, 7, 8])
            table.Columns[column].RightAligned();
        foreach (var row in report.Rows)
        {
            table.AddRow(
                Markup.Escape(row.Name), row.Unit, Figure(row.Value), Percent(row.Spread), Figure(row.Baseline), Percent(row.BaselineSpread),
                Markup.Escape(row.BaselineName), $"[bold]{Figure(row.Ratio)}×[/]", row.Goal is { } goal ? $"≥ {Figure(goal)}×" : string.Empty,
                row.Met switch { true => "[green]met[/]", false => "[red]missed[/]", null => string.Empty });
        }

        screen.Write(table);
        var machine = report.Machine;
        screen.MarkupLineInterpolated(
            $"{machine.Processor}, {machine.Cores} cores, {machine.VectorBits}-bit vectors, {machine.System}, {machine.Runtime}, {machine.PeerRuntime}");
        screen.WriteLine($"Medians of {PairedTiming.Rounds} rounds in turn; ± is the middle half of the rounds; ratios are medians of the pairs.");
    }

    private static string Figure(double value) => value.ToString(value < 10 ? "0.00" : "#,0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => share.ToString("0 %", CultureInfo.InvariantCulture);

    // Progress<T> would post to the thread pool and let a name appear after its own result.
    private sealed class ShownProgress(IAnsiConsole console) : IProgress<string>
    {
        public void Report(string value) => console.MarkupLineInterpolated($"[grey]measuring[/] {value}");
    }
}
