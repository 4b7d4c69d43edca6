using System.Globalization;
using System.Text;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>What a keystore file of version 3 holds, in bytes.</summary>
internal sealed record KeystoreContent
{
    public const int IvLength = 16;
    public const int SecretLength = 32;
    public const int DerivedLength = 32;

    public required string? Id { get; init; }

    public required Address? Address { get; init; }

    public required KeystoreKdf Kdf { get; init; }

    public required byte[] Salt { get; init; }

    public required byte[] Iv { get; init; }

    public required byte[] Ciphertext { get; init; }

    public required Hash32 Mac { get; init; }

    /// <summary>What the writer said that <see cref="ComputeChecksum"/> gives; null in files of other programs.</summary>
    public Hash32? Checksum { get; init; }

    public bool HasItsChecksum => Checksum == ComputeChecksum();

    /// <summary>
    /// A hash of everything else in the file, in one canonical form. It needs no password, so it tells an accident apart from a wrong
    /// password; it tells nothing about malice, for whoever changes a file on purpose computes it anew.
    /// </summary>
    public Hash32 ComputeChecksum()
    {
        var kdf = Kdf switch
        {
            KeystoreKdf.Scrypt(var n, var r, var p) => string.Create(CultureInfo.InvariantCulture, $"scrypt {n} {r} {p}"),
            KeystoreKdf.Pbkdf2(var iterations) => string.Create(CultureInfo.InvariantCulture, $"pbkdf2 {iterations}"),
            _ => throw new InvalidOperationException($"Unknown key derivation {Kdf}."),
        };
        string[] lines =
        [
            "keystore 3", Id ?? "", Address?.ToLowerHex() ?? "", kdf, Hex.Encode(Salt), Hex.Encode(Iv), Hex.Encode(Ciphertext), Mac.ToString(),
        ];
        return Keccak256.Hash(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
    }
}
