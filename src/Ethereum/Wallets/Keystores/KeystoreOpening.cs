using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>
/// What came of opening a keystore. A version 3 file carries one authenticator, keyed with the password: if it does not fit, the password is
/// wrong <em>or</em> the file was changed, and the file alone cannot tell which. Files written here carry a checksum besides, that needs no
/// password, so that the two can be told apart as far as accidents go. Against changes made on purpose nothing can: whoever makes them can
/// make the checksum fit. Therefore three results, each claiming only what is known.
/// </summary>
public abstract record KeystoreOpening
{
    private KeystoreOpening()
    {
    }

    /// <summary>What happened and what to do, for a person. Never a secret.</summary>
    public abstract string Explanation { get; }

    /// <summary>
    /// The key. The authenticator fits, and the key has the address that the file declares. The authenticator does not cover the
    /// initialisation vector, so of a file without an address (and checksum) compare <see cref="PrivateKey.Address"/> with the one expected.
    /// </summary>
    /// <param name="Key">The caller's to dispose of.</param>
    public sealed record Opened(PrivateKey Key) : KeystoreOpening
    {
        public override string Explanation => $"the keystore of {Key.Address} was opened.";
    }

    /// <summary>The authenticator does not fit, and the checksum says that the file is as it was written: the password is wrong.</summary>
    public sealed record WrongPassword : KeystoreOpening
    {
        public override string Explanation => "the password is wrong: the file's checksum shows that it is as it was written.";
    }

    /// <summary>
    /// The checksum says that the file is not as it was written, and no key could be had from it that is known to be right. About the
    /// password nothing can be said.
    /// </summary>
    public sealed record Damaged : KeystoreOpening
    {
        public override string Explanation =>
            "the file was changed after it was written: its checksum does not fit. Whether the password is right cannot be told; use a backup.";
    }

    /// <summary>The authenticator does not fit, and the file has no checksum, as those of most programs.</summary>
    public sealed record WrongPasswordOrDamaged : KeystoreOpening
    {
        public override string Explanation =>
            "wrong password, or the file's ciphertext, authenticator or key derivation was altered; a file without a checksum cannot tell which.";
    }

    /// <summary>
    /// The password is right, but the secret inside is the key of another address than the file declares: the address or the initialisation
    /// vector was altered, or a tool wrote nonsense. The key is not given out.
    /// </summary>
    public sealed record AddressMismatch(Address Declared, Address Actual) : KeystoreOpening
    {
        public override string Explanation =>
            $"the password is right, but the secret is the key of {Actual}, while the file declares {Declared}: one of them was altered.";
    }

    /// <summary>The file is no keystore of version 3, or one that uses what is unknown here. No password was tried.</summary>
    public sealed record Malformed(string Fault) : KeystoreOpening
    {
        public override string Explanation => $"the file is not a keystore that can be opened: {Fault}";
    }

    /// <summary>The file asks for more memory or work than <see cref="KeystoreLimits"/> grant. No password was tried.</summary>
    public sealed record TooCostly(string Excess) : KeystoreOpening
    {
        public override string Explanation => $"the keystore costs too much to open: {Excess}";
    }
}
