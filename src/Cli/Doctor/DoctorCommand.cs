using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using OpenGradient.Cli.Settings;
using OpenGradient.Cli.Terminal;
using OpenGradient.Cli.Up;
using Spectre.Console;

namespace OpenGradient.Cli.Doctor;

/// <summary><c>og doctor</c>: what is wrong with this machine, and how to mend it.</summary>
internal static class DoctorCommand
{
    public static Command Create(ActionGuard guard)
    {
        var relayer = new Option<bool>("--relayer") { Description = "Look over what a relayer needs, by its settings, instead of what building needs." };
        var config = new Option<string?>("--config") { Description = "A file of settings in place of .env." };
        var command = new Command("doctor", "Look over this machine, or what a relayer needs: what is wrong, and how to mend it.") { relayer, config };
        command.SetAction(guard(async (context, cancellationToken) =>
        {
            var file = await KnownSettings.LoadAsync(context, cancellationToken, context.Parsed.GetValue(config));
            var findings = context.Parsed.GetValue(relayer)
                ? await new RelayerChecks(file.Find, context.Checkout.Root).RunAsync(cancellationToken)
                : await new MachineChecks(context.Checkout, UpSettings.From(file).ChainPort).RunAsync(cancellationToken);
            var report = new DoctorReport(findings.All(finding => finding.Health != Health.Broken), Machine(), findings);
            context.Output.Report(report, CliJson.Default.DoctorReport, screen => Show(screen, report));
            return report.Healthy ? ExitCode.Success : ExitCode.MissingPrerequisite;
        }));
        return command;
    }

    private static string Machine() => string.Create(
        CultureInfo.InvariantCulture,
        $"{RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}");

    private static void Show(IAnsiConsole screen, DoctorReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns(string.Empty, "subject", "found", "mend");
        foreach (var finding in report.Findings)
        {
            table.AddRow(
                Mark(finding.Health), Markup.Escape(finding.Subject), Markup.Escape(finding.Detail), Markup.Escape(finding.Remedy ?? string.Empty));
        }

        screen.Write(table);
        screen.MarkupLine(report.Healthy
            ? $"[green]Everything that is needed works[/] ({Markup.Escape(report.Machine)})."
            : $"[red]Something is broken[/] ({Markup.Escape(report.Machine)}); mend what is marked with a cross.");
    }

    private static string Mark(Health health) => health switch
    {
        Health.Good => "[green]✓[/]",
        Health.Limited => "[yellow]![/]",
        _ => "[red]✗[/]",
    };
}
