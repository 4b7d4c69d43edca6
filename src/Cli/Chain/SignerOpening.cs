using OpenGradient.Cli.Terminal;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Signing.Keys;
using Spectre.Console;

namespace OpenGradient.Cli.Chain;

/// <summary>Opens the key that the settings name, or says what to set.</summary>
internal static class SignerOpening
{
    /// <param name="output">Where to ask for a password.</param>
    /// <param name="chain">For which chain; takes the signer over.</param>
    /// <param name="names">Whose key.</param>
    /// <param name="find">A setting by its name.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    public static async Task<ISigner> OpenAsync(
        CommandOutput output, ChainSession chain, KeySettingNames names, Func<string, string?> find, CancellationToken cancellationToken)
    {
        var source = KeySettings.Read(names, find, file => SecretPrompt.Ask(output.Errors, $"Password of {file}: "));
        if (source is KeySource.Keystore)
            output.Screen.MarkupLineInterpolated($"[grey]opening the {names.Role}'s keystore[/]");
        switch (await source.OpenAsync(chain.Id, cancellationToken))
        {
            case KeyOpening.Opened(var signer):
                chain.Keep(signer);
                return signer;
            case KeyOpening.Refused(var problem, var remedy):
                throw new ExpectedFailureException(ExitCode.Usage, problem, remedy);
            default:
                throw new InvalidOperationException("Unknown opening of a key.");
        }
    }
}
