using System.Buffers.Binary;
using System.Numerics;
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
    /// <param name="FileHash">SHA-256 of the whole file.</param>
    /// <param name="Blake2b">BLAKE2b of the whole file, as <c>b2sum</c> prints it: by it ceremonies announce their files.</param>
    /// <param name="Known">The announced file that it is, or null: then somebody has to hold a hash against what a ceremony announced.</param>
    public sealed record Imported(ProvingSetup Setup, Hash32 FileHash, string Blake2b, KnownCeremonyFile? Known) : ImportOutcome;

    /// <param name="Detail">What is wrong.</param>
    /// <param name="Remedy">What to do about it.</param>
    public sealed record Refused(string Detail, string Remedy) : ImportOutcome;
}

/// <summary>What an import is at.</summary>
public enum ImportStep
{
    /// <summary>Reading the powers that are wanted.</summary>
    Reading,

    /// <summary>Showing that each of them is a power of one τ.</summary>
    Checking,

    /// <summary>Going through the whole file for its hashes.</summary>
    Hashing,
}

/// <param name="Step">What it is at.</param>
/// <param name="Done">How much of that is done, from 0 to 1.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ImportProgress(ImportStep Step, double Done);

/// <summary>
/// Reads the <c>.ptau</c> files of snarkjs and the perpetual powers of tau, of any size: it goes through the file once, for its hashes, and keeps only the
/// powers that are asked for. Points stand in it in Montgomery's form, little-endian.
/// </summary>
public static class PowersOfTau
{
    private const int ChunkLength = 1 << 16;
    private const int MostUnasked = 1 << 17;
    private const int HashedBytes = 1 << 20;
    private const string FetchAgain = "Fetch the file again from the ceremony, and compare its hash.";

    /// <summary>
    /// Imports the first powers of a file. Every power that is kept is checked, none by a sample: it is on the curve, and by one random combination of all of them,
    /// with weights of 128 bits, they are the powers of the τ that stands in G₂.
    /// </summary>
    /// <param name="file">The file, which must be able to seek.</param>
    /// <param name="name">The ceremony's name: it becomes the setup's label.</param>
    /// <param name="length">How many powers of G₁ are wanted; null for all that it has, 2^17 at the most.</param>
    /// <param name="progress">Told now and then; null where nobody listens.</param>
    /// <param name="work">Hashing and checking are cancellable.</param>
    public static async Task<ImportOutcome> ImportAsync(Stream file, string name, int? length, IProgress<ImportProgress>? progress, Work work)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length ?? 2, 2, nameof(length));
        if (name.StartsWith(SetupOrigin.DevelopmentMark, StringComparison.Ordinal))
            return new ImportOutcome.Refused("A ceremony has not the name of a development setup.", "Name the ceremony.");
        try
        {
            return await PtauFormat.ReadAsync(file, work.CancellationToken) switch
            {
                PtauReading.Refused(var outcome) => outcome,
                PtauReading.Found found => await ReadAsync(file, found, name, length ?? Math.Min(found.Count, MostUnasked), progress, work),
                _ => throw new InvalidOperationException("There is a reading that is not known."),
            };
        }
        catch (EndOfStreamException)
        {
            return new ImportOutcome.Refused("The file became shorter while it was read.", FetchAgain);
        }
    }

    private static async Task<ImportOutcome> ReadAsync(
        Stream file, PtauReading.Found found, string name, int length, IProgress<ImportProgress>? progress, Work work)
    {
        var cancellationToken = work.CancellationToken;
        if (length > found.Count)
        {
            var power = BitOperations.Log2((uint)length);
            return new ImportOutcome.Refused(
                $"The file is of 2^{found.Power} and has {found.Count} powers; {length} are wanted.", $"Take a file of the ceremony for 2^{power} or more, which has {(2L << power) - 1} powers.");
        }

        var points = LastingPoints.Allocate(length);
        var chunk = new byte[Math.Min(ChunkLength, length) * G1Affine.ByteLength];
        for (var done = 0; done < length; done += ChunkLength)
        {
            var count = Math.Min(ChunkLength, length - done);
            await FillAtAsync(file, found.G1, (long)done * G1Affine.ByteLength, chunk.AsMemory(0, count * G1Affine.ByteLength), cancellationToken);
            if (!TryReadPoints(chunk, points.AsSpan(done, count)))
                return Damaged("A coordinate of G₁ is not below the modulus.");
            progress?.Report(new ImportProgress(ImportStep.Reading, (double)(done + count) / length));
        }

        // [τ^(2^k)]₂ as far as both the file and the powers of G₁ that check them go.
        var table = new List<G2Affine>();
        var bytes = new byte[G2Affine.ByteLength];
        for (var k = 0; k <= VerifierSetup.MaxPowers && k < found.Power && 1L << k < length; k++)
        {
            await FillAtAsync(file, found.G2, (1L << k) * G2Affine.ByteLength, bytes, cancellationToken);
            if (!TryReadTwist(bytes, out var point))
                return Damaged($"[τ^{1L << k}]₂ is not on the curve, or not in the group.");
            table.Add(point);
        }

        var checking = progress is null ? null : new CheckProgress(progress);
        if (SetupCheck.FindFault(points, table, work, progress: checking) is { } fault)
            return Damaged(fault);
        var (sha256, blake2b) = await HashAsync(file, progress, cancellationToken);
        var verifier = new VerifierSetup(SetupOrigin.FromLabel(name), table[0], CollectionsMarshal.AsSpan(table)[1..]);
        return new ImportOutcome.Imported(new ProvingSetup(verifier, points), sha256, blake2b, KnownCeremonyFile.Find(blake2b));
    }

    private static ImportOutcome.Refused Damaged(string detail) => new(detail, FetchAgain);

    private static async Task<(Hash32 Sha256, string Blake2b)> HashAsync(Stream file, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var blake2b = new Blake2b();
        var buffer = new byte[HashedBytes];
        file.Position = 0;
        for (int read; (read = await file.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            sha256.AppendData(buffer, 0, read);
            blake2b.Append(buffer.AsSpan(0, read));
            progress?.Report(new ImportProgress(ImportStep.Hashing, (double)file.Position / file.Length));
        }

        return (new Hash32(sha256.GetHashAndReset()), Convert.ToHexStringLower(blake2b.Finish()));
    }

    private static async Task FillAtAsync(Stream file, FilePart section, long offset, Memory<byte> bytes, CancellationToken cancellationToken)
    {
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

    private sealed class CheckProgress(IProgress<ImportProgress> progress) : IProgress<double>
    {
        public void Report(double value) => progress.Report(new ImportProgress(ImportStep.Checking, value));
    }
}
