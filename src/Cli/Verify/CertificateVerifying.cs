using System.Globalization;
using OpenGradient.Cli.Terminal;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Proofs;
using Spectre.Console;

namespace OpenGradient.Cli.Verify;

/// <summary>What <c>og verify</c> says of the certificate of a range.</summary>
internal static class CertificateVerifying
{
    public static int Verify(CommandOutput output, CompletenessBundle certificate, Hash32 blockHash)
    {
        var report = Completeness.Verify(certificate, blockHash) switch
        {
            CompletenessVerdict.Holds holds => new CertificateReport
            {
                Holds = true,
                // An event of the certificate's own making may be declared so that no log is a row of it.
                Complete = holds.IsComplete && (holds.IsOurs || holds.Undecoded == 0),
                Emitters = [.. holds.Emitters.Select(emitter => emitter.ToString())],
                Event = holds.Event,
                IsOurs = holds.IsOurs,
                From = holds.From,
                To = holds.To,
                Rows = holds.Rows,
                Undecoded = holds.Undecoded,
                Foreign = holds.Foreign,
                EmptyFilters = holds.EmptyFilters,
                Gaps = [.. holds.Gaps.Select(gap => new GapReport(gap.From, gap.To, PlainText.Of(gap.Reason)))],
                BlockBefore = holds.BlockBefore.ToString(),
            },
            CompletenessVerdict.Fails(var reason) => new CertificateReport { Reason = reason },
            _ => throw new InvalidOperationException("There are two verdicts."),
        };
        output.Report(report, CliJson.Default.CertificateReport, screen => Show(screen, report));
        return report is { Holds: true, Complete: true } ? ExitCode.Success : ExitCode.Failed;
    }

    private static void Show(IAnsiConsole screen, CertificateReport report)
    {
        if (!report.Holds)
        {
            screen.MarkupLineInterpolated($"[red]unproven[/]: {report.Reason}");
            return;
        }

        var emitters = report.Emitters.Count == 0 ? "Every contract" : string.Join(", ", report.Emitters);
        var verdict = report.Complete ? "[green]complete[/]" : "[yellow]not complete[/]";
        screen.MarkupLine($"{verdict}: blocks {report.From.ToString(CultureInfo.InvariantCulture)} to {report.To.ToString(CultureInfo.InvariantCulture)} hold exactly these {report.Rows.ToString(CultureInfo.InvariantCulture)} rows of");
        screen.MarkupLineInterpolated($"  {emitters}: {report.Event}");
        foreach (var gap in report.Gaps)
            screen.MarkupLineInterpolated($"  [yellow]but for blocks {gap.From} to {gap.To}[/]: {gap.Reason}");
        if (report.Undecoded > 0)
            screen.MarkupLineInterpolated($"  {report.Undecoded} logs carry the event's signature, and are not encoded as it says: they are no rows.");
        if (report.Foreign > 0)
            screen.MarkupLineInterpolated($"  {report.Foreign} logs share its signature and differ in what is indexed: they are of another event, and no rows.");
        if (report.Foreign > 0 && !report.IsOurs)
            screen.MarkupLine("  [yellow]Know how the contract declares it: a declaration of the certificate's own could make the rows themselves look like others.[/]");
        if (report.EmptyFilters > 0)
        {
            screen.MarkupLineInterpolated(
                $"  [yellow]{report.EmptyFilters} blocks have receipts, and are ruled out by an empty filter: that shows nothing on a chain whose headers have no true filters. Know that this one's do.[/]");
        }

        screen.WriteLine("Only a node's word: chain_id, table, transaction_hash. Whether these are the right contracts is for you to know.");
        if (!report.IsOurs)
            screen.MarkupLine("[yellow]That event is not one of ours: what its values are called is the certificate's own word.[/]");
        screen.MarkupLineInterpolated($"The block before the first is {report.BlockBefore}: by it the certificate below is checked.");
    }
}

/// <summary>What a certificate is worth.</summary>
internal sealed record CertificateReport
{
    public bool Holds { get; init; }

    public bool Complete { get; init; }

    public string? Reason { get; init; }

    public IReadOnlyList<string> Emitters { get; init; } = [];

    public string? Event { get; init; }

    public bool IsOurs { get; init; }

    public ulong From { get; init; }

    public ulong To { get; init; }

    public int Rows { get; init; }

    public int Undecoded { get; init; }

    /// <summary>Logs of events that differ only in what is indexed.</summary>
    public int Foreign { get; init; }

    /// <summary>Blocks with receipts that only an empty filter rules out.</summary>
    public int EmptyFilters { get; init; }

    public IReadOnlyList<GapReport> Gaps { get; init; } = [];

    public string? BlockBefore { get; init; }
}

/// <summary>Blocks about which nothing is shown.</summary>
internal sealed record GapReport(ulong From, ulong To, string Reason);
