using OpenGradient.Cli.Chain;
using Spectre.Console;

namespace OpenGradient.Cli.Attest;

/// <summary>Shows verdicts to people.</summary>
internal static class AttestScreen
{
    private const string Emulated = "emulated";

    public static void Show(IAnsiConsole screen, AttestReport report)
    {
        screen.MarkupLine(report.Accepted ? "[green]accepted[/]" : report.Genuine ? "[red]refused[/]: it is genuine, and not what the policy asks for" : "[red]refused[/]: it proves nothing");
        foreach (var reason in report.Reasons)
            screen.MarkupLineInterpolated($"  [red]✗ {reason.Check}[/] {reason.Subject}: {reason.Detail}");
        Line("root", report.RootLabel is null ? "none that is known" : $"{report.RootLabel} {report.RootId}");
        if (report.RootLabel == Emulated)
            screen.MarkupLine("[yellow]           An emulated root shows that programs work, and nothing about hardware.[/]");
        Line("kind", report.TeeType ?? report.Kind);
        Line("status", report.TcbStatus);
        Line("advisories", report.Advisories.Count == 0 ? null : string.Join(' ', report.Advisories));
        Line("workload", report.WorkloadId);
        Line("platform", report.PlatformId);
        Line("says", report.ReportData);
        Line("holds", report is { ValidFrom: { } from, ValidTo: { } to } ? $"{Times.Show(from)} to {Times.Show(to)}" : null);
        foreach (var (name, value) in report.Fields)
            screen.MarkupLineInterpolated($"  [grey]{name}[/] {value}");
        return;

        void Line(string what, string? how)
        {
            if (how is not null)
                screen.WriteLine($"{what,-10} {how}");
        }
    }

    public static void Show(IAnsiConsole screen, AttestFiles files)
    {
        screen.MarkupLineInterpolated($"[green]{files.Evidence}[/] {(files.RootLabel == Emulated ? "is emulated, and worth nothing outside of development." : string.Empty)}");
        var collateral = files.Collateral is null ? string.Empty : $" --collateral {files.Collateral}";
        screen.WriteLine($"og attest verify --kind {files.Kind} --evidence {files.Evidence}{collateral}{(files.RootLabel == Emulated ? " --allow-emulated" : string.Empty)}");
    }
}
