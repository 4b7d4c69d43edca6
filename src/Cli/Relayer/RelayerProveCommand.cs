using System.CommandLine;
using Microsoft.Extensions.Logging;
using OpenGradient.Cli.Settings;
using OpenGradient.Relayer.Hosting;

namespace OpenGradient.Cli.Relayer;

/// <summary>
/// <c>og relayer prove</c>: makes the proofs of a relayer that leaves them to another process, on the same database. It has no key. Stopping it loses nothing: what
/// it was proving is begun again.
/// </summary>
internal static class RelayerProveCommand
{
    public const string Name = "prove";

    public static Command Create(ActionGuard guard)
    {
        var config = RelayerCommand.Config();
        var command = new Command(Name, "Make a relayer's proofs in a process of its own, on the same database and without its key.") { config };
        command.SetAction(guard((context, cancellationToken) => RunAsync(context, context.Parsed.GetValue(config), cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string? config, CancellationToken cancellationToken)
    {
        using var signals = new DrainSignals(cancellationToken);
        try
        {
            var file = await KnownSettings.LoadAsync(context, signals.Token, config);
            var options = RelayerRunCommand.ReadOptions(context, file);
            using var loggers = RelayerRunCommand.LoggersOf(context.Output.Json);
            return await RunAsync(options, loggers, signals);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            // It was asked to end before it had started.
            return ExitCode.Cancelled;
        }
    }

    private static async Task<int> RunAsync(RelayerOptions options, ILoggerFactory loggers, DrainSignals signals)
    {
        var logger = loggers.CreateLogger("OpenGradient.Relayer");
        await using var host = await RelayerRunCommand.StartAsync(() => ProverHost.StartAsync(options, loggers, TimeProvider.System, signals.Token));
        logger.ProverStarted($"{options.Proving?.Node}", options.Deployment.ChainId.Value, host.Address);
        await using var stop = signals.Token.Register(() => _ = host.StopAsync());
        try
        {
            await host.Completion;
        }
        catch (Exception) when (host.Health.Stopped is not null)
        {
            // What broke was logged where it broke, and the reason is told below.
        }

        if (host.Health.Stopped is { } reason)
            throw new ExpectedFailureException(ExitCode.Failed, $"The prover has stopped: {reason}", "Mend what it says, and start it again.");
        logger.Stopped();
        return ExitCode.Success;
    }
}
