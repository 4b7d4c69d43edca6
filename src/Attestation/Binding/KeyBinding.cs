using System.Buffers.Binary;
using System.Security.Cryptography;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Attestation.Binding;

/// <summary>
/// What an environment puts into its report data, so that its evidence speaks for its keys, for one registration and for nothing else. What is not there is
/// empty, which is not the same as zeros.
/// </summary>
public sealed record KeyBinding
{
    /// <summary>What fits exactly into the report data of SGX, TDX and SEV-SNP.</summary>
    public const int Bytes = 64;

    private static ReadOnlySpan<byte> Label => "ai-relay/att/v1"u8;

    /// <summary>The public key that signs receipts, as 64 bytes: x and y.</summary>
    public required ReadOnlyMemory<byte> SigningKey { get; init; }

    /// <summary>The key for private requests.</summary>
    public ReadOnlyMemory<byte> HpkeKey { get; init; }

    /// <summary>The key of the environment's TLS certificate.</summary>
    public ReadOnlyMemory<byte> TlsKey { get; init; }

    /// <summary>What the one who asks for the evidence chose.</summary>
    public ReadOnlyMemory<byte> Nonce { get; init; }

    public required ulong ChainId { get; init; }

    /// <summary>The register that the key is for.</summary>
    public required Address Registry { get; init; }

    public required ulong KeyEpoch { get; init; }

    /// <summary>SHA-256 of what the environment found about its GPUs; null where it has none.</summary>
    public Hash32? GpuVerdictHash { get; init; }

    /// <summary>SHA-512 over the label and every part, each after its length in four bytes.</summary>
    public byte[] ToReportData()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(Label);
        Append(hash, SigningKey.Span);
        Append(hash, HpkeKey.Span);
        Append(hash, TlsKey.Span);
        Append(hash, Nonce.Span);
        Append(hash, ChainId);
        Append(hash, Registry.Bytes);
        Append(hash, KeyEpoch);
        Append(hash, GpuVerdictHash is { } gpu ? gpu.Bytes : default);
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, ulong number)
    {
        Span<byte> digits = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(digits, number);
        Append(hash, digits);
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
