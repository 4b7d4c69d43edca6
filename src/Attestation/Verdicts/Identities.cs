using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Attestation.Verdicts;

/// <summary>The hashes that name workloads and platforms: a label, then each part with its length before it.</summary>
internal static class Identities
{
    private const string WorkloadLabel = "ai-relay/workload/v1";
    private const string PlatformLabel = "ai-relay/platform/v1";

    public static Hash32 Workload(TeeType type, params ReadOnlySpan<ReadOnlyMemory<byte>> parts) => HashOf(WorkloadLabel, type, parts);

    public static Hash32 Platform(TeeType type, params ReadOnlySpan<ReadOnlyMemory<byte>> parts) => HashOf(PlatformLabel, type, parts);

    private static Hash32 HashOf(string label, TeeType type, ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(label));
        hash.AppendData(type.ToWord().Bytes);
        Span<byte> length = stackalloc byte[sizeof(uint)];
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteUInt32BigEndian(length, (uint)part.Length);
            hash.AppendData(length);
            hash.AppendData(part.Span);
        }

        return new Hash32(hash.GetHashAndReset());
    }
}
