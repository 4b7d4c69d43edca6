using System.CommandLine;
using OpenGradient.Cli.Attest;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Private;

namespace OpenGradient.Cli.Request;

/// <summary><c>og request resume</c>: goes on with a private request at the hub that was not seen to its end. It sends nothing to the chain.</summary>
internal static class ResumeCommand
{
    private static readonly Argument<string> File = new("file") { Description = "Where the request is kept: `og request --private RELAY --on-chain` says it." };

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("resume", "Go on with a private request at the hub: ask its node for the answer, check it, and delete the file.")
        {
            File, PrivateAsking.Relay, PrivateAsking.Unregistered, PrivateAsking.Save, PrivateAsking.Collateral, TrustReading.Policy, TrustReading.AllowEmulated, TrustReading.RootsFile,
        };
        command.SetAction(guard((context, token) => ChainOptions.RunAsync(context, chain => RunAsync(context, chain, token), token)));
        return command.WithChain();
    }

    private static async Task<int> RunAsync(CommandContext context, ChainSession chain, CancellationToken cancellationToken)
    {
        if (context.Parsed.GetValue(PrivateAsking.Relay) is null)
            throw new ExpectedFailureException(ExitCode.Usage, "It is not said through whom the node is asked.", $"Name a relay with {PrivateAsking.Relay.Name}.");
        var path = Path.GetFullPath(context.Parsed.GetRequiredValue(File));
        var pending = await PendingRequest.ReadAsync(path, cancellationToken);
        var hub = await HubAsking.ResumeAsync(chain, pending, path, context.Output.Screen, cancellationToken);
        return await PrivateAsking.ResumeAsync(context, chain, pending, hub, cancellationToken);
    }
}
