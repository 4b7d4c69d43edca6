using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using OpenGradient.Attestation.Roots;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Attestation.Emulated;

/// <summary>
/// The roots of a development attester. Whoever has them makes evidence of anything: they are worth nothing outside of development, and everything that
/// rests on them says "emulated".
/// </summary>
public sealed class EmulatedRoots : IDisposable
{
    /// <summary>What a file of roots has at most.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The family that emulated SEV-SNP reports are of.</summary>
    public const string SnpProduct = "Genoa";

    private const string Separator = "-----END PRIVATE KEY-----";

    private EmulatedRoots(EmulatedKey[] keys) => (Dcap, Nitro, Snp, NvidiaDevice, NvidiaRim) = (keys[0], keys[1], keys[2], keys[3], keys[4]);

    /// <summary>What a verifier must be given to know them.</summary>
    public IReadOnlyList<TrustAnchor> Anchors =>
    [
        Anchor(RootUse.Dcap, Dcap, "emulated Intel root"),
        Anchor(RootUse.Nitro, Nitro, "emulated AWS root"),
        Anchor(RootUse.Snp, Snp, "emulated AMD root", SnpProduct),
        Anchor(RootUse.NvidiaDevice, NvidiaDevice, "emulated NVIDIA device root"),
        Anchor(RootUse.NvidiaRim, NvidiaRim, "emulated NVIDIA manifest root"),
    ];

    internal EmulatedKey Dcap { get; }

    internal EmulatedKey Nitro { get; }

    internal EmulatedKey Snp { get; }

    internal EmulatedKey NvidiaDevice { get; }

    internal EmulatedKey NvidiaRim { get; }

    [SuppressMessage("Reliability", "CA2000", Justification = "The roots dispose of their keys.")]
    public static EmulatedRoots Generate() => new([EmulatedKey.P256(), EmulatedKey.P384(), EmulatedKey.Rsa(), EmulatedKey.P384(), EmulatedKey.P384()]);

    /// <summary>The keys as PEM, in a fixed order.</summary>
    public string Export()
    {
        var text = new StringBuilder("Emulated roots: for development only. Anyone with this file forges emulated evidence.\n");
        foreach (var key in (EmulatedKey[])[Dcap, Nitro, Snp, NvidiaDevice, NvidiaRim])
            text.Append(key.Export()).Append('\n');
        return text.ToString();
    }

    /// <summary>Reads what <see cref="Export"/> gave; null for anything else.</summary>
    public static EmulatedRoots? TryImport(string text)
    {
        var parts = text.Split(Separator);
        if (text.Length > MaxBytes || parts.Length != 6)
            return null;
        List<EmulatedKey> keys = [];
        try
        {
            for (var i = 0; i < 5; i++)
                keys.Add(EmulatedKey.Import(parts[i] + Separator, isRsa: i == 2));
            return new EmulatedRoots([.. keys]);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            keys.ForEach(key => key.Dispose());
            return null;
        }
    }

    public void Dispose()
    {
        foreach (var key in (EmulatedKey[])[Dcap, Nitro, Snp, NvidiaDevice, NvidiaRim])
            key.Dispose();
    }

    private static TrustAnchor Anchor(RootUse use, EmulatedKey key, string name, string? product = null) =>
        new(use, new Hash32(SHA256.HashData(key.Spki)), RootLabel.Emulated, name, product);
}
