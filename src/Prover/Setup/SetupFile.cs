using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OpenGradient.Prover.Curves;

namespace OpenGradient.Prover.Setup;

/// <summary>What came of reading a setup's file.</summary>
public abstract record SetupReading
{
    private SetupReading()
    {
    }

    public sealed record Accepted(ProvingSetup Setup) : SetupReading;

    public sealed record Refused(string Detail) : SetupReading;
}

/// <summary>
/// Keeps an imported setup (<c>.ogs</c>): "OGSETUP" and a version, the label, the number of powers of G₂ and of G₁, the powers as the precompiles have
/// points, and the SHA-256 of all before. Reading checks the hash, every point, and the powers as at the import.
/// </summary>
public static class SetupFile
{
    /// <summary>The longest label that a file takes, in UTF-8.</summary>
    public const int MaxLabelBytes = 256;

    private const int MaxPowers = 1 << 26;
    private const int ChunkLength = 1 << 14;

    private static ReadOnlySpan<byte> Mark => "OGSETUP\x01"u8;

    public static async Task WriteAsync(ProvingSetup setup, Stream destination, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var label = Encoding.UTF8.GetBytes(setup.Verifier.Origin.Label);
        if (label.Length > MaxLabelBytes)
            throw new ArgumentException($"A label has {MaxLabelBytes} bytes at the most.", nameof(setup));
        var head = new byte[Mark.Length + 2 + label.Length + 1 + 4];
        Mark.CopyTo(head);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(Mark.Length), (ushort)label.Length);
        label.CopyTo(head, Mark.Length + 2);
        head[^5] = (byte)(setup.Verifier.Powers.Length + 1);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(head.Length - 4), setup.Length);
        await WriteAsync(head);
        await WriteAsync(setup.Verifier.Tau.ToArray());
        foreach (var power in setup.Verifier.Powers)
            await WriteAsync(power.ToArray());
        var chunk = new byte[ChunkLength * G1Affine.ByteLength];
        for (var done = 0; done < setup.Length; done += ChunkLength)
        {
            var count = Math.Min(ChunkLength, setup.Length - done);
            for (var i = 0; i < count; i++)
                setup.Powers.Span[done + i].Write(chunk.AsSpan(i * G1Affine.ByteLength));
            await WriteAsync(chunk.AsMemory(0, count * G1Affine.ByteLength));
        }

        await destination.WriteAsync(hash.GetHashAndReset(), cancellationToken);

        async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
        {
            hash.AppendData(bytes.Span);
            await destination.WriteAsync(bytes, cancellationToken);
        }
    }

    /// <summary>Reads a file, which must be able to seek.</summary>
    public static async Task<SetupReading> ReadAsync(Stream file, Work work)
    {
        try
        {
            return await ReadCheckedAsync(file, work);
        }
        catch (EndOfStreamException)
        {
            return new SetupReading.Refused("The file is cut off.");
        }
    }

    private static async Task<SetupReading> ReadCheckedAsync(Stream file, Work work)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var head = await ReadAsync(Mark.Length + 2);
        var labelLength = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(Mark.Length));
        if (!head.AsSpan().StartsWith(Mark) || labelLength > MaxLabelBytes)
            return new SetupReading.Refused("The file does not begin as a setup does.");
        var label = Encoding.UTF8.GetString(await ReadAsync(labelLength));
        var counts = await ReadAsync(5);
        var length = BinaryPrimitives.ReadInt32BigEndian(counts.AsSpan(1));
        if (counts[0] is 0 or > VerifierSetup.MaxPowers + 1 || length is < 2 or > MaxPowers)
            return new SetupReading.Refused("The numbers of powers are out of range.");
        var tableBytes = await ReadAsync(counts[0] * G2Affine.ByteLength);

        // A number in a short file claims no memory.
        if (file.Length - file.Position != ((long)length * G1Affine.ByteLength) + SHA256.HashSizeInBytes)
            return new SetupReading.Refused("The file has not the length that its number of powers asks for.");
        var powers = LastingPoints.Allocate(length);
        var chunk = new byte[Math.Min(ChunkLength, length) * G1Affine.ByteLength];
        for (var done = 0; done < length; done += ChunkLength)
        {
            var count = Math.Min(ChunkLength, length - done);
            await FillAsync(chunk.AsMemory(0, count * G1Affine.ByteLength));
            for (var i = 0; i < count; i++)
            {
                if (!G1Affine.TryRead(chunk.AsSpan(i * G1Affine.ByteLength), out powers[done + i]))
                    return new SetupReading.Refused("A power of G₁ is not on the curve.");
            }
        }

        var expected = new byte[SHA256.HashSizeInBytes];
        await file.ReadExactlyAsync(expected, work.CancellationToken);
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(expected))
            return new SetupReading.Refused("The file's hash is not that of its bytes.");
        var table = new G2Affine[counts[0]];
        for (var i = 0; i < table.Length; i++)
        {
            if (!G2Affine.TryRead(tableBytes.AsSpan(i * G2Affine.ByteLength, G2Affine.ByteLength), out table[i]) || table[i].IsInfinity)
                return new SetupReading.Refused("A power of G₂ is not on the curve, not in the group, or infinity.");
        }

        // A development setup's table goes as far as it likes: its maker knows τ, and nothing rests on it.
        var origin = SetupOrigin.FromLabel(label);
        var checkable = origin is SetupOrigin.Development ? table.Where((_, k) => 1L << k < length).ToArray() : table;
        if (1L << (checkable.Length - 1) >= length)
            return new SetupReading.Refused("There are more powers of G₂ than those of G₁ can show.");
        return SetupCheck.FindFault(powers, checkable, work) is { } fault
            ? new SetupReading.Refused(fault)
            : new SetupReading.Accepted(new ProvingSetup(new VerifierSetup(origin, table[0], table.AsSpan(1)), powers));

        async ValueTask<byte[]> ReadAsync(int count)
        {
            var bytes = new byte[count];
            await FillAsync(bytes);
            return bytes;
        }

        async ValueTask FillAsync(Memory<byte> bytes)
        {
            await file.ReadExactlyAsync(bytes, work.CancellationToken);
            hash.AppendData(bytes.Span);
        }
    }
}
