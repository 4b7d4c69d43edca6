using System.CommandLine;
using System.Globalization;
using OpenGradient.Benchmarks;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Cli.Settings;
using OpenGradient.Cli.Terminal;
using OpenGradient.Relayer.Hosting;
using Spectre.Console;

namespace OpenGradient.Cli.Bench;

/// <summary><c>og bench</c>: measurements beside a baseline of the same run.</summary>
internal static class BenchCommand
{
    public static Command Create(ActionGuard guard)
    {
        var name = new Argument<string?>("name") { Description = "The suite to run; all of them without a name.", Arity = ArgumentArity.ZeroOrOne };
        var list = new Option<bool>("--list") { Description = "Name the suites and run none." };
        var keep = new Option<bool>("--keep") { Description = "Write the figures that the repository keeps anew: those of gas, of inference, of proving, of forgeries, of indexing, and of private requests." };
        var count = new Option<int?>("--count") { Description = "How many forgeries `og bench forgeries` tries, 100,000 unless told; how many rounds `og bench inference` takes, 7 unless told." };
        var cuda = new Option<string?>("--cuda-folder") { Description = $"The folder with CUDA's provider library, for `og bench inference` on a GPU too; {RelayerSettingNames.CudaFolder} without it." };
        var command = new Command("bench", "Measure, beside a baseline; exit code 1 when a goal is missed.") { name, list, keep, count, cuda };
        command.SetAction(guard(async (context, cancellationToken) =>
        {
            if (context.Parsed.GetValue(list))
                return ListThem(context.Output);
            var chosen = Choose(context.Parsed.GetValue(name), context.Parsed.GetValue(count));
            return await RunAsync(context, await OnDevicesAsync(context, chosen, context.Parsed.GetValue(cuda), cancellationToken), context.Parsed.GetValue(keep), cancellationToken);
        }));
        return command;
    }

    private static int ListThem(CommandOutput output)
    {
        output.ReportNames([.. BenchmarkSuites.All.Select(suite => suite.Name)]);
        return ExitCode.Success;
    }

    // A GPU that was named is measured, or the command fails.
    private static async Task<IReadOnlyList<BenchmarkSuite>> OnDevicesAsync(
        CommandContext context, IReadOnlyList<BenchmarkSuite> suites, string? cudaFolder, CancellationToken cancellationToken)
    {
        if (!suites.Any(suite => suite is ICudaSuite))
        {
            return cudaFolder is null
                ? suites
                : throw new ExpectedFailureException(ExitCode.Usage, "This benchmark runs on no GPU.", "Take --cuda-folder out, or run `og bench inference`.");
        }

        var folder = cudaFolder ?? (await KnownSettings.LoadAsync(context, cancellationToken)).Find(RelayerSettingNames.CudaFolder);
        return folder is null ? suites : [.. suites.Select(suite => suite is ICudaSuite cuda ? cuda.On(Path.GetFullPath(folder)) : suite)];
    }

    private static IReadOnlyList<BenchmarkSuite> Choose(string? name, int? count)
    {
        if (name is null && count is null)
            return BenchmarkSuites.All;

        var chosen = name is null ? null : BenchmarkSuites.All.FirstOrDefault(suite => string.Equals(suite.Name, name, StringComparison.OrdinalIgnoreCase));
        if (count is { } number)
        {
            return chosen is ICountedSuite counted && number > 0
                ? [counted.Of(number)]
                : throw new ExpectedFailureException(ExitCode.Usage, $"--count is {number}.", "Give a number above 0, and a benchmark that counts: `og bench forgeries` or `og bench inference`.");
        }

        return chosen is not null
            ? [chosen]
            : throw new ExpectedFailureException(
                ExitCode.Usage, $"There is no benchmark '{name}'.",
                $"The benchmarks are {string.Join(", ", BenchmarkSuites.All.Select(suite => suite.Name))}.");
    }

    private static async Task<int> RunAsync(
        CommandContext context, IReadOnlyList<BenchmarkSuite> suites, bool keep, CancellationToken cancellationToken)
    {
        if (keep && !suites.Any(suite => suite.IsKept))
        {
            throw new ExpectedFailureException(
                ExitCode.Usage, "These figures are those of a machine, and are not kept.", "Kept are those of `og bench gas`, `og bench inference`, `og bench prover`, `og bench prover-peers`, `og bench forgeries`, `og bench indexer` and `og bench private`.");
        }

        var progress = new ShownProgress(context.Output.Errors);
        List<BenchmarkReport> reports = [];
        foreach (var suite in suites)
        {
            var report = await suite.RunAsync(context.Checkout.Root, progress, cancellationToken);
            reports.Add(report);
            if (!context.Output.Json)
                Show(context.Output.Screen, report);
            foreach (var file in keep && suite.IsKept ? await suite.KeepAsync(context.Checkout.Root, report, cancellationToken) : [])
                context.Output.Errors.MarkupLineInterpolated($"[grey]wrote[/] {file}");
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
                Markup.Escape(row.BaselineName ?? string.Empty), row.Ratio is null ? string.Empty : $"[bold]{Figure(row.Ratio)}×[/]", GoalOf(row),
                row.Met switch { true => "[green]met[/]", false => "[red]missed[/]", null => string.Empty });
        }

        screen.Write(table);
        var machine = report.Machine;
        screen.MarkupLineInterpolated(
            $"{machine.Processor}, {machine.Cores} cores, {machine.VectorBits}-bit vectors, {machine.System}, {machine.Runtime}, {machine.PeerRuntime}");
        screen.WriteLine(report.Note);
    }

    private static string GoalOf(BenchmarkRow row) =>
        row.Goal is { } least ? $"≥ {Figure(least)}×" : row.Limit is { } most ? $"≤ {Figure(most)}" : string.Empty;

    private static string Figure(double? value) => value?.ToString(value < 10 ? "0.00" : "#,0", CultureInfo.InvariantCulture) ?? string.Empty;

    private static string Percent(double? share) => share?.ToString("0 %", CultureInfo.InvariantCulture) ?? string.Empty;

    // Progress<T> would post to the thread pool and let a name appear after its own result.
    private sealed class ShownProgress(IAnsiConsole console) : IProgress<string>
    {
        public void Report(string value) => console.MarkupLineInterpolated($"[grey]measuring[/] {value}");
    }
}
