using System.CommandLine;
using Microsoft.Extensions.Logging;
using OpenGradient.Cli.Settings;
using OpenGradient.Cli.Terminal;
using OpenGradient.Database;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Signing.Keys;
using Spectre.Console;

namespace OpenGradient.Cli.Relayer;

/// <summary>
/// <c>og relayer run</c>: a relayer in the foreground. The first signal has it finish what is in hand; a second one ends it at once, which loses
/// nothing, since all it knows is in the database.
/// </summary>
internal static class RelayerRunCommand
{
    private const string Name = "run";

    public static Command Create(ActionGuard guard)
    {
        var config = RelayerCommand.Config();
        var command = new Command(Name, "Run a relayer in the foreground, by its settings.") { config };
        command.SetAction(guard((context, cancellationToken) => RunAsync(context, context.Parsed.GetValue(config), cancellationToken)));
        return command;
    }

    /// <summary>Whether this is what a command line asks for: it then takes signals itself, since a drain takes as long as its settings say.</summary>
    public static bool IsAskedFor(ParseResult parsed) =>
        parsed.CommandResult.Command.Name is Name or RelayerProveCommand.Name && parsed.CommandResult.Command.Parents.Any(parent => parent.Name == RelayerCommand.Name);

    private static async Task<int> RunAsync(CommandContext context, string? config, CancellationToken cancellationToken)
    {
        using var signals = new DrainSignals(cancellationToken);
        try
        {
            return await RunAsync(context, config, signals);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            // It was asked to end before it had started.
            return ExitCode.Cancelled;
        }
    }

    private static async Task<int> RunAsync(CommandContext context, string? config, DrainSignals signals)
    {
        var file = await KnownSettings.LoadAsync(context, signals.Token, config);
        var options = ReadOptions(context, file);
        using var loggers = LoggersOf(context.Output.Json);
        var node = await OpenKeyAsync(context, file, options, signals.Token);
        try
        {
            return await RunAsync(options, node, loggers, signals);
        }
        finally
        {
            (node as IDisposable)?.Dispose();
        }
    }

    /// <summary>The settings, with a warning of each that changes nothing; or all that is wrong with them.</summary>
    public static RelayerOptions ReadOptions(CommandContext context, EnvironmentFile file)
    {
        switch (RelayerSettings.Read(file.Find, context.Checkout.Root))
        {
            case SettingsReading.Read(var options) { Idle: var idle }:
                foreach (var setting in idle)
                    context.Output.Errors.MarkupLineInterpolated($"[yellow]og: {setting.Name}: {setting.Problem}[/]");
                return options;
            case SettingsReading.Faulty(var faults):
                foreach (var fault in faults)
                    context.Output.Errors.MarkupLineInterpolated($"[red]{fault.Name}[/]: {fault.Problem} {fault.Remedy}");
                throw new ExpectedFailureException(
                    ExitCode.Usage, $"{faults.Count} settings of the relayer are wrong or missing.", ".env.example explains each, with its default.");
            default:
                throw new InvalidOperationException("There is an end of reading settings that this command does not know.");
        }
    }

    private static async Task<ISigner> OpenKeyAsync(
        CommandContext context, EnvironmentFile file, RelayerOptions options, CancellationToken cancellationToken)
    {
        var source = KeySettings.Read(KeySettingNames.Node, file.Find, path => SecretPrompt.Ask(context.Output.Errors, $"Password of {path}: "));
        return await source.OpenAsync(options.Deployment.ChainId, cancellationToken) switch
        {
            KeyOpening.Opened(var signer) => signer,
            KeyOpening.Refused(var problem, var remedy) => throw new ExpectedFailureException(ExitCode.Usage, problem, remedy),
            _ => throw new InvalidOperationException("Unknown opening of a key."),
        };
    }

    private static async Task<int> RunAsync(RelayerOptions options, ISigner node, ILoggerFactory loggers, DrainSignals signals)
    {
        var logger = loggers.CreateLogger("OpenGradient.Relayer");
        await using var host = await StartAsync(() => RelayerHost.StartAsync(options, node, loggers, TimeProvider.System, signals.Token));
        logger.Started(node.Address.ToString(), options.Deployment.ChainId.Value, host.Address);
        await using var drain = signals.Token.Register(() =>
        {
            logger.Draining(options.Pipeline.DrainTime.TotalSeconds);
            _ = host.StopAsync();
        });
        try
        {
            await host.Completion;
        }
        catch (Exception) when (host.Health.Stopped is not null)
        {
            // What broke was logged where it broke, and the reason is told below.
        }

        if (host.Health.Stopped is { } reason)
            throw new ExpectedFailureException(ExitCode.Failed, $"The relayer has stopped: {reason}", "Mend what it says, and start it again: it goes on where it was.");
        logger.Stopped();
        return ExitCode.Success;
    }

    /// <summary>Starts a host; what its operator can mend is thrown for people.</summary>
    public static async Task<T> StartAsync<T>(Func<Task<T>> start)
    {
        try
        {
            return await start();
        }
        catch (RelayerStartException failure)
        {
            throw new ExpectedFailureException(ExitCode.Failed, failure.Problem, failure.Remedy);
        }
        catch (DatabaseException failure)
        {
            throw new ExpectedFailureException(ExitCode.Failed, failure.Message, $"See that the database of {RelayerSettingNames.Database} is there and may be used.");
        }
        catch (RpcException failure)
        {
            throw new ExpectedFailureException(ExitCode.Failed, failure.Message, $"See that the endpoints of {RelayerSettingNames.Endpoints} answer.");
        }
        catch (Exception failure) when (failure is ContractRevertedException or AbiException)
        {
            throw new ExpectedFailureException(
                ExitCode.Failed, $"The contracts do not answer as a deployment does: {failure.Message}",
                $"{RelayerSettingNames.Deployment} is of another network with the same id, or the endpoint is far behind: `og doctor --relayer` says which.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ExpectedFailureException(
                ExitCode.Failed, failure.Message,
                $"See that nothing else uses {RelayerSettingNames.Listen} and {BlobSettingNames.Cache}, and that this user may write to the folders of {BlobSettingNames.Cache} and {BlobSettingNames.Folder}.");
        }
        catch (CudaUnavailableException failure)
        {
            throw new ExpectedFailureException(ExitCode.MissingPrerequisite, failure.Message, $"Mend it, or set {RelayerSettingNames.Provider}=auto.");
        }
    }

    /// <summary>What a process says of itself: lines for people, or JSON.</summary>
    public static ILoggerFactory LoggersOf(bool json) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Quartz", LogLevel.Warning);
        if (json)
        {
            logging.AddJsonConsole(console =>
            {
                console.IncludeScopes = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "HH:mm:ss.fff ";
            });
        }
    });
}
