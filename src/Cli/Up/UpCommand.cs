using System.CommandLine;
using OpenGradient.Cli.Deploy;
using OpenGradient.Cli.Settings;
using OpenGradient.Cli.Terminal;
using OpenGradient.Foundry;
using Spectre.Console;

namespace OpenGradient.Cli.Up;

/// <summary><c>og up</c>: a local chain with all contracts, a request's whole way over it, and then the chain for whoever wants it.</summary>
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
        var screen = context.Output.Screen;
        await using var network = await LocalNetwork.StartAsync(context.Checkout, settings, context.Output, cancellationToken);
        screen.MarkupLine("[grey]deploying[/] all contracts");
        var run = DeploymentRun.Development(context.Checkout.Root, network.HttpUrl, network.Deployer.Address) with { OnStep = ShowCompiling };
        var deployed = await AddressBook.DeployAsync(context.Checkout, run, cancellationToken);
        var walk = new RequestWalk(new LocalSystem(network, deployed.Deployment), TimeProvider.System, screen);
        var checks = await walk.RunAsync(cancellationToken);
        var report = new UpReport(
            checks.All(check => check.Held), network.HttpUrl.ToString(), network.ChainId.ToString(), deployed.File,
            deployed.Deployment.Contracts.ToDictionary(contract => contract.Key, contract => contract.Value.Address.ToString(), StringComparer.Ordinal),
            walk.Steps, checks);
        context.Output.Report(report, CliJson.Default.UpReport, target => Show(target, report));
        if (once || !report.Succeeded)
            return report.Succeeded ? ExitCode.Success : ExitCode.Failed;

        return await StayAsync(screen, network, report, cancellationToken);

        // Each contract's own line would be too much here.
        void ShowCompiling(string step)
        {
            if (step.StartsWith("compiling", StringComparison.Ordinal))
                screen.MarkupLineInterpolated($"[grey]{step}[/]");
        }
    }

    private static async Task<int> StayAsync(
        IAnsiConsole screen, LocalNetwork network, UpReport report, CancellationToken cancellationToken)
    {
        screen.WriteLine();
        screen.MarkupLineInterpolated($"The chain stays up at [green]{network.HttpUrl}[/] (WebSocket {network.WebSocketUrl}).");
        screen.MarkupLineInterpolated($"The contracts' addresses are in [green]{report.AddressesFile}[/].");
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
        var steps = new Table().Border(TableBorder.Simple).Title("a request's way, and another's back")
            .AddColumns("request", "step", "stage", "block", "gas");
        steps.Columns[3].RightAligned();
        steps.Columns[4].RightAligned();
        foreach (var step in report.Steps)
        {
            steps.AddRow(
                step.RequestId is { } id ? id[..10] + "…" : string.Empty, Markup.Escape(step.Step), step.Stage ?? string.Empty, $"{step.Block}",
                $"{step.GasUsed:#,0}");
        }

        screen.Write(steps);
        foreach (var check in report.Checks)
            screen.MarkupLineInterpolated(check.Held ? (FormattableString)$"[green]✓[/] {check.What} [grey]{check.Detail}[/]" : $"[red]✗ {check.What}[/] {check.Detail}");
    }
}
