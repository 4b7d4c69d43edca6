using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Attestation.Verdicts;

/// <summary>Whose evidence a file holds.</summary>
public enum EvidenceKind
{
    /// <summary>An Intel SGX or TDX quote.</summary>
    Dcap,

    /// <summary>An AWS Nitro attestation document.</summary>
    Nitro,

    /// <summary>An AMD SEV-SNP report.</summary>
    Snp,

    /// <summary>An NVIDIA GPU's SPDM measurements.</summary>
    Nvidia,
}

/// <summary>What kind of environment the evidence speaks for. Its name, in ASCII and padded with zeros, is the chain's <c>teeType</c>.</summary>
public enum TeeType
{
    Sgx,
    Tdx,
    Nitro,
    Snp,
    Nvidia,
}

/// <summary>How a <see cref="TeeType"/> is written on the chain, and whose evidence speaks for it.</summary>
public static class TeeTypeWords
{
    public static EvidenceKind ToKind(this TeeType type) => type switch
    {
        TeeType.Sgx or TeeType.Tdx => EvidenceKind.Dcap,
        TeeType.Nitro => EvidenceKind.Nitro,
        TeeType.Snp => EvidenceKind.Snp,
        TeeType.Nvidia => EvidenceKind.Nvidia,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, message: null),
    };

    public static Hash32 ToWord(this TeeType type)
    {
        Span<byte> word = stackalloc byte[Hash32.ByteLength];
        word.Clear();
        var name = type switch
        {
            TeeType.Sgx => "sgx"u8,
            TeeType.Tdx => "tdx"u8,
            TeeType.Nitro => "nitro"u8,
            TeeType.Snp => "snp"u8,
            _ => "nvidia"u8,
        };
        name.CopyTo(word);
        return new Hash32(word);
    }
}
