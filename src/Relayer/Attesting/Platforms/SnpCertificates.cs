using System.Buffers.Binary;
using OpenGradient.Attestation.Collateral;

namespace OpenGradient.Relayer.Attesting.Platforms;

/// <summary>The certificates that a host hands to its SEV-SNP guests, if it does: a table of id, offset and length, which ends with zeros.</summary>
internal static class SnpCertificates
{
    private const int EntryBytes = 24;
    private const int MaxBytes = 64 * 1024;

    public static async Task<IReadOnlyList<CollateralFile>> ReadAsync(string path, CancellationToken cancellationToken) =>
        !File.Exists(path) || new FileInfo(path).Length > MaxBytes ? [] : Parse(await File.ReadAllBytesAsync(path, cancellationToken));

    /// <summary>Takes what the table points to; what points outside of it is left out, and the verifier then misses it.</summary>
    internal static IReadOnlyList<CollateralFile> Parse(ReadOnlyMemory<byte> table)
    {
        List<CollateralFile> files = [];
        for (var at = 0; at + EntryBytes <= table.Length && files.Count < CollateralSet.MaxFiles; at += EntryBytes)
        {
            var entry = table.Span.Slice(at, EntryBytes);
            if (!entry.ContainsAnyExcept((byte)0))
                break;
            long offset = BinaryPrimitives.ReadUInt32LittleEndian(entry[16..]);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]);
            if (length > 0 && offset + length <= table.Length)
                files.Add(new CollateralFile($"host-{files.Count}.der", table.Slice((int)offset, (int)length)));
        }

        return files;
    }
}
