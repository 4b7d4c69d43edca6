using System.Globalization;
using OpenGradient.Cli.Chain;
using Spectre.Console;

namespace OpenGradient.Cli.Node;

/// <summary>Shows a node to people.</summary>
internal static class NodeScreen
{
    private const int ShownLiens = 10;

    public static void Show(IAnsiConsole screen, NodeReport report, DateTimeOffset now)
    {
        if (report.Standing is not { } standing)
        {
            screen.MarkupLineInterpolated($"[yellow]{report.Node} is not registered.[/]");
            return;
        }

        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("what", "how");
        Row("node", report.Node);
        Row("operator", standing.Operator);
        Row("payee", standing.Payee);
        Row("roles", string.Join(", ", standing.Roles));
        Row("stake", $"{standing.Stake} tokens: {standing.Free} free, {standing.Locked} locked, {standing.Unbonding} unbonding");
        if (standing.WithdrawableAt is { } at)
            Row("withdraw", at > now ? $"from {Times.Show(at)}, in {Times.Show(at - now)}" : $"now, since {Times.Show(at)}");
        if (decimal.TryParse(standing.Held, CultureInfo.InvariantCulture, out var held) && held > 0)
            Row("held", $"{standing.Held} tokens by challenges in progress");
        foreach (var lien in standing.Liens.Take(ShownLiens))
            Row("locked", $"{lien.Amount} tokens until about {Times.Show(lien.EndsAt)}");
        if (standing.Liens.Count > ShownLiens)
            Row(string.Empty, $"and {standing.Liens.Count - ShownLiens} hours more; --json lists them all");
        screen.Write(table);

        void Row(string what, string how) => table.AddRow(new Text(what), new Text(how));
    }
}
