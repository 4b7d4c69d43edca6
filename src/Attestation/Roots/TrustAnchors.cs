using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Attestation.Roots;

/// <summary>The roots that a verifier knows. They come from this program and its operator, never with the evidence.</summary>
public sealed class TrustAnchors
{
    private readonly TrustAnchor[] _anchors;

    // What is labelled production comes from here; tests make worlds with several.
    internal TrustAnchors(params TrustAnchor[] anchors) => _anchors = anchors;

    /// <summary>The vendors' roots.</summary>
    public static TrustAnchors Production { get; } = new(
    [
        Vendor(RootUse.Dcap, "0xa0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e", "Intel SGX Root CA"),
        Vendor(RootUse.Nitro, "0xf2caf5ecc6190b4a8399b78bc58a2bbcd0382375db8a1bfd78a82743874fd225", "AWS Nitro Enclaves Root-G1"),
        Vendor(RootUse.Snp, "0x9f056bee44377e29308cb5ffa895bdfb62d18881fa6bed8d6f075b0204089cb9", "AMD ARK-Milan", "Milan"),
        Vendor(RootUse.Snp, "0x429a69c9422aa258ee4d8db5fcda9c6470ef15f8cd5a9cebd6cbc7d90b863831", "AMD ARK-Genoa", "Genoa"),
        Vendor(RootUse.Snp, "0x4f125410563a2ab9a50356f9243f6fe0b6f73de98603f53f90339c70e9d7ad08", "AMD ARK-Turin", "Turin"),
        Vendor(RootUse.NvidiaDevice, "0xa90c4eb5acfd3e3d03a25db6a26b84f720ad0503196c627c21ddd48dd85b06a4", "NVIDIA Device Identity CA"),
        Vendor(RootUse.NvidiaRim, "0xdec1dc316477aa851eebdf51327ae9f864bc8d89254657ed1e7eb9168af1e1a3", "NVIDIA CoRIM signing Root CA"),
    ]);

    public IReadOnlyList<TrustAnchor> All => _anchors;

    /// <summary>These roots and those of a development attester.</summary>
    public TrustAnchors With(IEnumerable<TrustAnchor> emulated)
    {
        TrustAnchor[] added = [.. emulated];
        if (Array.Exists(added, anchor => anchor.Label != RootLabel.Emulated))
            throw new ArgumentException("Only emulated roots can be added: the vendors' are part of this program.", nameof(emulated));
        return new TrustAnchors([.. _anchors, .. added]);
    }

    /// <summary>The root with this key, for this use; null where none is known.</summary>
    public TrustAnchor? Find(RootUse use, Hash32 id) => Array.Find(_anchors, anchor => anchor.Use == use && anchor.Id == id);

    private static TrustAnchor Vendor(RootUse use, string id, string name, string? product = null) =>
        new(use, Hash32.Parse(id), RootLabel.Production, name, product);
}
