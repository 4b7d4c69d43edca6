using OpenGradient.Cli.Chain;
using OpenGradient.Relayer.Attesting.Archive;
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

    public static void Show(IAnsiConsole screen, CollateralList list)
    {
        foreach (var file in list.Files)
        {
            screen.MarkupLineInterpolated($"[green]{file.Name}[/] {file.Hash}");
            screen.WriteLine(file.Record is { } record
                ? $"  {record.Form} of {record.Subject}, {record.RootLabel}, {Times.Show(record.From)} to {Times.Show(record.Until)}, from {record.Source}"
                : "  put there by hand");
        }
    }

    public static void Show(IAnsiConsole screen, CollateralRefresh done)
    {
        foreach (var outcome in done.Sources)
            screen.MarkupLineInterpolated($"{(outcome.State == RefreshState.Failed ? "✗" : "✓")} {outcome.Name} {outcome.State}{(outcome.Reason is null ? "" : ": " + outcome.Reason)}");
    }

    public static void Show(IAnsiConsole screen, CollateralShown shown)
    {
        screen.WriteLine($"{shown.Hash}, {shown.Bytes} bytes");
        screen.WriteLine(shown.Facts is { } facts ? $"{facts.Form} of {facts.Subject}, {facts.Label}, {Times.Show(facts.From)} to {Times.Show(facts.Until)}" : $"It does not hold now. {shown.Reason}");
        foreach (var record in shown.History)
            screen.WriteLine($"taken into use as {record.Name} at {Times.Show(record.AdoptedAt)}, from {record.Source}");
    }
}
