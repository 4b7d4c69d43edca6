using System.Diagnostics.CodeAnalysis;
using OpenGradient.Cli.Terminal;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Signing.Keys;

namespace OpenGradient.Cli.Key;

/// <summary>Reads a key that somebody brings along: 64 hexadecimal digits, or a mnemonic phrase and a path.</summary>
internal static class KeyImport
{
    private const string Prefix = "0x";

    [SuppressMessage("Reliability", "CA2000", Justification = "The key goes to whoever asked.")]
    public static PrivateKey Read(CommandOutput output, string? secretFile, string? path)
    {
        using var secret = secretFile is null
            ? SecretPrompt.Ask(output.Errors, "Private key or mnemonic phrase (it is not shown): ")
            : SecretPassword.ReadFile(secretFile);
        if (secret is null || secret.Text.IsWhiteSpace())
            throw Wrong("There is no key to import.", "Give --secret-file with it in one line, or run it at a terminal to be asked.");

        // A path is for phrases.
        return path is null && TryReadKey(secret.Text.Trim()) is { } key ? key : Derive(secret.Text, path);
    }

    private static PrivateKey? TryReadKey(ReadOnlySpan<char> text)
    {
        var digits = text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? text[Prefix.Length..] : text;
        Span<byte> bytes = stackalloc byte[PrivateKey.ByteLength];
        try
        {
            return digits.Length == 2 * bytes.Length && Convert.FromHexString(digits, bytes, out _, out _) == System.Buffers.OperationStatus.Done
                && PrivateKey.TryFromSecret(bytes, out var key)
                ? key
                : null;
        }
        finally
        {
            bytes.Clear();
        }
    }

    private static PrivateKey Derive(ReadOnlySpan<char> phrase, string? path)
    {
        var position = HdPath.EthereumAccount(0);
        if (path is not null && !HdPath.TryParse(path, out position))
            throw Wrong("--path is no path.", "It looks like m/44'/60'/0'/0/0.");
        // What the reading would suggest of a word is part of a secret, and goes to nobody's log: only what is wrong is said.
        if (Mnemonic.Read(phrase) is not MnemonicReading.Read(var mnemonic))
            throw Wrong($"This is neither a private key nor a phrase: {Mnemonic.Read(phrase)}", "A key has 64 hexadecimal digits, a phrase 12 to 24 English words.");

        using var root = mnemonic.ToRootKey();
        return root.DerivePrivateKey(position!);
    }

    private static ExpectedFailureException Wrong(string problem, string remedy) => new(ExitCode.Usage, problem, remedy);
}
