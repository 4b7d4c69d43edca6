using System.Diagnostics.CodeAnalysis;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Signing.Remote;

namespace OpenGradient.Signing.Keys;

/// <summary>Where an operator's key is. The cases are all there are; none shows a secret.</summary>
public abstract record KeySource
{
    // Those of anvil, Hardhat and geth's development mode: what happens there costs nothing.
    private static readonly ChainId[] DevelopmentChains = [new(31337), new(1337)];

    private KeySource()
    {
    }

    /// <summary>An encrypted file, of version 3.</summary>
    public sealed record Keystore(string Path, PasswordSource Password) : KeySource;

    /// <summary>A service that keeps the key and signs when asked.</summary>
    public sealed record Remote(RemoteSignerOptions Options) : KeySource;

    /// <summary>A key as it is: for development.</summary>
    /// <param name="Key">Goes to the signer, which disposes of it.</param>
    /// <param name="IsForced">Whether it is taken on chains that are not for development, too.</param>
    /// <param name="ForcedBy">The setting that would force it.</param>
    public sealed record Raw(PrivateKey Key, bool IsForced, string ForcedBy) : KeySource;

    /// <summary>None, since the settings name none or make no sense.</summary>
    public sealed record Unusable(string Problem, string Remedy) : KeySource;

    /// <summary>
    /// Opens the key. Only cancelling throws. A keystore takes about a second of one core; a remote signer is asked whether it has the key.
    /// </summary>
    /// <param name="chainId">The chain that will be signed for.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "The signer goes to whoever asked.")]
    public Task<KeyOpening> OpenAsync(ChainId chainId, CancellationToken cancellationToken = default) => this switch
    {
        Keystore keystore => Task.Run(() => OpenKeystore(keystore, cancellationToken), cancellationToken),
        Remote remote => Web3Signer.OpenAsync(remote.Options, cancellationToken: cancellationToken),
        Raw raw => Task.FromResult(OpenRaw(raw, chainId)),
        Unusable(var problem, var remedy) => Task.FromResult<KeyOpening>(new KeyOpening.Refused(problem, remedy)),
        _ => throw new InvalidOperationException("Unknown source of a key."),
    };

    public static bool IsDevelopment(ChainId chainId) => DevelopmentChains.Contains(chainId);

    [SuppressMessage("Reliability", "CA2000", Justification = "The signer goes to whoever asked.")]
    private static KeyOpening OpenKeystore(Keystore keystore, CancellationToken cancellationToken)
    {
        using var password = keystore.Password.TryRead(out var refusal);
        if (password is null)
            return refusal!;

        try
        {
            var opening = KeystoreFile.Open(keystore.Path, password.Text, cancellationToken: cancellationToken);
            return opening is KeystoreOpening.Opened(var key)
                ? new KeyOpening.Opened(new LocalSigner(key))
                : new KeyOpening.Refused($"The keystore {keystore.Path} was not opened: {opening.Explanation}", "Name the right file and its password.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new KeyOpening.Refused($"The keystore cannot be read: {failure.Message}", "Name a keystore file that this user may read.");
        }
        catch (ArgumentException)
        {
            // Half a surrogate pair, which no file can hold. The exception is not shown: it is about a secret.
            return new KeyOpening.Refused("The password is not valid Unicode.", "Give it in UTF-8.");
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The signer goes to whoever asked.")]
    private static KeyOpening OpenRaw(Raw raw, ChainId chainId) =>
        raw.IsForced || IsDevelopment(chainId)
            ? new KeyOpening.Opened(new LocalSigner(raw.Key))
            : new KeyOpening.Refused(
                $"A raw key is for development chains, and {chainId} is none.",
                $"Use a keystore (`og key import`) or a remote signer. {raw.ForcedBy}=yes takes the raw key all the same.");
}
