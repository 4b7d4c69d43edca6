using System.CommandLine;
using OpenGradient.PrivateService.Relaying;
using Spectre.Console;

namespace OpenGradient.Cli.Private;

/// <summary><c>og private relay</c>: forwards sealed requests, so that gateways do not learn who asks.</summary>
internal static class PrivateRelayCommand
{
    private static readonly Option<string[]> Gateway = new("--gateway") { Description = "A node and where its gateway is, as ADDRESS=URL; as often as needed.", Required = true };
    private static readonly Option<string> Listen = new("--listen") { Description = "Where it answers.", DefaultValueFactory = _ => "http://127.0.0.1:8096" };

    private static readonly Option<int> Rate = new("--rate") { Description = "How often one caller may ask in a minute; a network of IPv6 is one caller.", DefaultValueFactory = _ => 600 };

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("relay", "Forward sealed requests to the gateways of nodes, and nothing else of whoever asks, until it is stopped.") { Gateway, Listen, Rate };
        command.SetAction(guard(RunAsync));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Dictionary<Ethereum.Primitives.Address, Uri> gateways = [];
        foreach (var (name, value) in context.Parsed.GetRequiredValue(Gateway).Select(text => PrivateCommand.PairIn(text, Gateway.Name)))
        {
            if (!gateways.TryAdd(PrivateCommand.AccountIn(name, Gateway.Name), PrivateCommand.AddressIn(value, Gateway.Name)))
                throw new ExpectedFailureException(ExitCode.Usage, $"{Gateway.Name} names {name} twice.", "A node has one gateway.");
        }

        var options = new RelayOptions { Gateways = gateways, RequestsPerMinute = context.Parsed.GetValue(Rate) };
        if (options.FindFault() is not null)
            throw new ExpectedFailureException(ExitCode.Usage, $"{Rate.Name} is {options.RequestsPerMinute}.", "Give a number from 1 to 100000.");
        using var loggers = PrivateCommand.Loggers();
        await using var relay = await RelayHost.StartAsync(
            PrivateCommand.ListenIn(context.Parsed.GetRequiredValue(Listen), Listen.Name), options, TimeProvider.System, loggers, cancellationToken);
        context.Output.Errors.MarkupLineInterpolated($"The relay answers at {relay.Address}; Ctrl-C stops.");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return ExitCode.Success;
    }
}
