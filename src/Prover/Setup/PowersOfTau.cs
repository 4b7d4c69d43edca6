using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Fields;

namespace OpenGradient.Prover.Setup;

/// <summary>What came of importing powers of tau.</summary>
public abstract record ImportOutcome
{
    private ImportOutcome()
    {
    }

    /// <param name="Setup">As many powers as were asked for.</param>
    /// <param name="FileHash">SHA-256 of the whole file, to be held against the ceremony's.</param>
    public sealed record Imported(ProvingSetup Setup, Hash32 FileHash) : ImportOutcome;

    public sealed record Refused(string Detail) : ImportOutcome;
}

/// <summary>
/// Reads the <c>.ptau</c> files of snarkjs and the perpetual powers of tau, of any size: it goes through the file once, for its hash, and keeps only the
/// powers that are asked for. Points stand in it in Montgomery's form, little-endian.
/// </summary>
public static class PowersOfTau
{
    private const int HeaderSection = 1;
    private const int G1Section = 2;
    private const int G2Section = 3;
    private const int MaxSections = 64;
    private const int MaxPower = 28;

    /// <summary>Imports the first powers of a file, checked.</summary>
    /// <param name="file">The file, which must be able to seek.</param>
    /// <param name="name">The ceremony's name: it becomes the setup's label.</param>
    /// <param name="length">How many powers of G₁ are wanted.</param>
    /// <param name="work">Hashing and checking are cancellable.</param>
    public static async Task<ImportOutcome> ImportAsync(Stream file, string name, int length, Work work)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        if (name.StartsWith(SetupOrigin.DevelopmentMark, StringComparison.Ordinal))
            return new ImportOutcome.Refused("A ceremony has not the name of a development setup.");
        try
        {
            return await ReadAsync(file, name, length, work);
        }
        catch (EndOfStreamException)
        {
            return new ImportOutcome.Refused("The file is cut off.");
        }
    }

    private static async Task<ImportOutcome> ReadAsync(Stream file, string name, int length, Work work)
    {
        var cancellationToken = work.CancellationToken;
        file.Position = 0;
        if (await SectionsAsync(file, cancellationToken) is not { } sections)
            return new ImportOutcome.Refused("The file is no version 1 of snarkjs' powers of tau, or a section of it does not end where it should.");
        if (!sections.TryGetValue(HeaderSection, out var header) || !sections.TryGetValue(G1Section, out var g1) || !sections.TryGetValue(G2Section, out var g2))
            return new ImportOutcome.Refused("The file has no header, or no powers.");

        var head = await ReadAtAsync(file, header, 0, 4 + 32 + 4, cancellationToken);
        if (BinaryPrimitives.ReadInt32LittleEndian(head) != 32 || ReadWord(head.AsSpan(4)) != Fq.Modulus)
            return new ImportOutcome.Refused("The powers are of another curve than BN254.");
        var power = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(36));
        if (power is < 1 or > MaxPower || g1.Length != ((2L << power) - 1) * G1Affine.ByteLength || g2.Length != (1L << power) * G2Affine.ByteLength)
            return new ImportOutcome.Refused("The sections have not the lengths that the header's power asks for.");
        if (length > (2L << power) - 1)
            return new ImportOutcome.Refused($"The file has {(2L << power) - 1} powers; {length} are wanted.");

        var points = new G1Affine[length];
        var chunk = new byte[Math.Min(ChunkLength, length) * G1Affine.ByteLength];
        for (var done = 0; done < length; done += ChunkLength)
        {
            var count = Math.Min(ChunkLength, length - done);
            await FillAtAsync(file, g1, (long)done * G1Affine.ByteLength, chunk.AsMemory(0, count * G1Affine.ByteLength), cancellationToken);
            if (!TryReadPoints(chunk, points.AsSpan(done, count)))
                return new ImportOutcome.Refused("A coordinate of G₁ is not below the modulus.");
        }

        // [τ^(2^k)]₂ as far as both the file and the powers of G₁ that check them go.
        var table = new List<G2Affine>();
        for (var k = 0; k <= VerifierSetup.MaxPowers && k < power && 1L << k < length; k++)
        {
            var bytes = await ReadAtAsync(file, g2, (1L << k) * G2Affine.ByteLength, G2Affine.ByteLength, cancellationToken);
            if (!TryReadTwist(bytes, out var point))
                return new ImportOutcome.Refused($"[τ^{1L << k}]₂ is not on the curve, or not in the group.");
            table.Add(point);
        }

        if (SetupCheck.FindFault(points, table, work) is { } fault)
            return new ImportOutcome.Refused(fault);
        file.Position = 0;
        var hash = new Hash32(await SHA256.HashDataAsync(file, cancellationToken));
        var verifier = new VerifierSetup(SetupOrigin.FromLabel(name), table[0], CollectionsMarshal.AsSpan(table)[1..]);
        return new ImportOutcome.Imported(new ProvingSetup(verifier, points), hash);
    }

    private const int ChunkLength = 1 << 16;

    private static async Task<Dictionary<int, (long Start, long Length)>?> SectionsAsync(Stream file, CancellationToken cancellationToken)
    {
        var head = new byte[12];
        await file.ReadExactlyAsync(head, cancellationToken);
        var count = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(8));
        if (!head.AsSpan(0, 4).SequenceEqual("ptau"u8) || BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4)) != 1 || count > MaxSections)
            return null;
        var sections = new Dictionary<int, (long Start, long Length)>();
        for (var i = 0; i < count; i++)
        {
            await file.ReadExactlyAsync(head, cancellationToken);
            var type = BinaryPrimitives.ReadInt32LittleEndian(head);
            var length = BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(4));
            // A section that stands twice could be read in two ways.
            if (length < 0 || length > file.Length - file.Position || !sections.TryAdd(type, (file.Position, length)))
                return null;
            file.Position += length;
        }

        return sections;
    }

    private static async Task<byte[]> ReadAtAsync(Stream file, (long Start, long Length) section, long offset, int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        await FillAtAsync(file, section, offset, bytes, cancellationToken);
        return bytes;
    }

    private static async Task FillAtAsync(Stream file, (long Start, long Length) section, long offset, Memory<byte> bytes, CancellationToken cancellationToken)
    {
        if (offset + bytes.Length > section.Length)
            throw new EndOfStreamException();
        file.Position = section.Start + offset;
        await file.ReadExactlyAsync(bytes, cancellationToken);
    }

    private static bool TryReadPoints(ReadOnlySpan<byte> bytes, Span<G1Affine> points)
    {
        for (var i = 0; i < points.Length; i++)
        {
            if (!TryReadMontgomery(bytes[(i * G1Affine.ByteLength)..], out var x) || !TryReadMontgomery(bytes[((i * G1Affine.ByteLength) + 32)..], out var y))
                return false;
            points[i] = new G1Affine(x, y);
        }

        return true;
    }

    private static bool TryReadTwist(ReadOnlySpan<byte> bytes, out G2Affine point)
    {
        point = default;
        if (!TryReadMontgomery(bytes, out var xRe) || !TryReadMontgomery(bytes[32..], out var xIm)
            || !TryReadMontgomery(bytes[64..], out var yRe) || !TryReadMontgomery(bytes[96..], out var yIm))
            return false;
        point = new G2Affine(new Fq2(xRe, xIm), new Fq2(yRe, yIm));
        return !point.IsInfinity && point.IsInGroup;
    }

    // Their form is ours, so that the limbs are taken as they are.
    private static bool TryReadMontgomery(ReadOnlySpan<byte> bytes, out Fq element)
    {
        var word = ReadWord(bytes);
        element = new Fq(word.Limb(0), word.Limb(1), word.Limb(2), word.Limb(3));
        return word < Fq.Modulus;
    }

    private static UInt256 ReadWord(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));
}
