using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Request;
using OpenGradient.Ethereum.Primitives;
using Spectre.Console;

namespace OpenGradient.Cli.Receipt;

/// <summary>Shows receipts to people.</summary>
internal static class ReceiptScreen
{
    public static void Show(IAnsiConsole screen, ReceiptReport report)
    {
        Line("request", report.RequestId);
        Line("stage", Stage(report));
        Line("node", $"{report.Receipt.Node}, pays {report.Receipt.Payee}");
        Line("version", report.Receipt.VersionId);
        Line("assurance", report.Receipt.Assurance);
        Line("signed", $"{Times.Show(Times.Of(report.Receipt.IssuedAt))}, by its signer's word");
        Line("digest", report.Digest);
        Line("signer", report.Signer ?? "the evidence is no signature");
        if (report.RootLabel is { } label)
            Line("root", label);
        Line("settled", $"in block {report.SettlementBlock}, {report.SettlementTransaction}");
        if (report.IsDelivered is { } delivered)
            Line("callback", delivered ? "delivered" : "failed; anyone can deliver again");
        if (report.Receipt.Output is { } output)
            Line("answer", TensorText.Show(Hex.Decode(output)));
        Show(screen, report.Checks);
        if (report.RootLabel == RootLabels.Emulated)
            screen.MarkupLine(RootLabels.Banner);
        return;

        void Line(string what, string how) => screen.WriteLine($"{what,-10} {how}");
    }

    public static void Show(IAnsiConsole screen, IReadOnlyList<ReceiptCheck> checks)
    {
        foreach (var check in checks)
        {
            screen.MarkupLineInterpolated(check.Held switch
            {
                true => (FormattableString)$"[green]✓[/] {check.What} [grey]{check.Detail}[/]",
                false => $"[red]✗ {check.What}[/]: {check.Detail}",
                null => $"[yellow]?[/] {check.What} [grey]{check.Detail}[/]",
            });
        }
    }

    private static string Stage(ReceiptReport report)
    {
        var contested = report.Judgement is { } judgement ? $"; contested, and {judgement}" : report.WasContested ? "; a court is judging" : string.Empty;
        var final = report.IsFinal ? ", final"
            : report.FinalAt is { } at ? $", can be contested until {Times.Show(at)}"
            : string.Empty;
        return $"{report.Stage}{final}{contested}{(report.Stands ? string.Empty : "; this answer does not stand")}";
    }
}
