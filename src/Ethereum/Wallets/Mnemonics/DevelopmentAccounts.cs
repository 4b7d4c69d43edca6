using OpenGradient.Ethereum.Crypto;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>
/// The accounts that anvil and other development chains fund, known to everyone: whatever they hold on a public chain is taken at once.
/// </summary>
public static class DevelopmentAccounts
{
    public const string Phrase = "test test test test test test test test test test test junk";

    private static readonly Lazy<HdKey> Root = new(static () => Mnemonic.Parse(Phrase).ToRootKey());

    /// <summary>The key of an account, from 0; the caller's to dispose of. The address of number 0 is 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266.</summary>
    public static PrivateKey Key(int index) => Root.Value.DerivePrivateKey(HdPath.EthereumAccount(index));
}
