using System.CommandLine;
using OpenGradient.PrivateService.Relaying;
using Spectre.Console;

namespace OpenGradient.Cli.Private;

/// <summary><c>og private relay</c>: forwards sealed requests, so that gateways do not learn who asks.</summary>
internal static class PrivateRelayCommand
{
    private static readonly Option<string[]> Gateway = new("--gateway") { Description = "A node and where its gateway is, as ADDRESS=URL; as often as needed.", Required = true };
    private static readonly Option<string> Listen = new("--listen") { Description = "Where it answers.", DefaultValueFactory = _ => "http://127.0.0.1:8096" };

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("relay", "Forward sealed requests to the gateways of nodes, and nothing else of whoever asks, until it is stopped.") { Gateway, Listen };
        command.SetAction(guard(RunAsync));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var options = new RelayOptions
        {
            Gateways = context.Parsed.GetRequiredValue(Gateway).Select(text => PrivateCommand.PairIn(text, Gateway.Name))
                .DistinctBy(pair => PrivateCommand.AccountIn(pair.Name, Gateway.Name))
                .ToDictionary(pair => PrivateCommand.AccountIn(pair.Name, Gateway.Name), pair => PrivateCommand.AddressIn(pair.Value, Gateway.Name)),
        };
        using var loggers = PrivateCommand.Loggers();
        await using var relay = await RelayHost.StartAsync(
            PrivateCommand.AddressIn(context.Parsed.GetRequiredValue(Listen), Listen.Name), options, TimeProvider.System, loggers, cancellationToken);
        context.Output.Errors.MarkupLineInterpolated($"The relay answers at {relay.Address}; Ctrl-C stops.");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return ExitCode.Success;
    }
}
