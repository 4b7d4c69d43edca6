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

    public static Hash32 Workload(TeeType type, params ReadOnlySpan<ReadOnlyMemory<byte>> parts) => HashOf(WorkloadLabel, type.ToWord().Bytes, parts);

    /// <summary>A machine has one id, whichever of its vendor's environments the evidence is of: so one revocation ends them all.</summary>
    public static Hash32 Platform(string vendor, params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        Span<byte> word = stackalloc byte[Hash32.ByteLength];
        word.Clear();
        Encoding.ASCII.GetBytes(vendor, word);
        return HashOf(PlatformLabel, word, parts);
    }

    private static Hash32 HashOf(string label, ReadOnlySpan<byte> word, ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(label));
        hash.AppendData(word);
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
