using System.CommandLine;
using OpenGradient.Cli.Chain;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Signing.Keys;

namespace OpenGradient.Cli.Node;

/// <summary>The node that is meant.</summary>
/// <param name="Address">Its hot key's address.</param>
/// <param name="Signer">The key itself; null where only the address was told.</param>
internal sealed record NodeKey(Address Address, ISigner? Signer)
{
    /// <summary>The address on the command line, or else the node's key by the settings.</summary>
    public static async Task<NodeKey> FindAsync(CommandContext context, ChainSession chain, Option<string?> option, CancellationToken cancellationToken)
    {
        if (context.Parsed.CommandResult.Command.Options.Contains(option) && context.Parsed.GetValue(option) is { } text)
        {
            return Address.TryParse(text, out var address)
                ? new NodeKey(address, Signer: null)
                : throw new ExpectedFailureException(ExitCode.Usage, "--node is no address.", "Give 0x and 40 hexadecimal digits.");
        }

        var signer = await SignerOpening.OpenAsync(context.Output, chain, KeySettingNames.Node, chain.Settings.Find, cancellationToken);
        return new NodeKey(signer.Address, signer);
    }
}
