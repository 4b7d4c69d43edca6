using System.CommandLine;
using OpenGradient.Cli.Settings;
using OpenGradient.Cli.Terminal;
using Spectre.Console;

namespace OpenGradient.Cli.Up;

/// <summary><c>og up</c>: a local chain, a receipt's way over it from the signature to the proof, and then the chain for whoever wants it.</summary>
internal static class UpCommand
{
    public static Command Create(ActionGuard guard)
    {
        var once = new Option<bool>("--once") { Description = "End when everything was seen to work: exit code 0 if it did, 1 if not." };
        var command = new Command("up", "Start a local chain and everything that runs on it, until Ctrl-C.") { once };
        command.SetAction(guard((context, cancellationToken) =>
            RunAsync(context, context.Parsed.GetValue(once), cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, bool once, CancellationToken cancellationToken)
    {
        var settings = UpSettings.From(await KnownSettings.LoadAsync(context, cancellationToken));
        await using var network = await LocalNetwork.StartAsync(context.Checkout, settings, context.Output, cancellationToken);
        var report = await new ReceiptWalk(network, TimeProvider.System, context.Output.Screen).RunAsync(cancellationToken);
        context.Output.Report(report, CliJson.Default.UpReport, screen => Show(screen, report));
        if (once || !report.Succeeded)
            return report.Succeeded ? ExitCode.Success : ExitCode.Failed;

        return await StayAsync(context.Output.Screen, network, cancellationToken);
    }

    private static async Task<int> StayAsync(IAnsiConsole screen, LocalNetwork network, CancellationToken cancellationToken)
    {
        screen.WriteLine();
        screen.MarkupLineInterpolated($"The chain stays up at [green]{network.HttpUrl}[/] (WebSocket {network.WebSocketUrl}).");
        screen.MarkupLineInterpolated($"Funded accounts: those of the public development mnemonic, the first is {network.Deployer.Address}.");
        screen.MarkupLine("[grey]Ctrl-C stops everything.[/]");
        try
        {
            await network.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Being stopped is how a run without --once ends well.
            CommandOutput.TryTell(() => screen.WriteLine("Stopped."));
            return ExitCode.Success;
        }

        throw new ExpectedFailureException(ExitCode.Failed, "anvil ended by itself.", "Look for what stopped it, and start again.");
    }

    private static void Show(IAnsiConsole screen, UpReport report)
    {
        var receipts = new Table().Border(TableBorder.Simple).Title("receipts, from the signature to the event")
            .AddColumns("request", "assurance", "node", "block", "gas", "latency");
        foreach (var receipt in report.Receipts)
        {
            receipts.AddRow(
                receipt.RequestId[..10] + "…", receipt.Assurance, receipt.Node, $"{receipt.Block}", $"{receipt.GasUsed:#,0}", $"{receipt.LatencyMs:0.0} ms");
        }

        screen.Write(receipts);
        foreach (var check in report.Checks)
            screen.MarkupLineInterpolated(check.Held ? (FormattableString)$"[green]✓[/] {check.What} [grey]{check.Detail}[/]" : $"[red]✗ {check.What}[/] {check.Detail}");
    }
}
