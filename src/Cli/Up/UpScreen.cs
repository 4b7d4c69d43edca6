using Spectre.Console;

namespace OpenGradient.Cli.Up;

/// <summary>Shows people what happened on the network.</summary>
internal static class UpScreen
{
    private const int ShownIdLetters = 10;
    private const int ShownAnswerLetters = 64;

    public static void Show(IAnsiConsole screen, UpReport report)
    {
        var table = new Table().Border(TableBorder.Simple).Title("what was asked, and what came of it")
            .AddColumns("request", "scene", "model", "state", "node", "latency", "gas", "answer");
        table.Columns[5].RightAligned();
        table.Columns[6].RightAligned();
        foreach (var request in report.Requests)
        {
            table.AddRow(
                Text(Short(request.RequestId, ShownIdLetters)), Text(request.Scene), Text(request.Model), Text(request.State), Text(Short(request.Node ?? string.Empty, ShownIdLetters)),
                Text(request.LatencyMs is { } latency ? $"{latency / 1000:0.00} s" : string.Empty), Text($"{request.Gas.Total:#,0}{(request.Gas.SettledTogether > 1 ? $" (1 of {request.Gas.SettledTogether})" : string.Empty)}"),
                Text(Short(request.Answer ?? request.Came, ShownAnswerLetters)));
        }

        screen.Write(table);
        screen.MarkupLine("[grey]Latency: from the block with the request to the block with its settlement. Gas: request, claim and settlement together; where several were asked or settled by one transaction, an equal part of that.[/]");
        foreach (var check in report.Checks)
            screen.MarkupLineInterpolated(check.Held ? (FormattableString)$"[green]✓[/] {check.What} [grey]{Short(check.Detail, 110)}[/]" : $"[red]✗ {check.What}[/] {check.Detail}");
        foreach (var request in report.Requests.Where(request => request.VerifyBy is not null))
        {
            screen.MarkupLineInterpolated($"[grey]Verify the receipt of {Short(request.RequestId, ShownIdLetters)} ({request.Scene}), by its bundle and without the network:[/]");
            // As one line, however wide the screen is: it is to be copied.
            screen.Profile.Out.Writer.WriteLine(request.VerifyBy);
        }

        screen.MarkupLineInterpolated($"[grey]All of it took {report.Seconds:0} s.[/]");
    }

    private static Text Text(string text) => new(text);

    private static string Short(string text, int letters) => text.Length <= letters ? text : text[..letters] + "…";
}
