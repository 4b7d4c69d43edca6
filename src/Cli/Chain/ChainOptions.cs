using System.CommandLine;
using OpenGradient.Cli.Settings;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Signing.Keys;
using OpenGradient.Signing.Remote;

namespace OpenGradient.Cli.Chain;

/// <summary>The options that every command shares which asks a chain, or sends to it.</summary>
internal static class ChainOptions
{
    public static readonly Option<string?> Config = new("--config") { Description = "A settings file in place of .env." };

    private static readonly Option<string?> Endpoint =
        new("--rpc-url") { Description = $"The chain's JSON-RPC address ({ChainSettings.EndpointName}, where it holds a key)." };

    private static readonly Option<string?> Deployment =
        new("--deployment") { Description = $"A chain's id, or a file of addresses ({ChainSettings.DeploymentName})." };

    private static readonly Option<string?> Keystore =
        new("--keystore") { Description = $"The operator's keystore ({KeySettingNames.Operator.Keystore}); without --password-file its password is asked for." };

    private static readonly Option<string?> PasswordFile =
        new("--password-file") { Description = $"The file with its password ({KeySettingNames.Operator.PasswordFile})." };

    private static readonly Option<WaitFor> Wait = new("--wait")
    {
        Description = "How long to wait: until the transaction is Mined, or until it is Final and no reorganisation can take it back.",
        DefaultValueFactory = _ => WaitFor.Final,
    };

    /// <summary>Adds what a command that only reads takes.</summary>
    public static Command WithChain(this Command command)
    {
        foreach (var option in (Option[])[Endpoint, Deployment, Config])
            command.Add(option);
        return command;
    }

    /// <summary>Adds what a command that sends takes besides.</summary>
    public static Command WithSender(this Command command)
    {
        command.WithKey().Add(Wait);
        return command;
    }

    /// <summary>The same for one that waits for something else than finality.</summary>
    public static Command WithKey(this Command command)
    {
        foreach (var option in (Option[])[Keystore, PasswordFile])
            command.WithChainOnce().Add(option);
        return command;
    }

    /// <summary>Connects, reads where the contracts are, and does something there.</summary>
    public static async Task<int> RunAsync(CommandContext context, Func<ChainSession, Task<int>> work, CancellationToken cancellationToken)
    {
        var parsed = context.Parsed;
        var file = await KnownSettings.LoadAsync(context, cancellationToken, parsed.GetValue(Config));
        var settings = ChainSettings.From(file, parsed.GetValue(Endpoint), parsed.GetValue(Deployment));
        try
        {
            await using var chain = await ChainSession.OpenAsync(context.Checkout, settings, file, cancellationToken);
            return await work(chain);
        }
        catch (RpcException unanswered)
        {
            throw new ExpectedFailureException(
                ExitCode.Failed, $"The chain did not answer as it should: {unanswered.Message}",
                $"Look at {ChainSettings.EndpointName} and whether the endpoint is up. What was sent stays sent: look it up before sending it again.");
        }
        catch (SignerException failure)
        {
            throw new ExpectedFailureException(ExitCode.Failed, failure.Message, "Look at the signer and its log.");
        }
    }

    /// <summary>Opens the operator's key, for whom everything is sent.</summary>
    public static async Task<TransactionSender> OpenSenderAsync(CommandContext context, ChainSession chain, CancellationToken cancellationToken)
    {
        var parsed = context.Parsed;
        var names = KeySettingNames.Operator;
        var keystore = parsed.GetValue(Keystore);
        var passwordFile = parsed.GetValue(PasswordFile);
        var signer = await SignerOpening.OpenAsync(context.Output, chain, names, Find, cancellationToken);
        return new TransactionSender(chain, signer, parsed.CommandResult.Command.Options.Contains(Wait) ? parsed.GetValue(Wait) : WaitFor.Mined, context.Output.Screen, TimeProvider.System);

        // A keystore on the command line stands in for whatever key the settings name.
        string? Find(string name) =>
            name == names.Keystore && keystore is not null ? keystore
            : name == names.PasswordFile && passwordFile is not null ? passwordFile
            : keystore is not null && (name == names.RemoteUrl || name == names.RawKey) ? null
            : chain.Settings.Find(name);
    }

    private static Command WithChainOnce(this Command command) => command.Options.Contains(Endpoint) ? command : command.WithChain();
}
