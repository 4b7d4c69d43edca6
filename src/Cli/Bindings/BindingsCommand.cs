using System.CommandLine;
using OpenGradient.Cli.Terminal;
using Spectre.Console;

namespace OpenGradient.Cli.Bindings;

/// <summary><c>og bindings</c>: writes the C# of our contracts, and of the indexer's client, anew.</summary>
internal static class BindingsCommand
{
    public static Command Create(ActionGuard guard)
    {
        var check = new Option<bool>("--check") { Description = "Write nothing; exit code 1 when the files are not what would be written." };
        var command = new Command("bindings", "Generate the C# bindings of the contracts from what forge compiled, and the indexer's client from its OpenAPI document.") { check };
        command.SetAction(guard(async (context, cancellationToken) =>
        {
            var checkOnly = context.Parsed.GetValue(check);
            var report = new BindingsReport(checkOnly, checkOnly
                ? await ContractBindings.FindDriftAsync(context.Checkout, cancellationToken)
                : await ContractBindings.WriteAsync(context.Checkout, cancellationToken));
            context.Output.Report(report, CliJson.Default.BindingsReport, screen => Show(screen, report));
            return checkOnly && report.Changes.Count > 0 ? ExitCode.Failed : ExitCode.Success;
        }));
        return command;
    }

    private static void Show(IAnsiConsole screen, BindingsReport report)
    {
        if (report.Changes.Count == 0)
            screen.WriteLine("All bindings are current.");
        foreach (var change in report.Changes)
            screen.MarkupLineInterpolated(report.CheckOnly ? (FormattableString)$"[red]{change}[/]" : $"changed {change}");
    }
}

/// <summary>What <c>og bindings</c> changed, or with <c>--check</c> what it would have to change.</summary>
public sealed record BindingsReport(bool CheckOnly, IReadOnlyList<string> Changes);
