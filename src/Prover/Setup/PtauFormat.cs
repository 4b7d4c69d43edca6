using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using OpenGradient.Prover.Curves;

namespace OpenGradient.Prover.Setup;

/// <summary>A part of a file.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FilePart(long Start, long Length);

/// <summary>What came of looking where in a file the powers are.</summary>
internal abstract record PtauReading
{
    private PtauReading()
    {
    }

    /// <param name="Power">There are 2^(Power+1) − 1 powers of G₁ and 2^Power of G₂.</param>
    /// <param name="G1">Where the powers of G₁ stand.</param>
    /// <param name="G2">Where the powers of G₂ stand.</param>
    public sealed record Found(int Power, FilePart G1, FilePart G2) : PtauReading
    {
        public int Count => (2 << Power) - 1;
    }

    public sealed record Refused(ImportOutcome.Refused Outcome) : PtauReading;
}

/// <summary>
/// The outside of a <c>.ptau</c> file of snarkjs: a mark, sections with their lengths, and a header that says the curve and how many powers there are. Sections that
/// were prepared for circuits are passed by.
/// </summary>
internal static class PtauFormat
{
    private const int HeaderSection = 1;
    private const int G1Section = 2;
    private const int G2Section = 3;
    private const int MaxSections = 64;
    private const int MaxPower = 28;
    private const int HeadLength = 12;
    private const int CoordinateBytes = 32;

    private const string FetchAgain = "Fetch it again from the ceremony, and compare its hash.";
    private const string TakeAnother = "Take a ceremony's .ptau of BN254, which snarkjs calls bn128 (docs/ceremonies.md).";

    // What else snarkjs writes, by its marks.
    private static readonly string[] OtherFiles = ["zkey", "r1cs", "wtns"];

    // BLS12-381's, of 48 bytes: the other curve that snarkjs has.
    private static readonly BigInteger OtherModulus = BigInteger.Parse(
        "1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Reads no more than the heads of sections.</summary>
    public static async Task<PtauReading> ReadAsync(Stream file, CancellationToken cancellationToken)
    {
        file.Position = 0;
        var head = new byte[HeadLength];
        if (file.Length < HeadLength)
            return Refused($"The file has {file.Length} bytes: it is cut off before it begins.", FetchAgain);
        await file.ReadExactlyAsync(head, cancellationToken);
        if (!head.AsSpan(0, 4).SequenceEqual("ptau"u8))
            return NotPowers(head.AsSpan(0, 4), file.Length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4)) is var version and not 1)
            return Refused($"The file is of version {version} of its format, and 1 is read.", TakeAnother);
        var count = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(8));
        if (count > MaxSections)
            return Refused($"The file says that it has {count} sections.", FetchAgain);

        var sections = new Dictionary<int, FilePart>();
        for (var i = 0; i < count; i++)
        {
            if (file.Length - file.Position < HeadLength)
                return Refused($"The file is cut off: it ends after {i} of {count} sections.", FetchAgain);
            await file.ReadExactlyAsync(head, cancellationToken);
            var type = BinaryPrimitives.ReadInt32LittleEndian(head);
            var length = BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(4));
            if (length < 0 || length > file.Length - file.Position)
                return Refused($"The file is cut off: its section {type} has {length} bytes, and {file.Length - file.Position} are left.", FetchAgain);
            // A section that stands twice could be read in two ways.
            if (!sections.TryAdd(type, new FilePart(file.Position, length)))
                return Refused($"The section {type} stands twice.", FetchAgain);
            file.Position += length;
        }

        return sections.TryGetValue(HeaderSection, out var header) && sections.TryGetValue(G1Section, out var g1) && sections.TryGetValue(G2Section, out var g2)
            ? await ReadHeaderAsync(file, header, g1, g2, cancellationToken)
            : Refused("The file has no header, or no powers.", FetchAgain);
    }

    private static async Task<PtauReading> ReadHeaderAsync(Stream file, FilePart header, FilePart g1, FilePart g2, CancellationToken cancellationToken)
    {
        var bytes = new byte[Math.Min(header.Length, 256)];
        file.Position = header.Start;
        await file.ReadExactlyAsync(bytes, cancellationToken);
        if (bytes.Length < sizeof(int))
            return Refused("The header is cut off.", FetchAgain);
        var coordinateBytes = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        // The modulus, and twice a number of powers: the file's, and the ceremony's, of which it may be the first part.
        if (coordinateBytes > bytes.Length || bytes.Length != sizeof(int) + coordinateBytes + (2 * sizeof(int)))
            return Refused("The header has not the length that its curve asks for.", FetchAgain);
        var modulus = new BigInteger(bytes.AsSpan(sizeof(int), (int)coordinateBytes), isUnsigned: true);
        if (coordinateBytes != CoordinateBytes || modulus != (BigInteger)Fq.Modulus)
        {
            var name = modulus == OtherModulus ? "BLS12-381" : $"a field of {modulus.GetBitLength()} bits";
            return Refused($"The powers are of another curve than BN254: {name}.", TakeAnother);
        }

        var power = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(sizeof(int) + CoordinateBytes));
        if (power is < 1 or > MaxPower)
            return Refused($"The header says 2^{power}; from 2^1 to 2^{MaxPower} there are files.", FetchAgain);
        var (lengthOfG1, lengthOfG2) = (((2L << power) - 1) * G1Affine.ByteLength, (1L << power) * G2Affine.ByteLength);
        return g1.Length == lengthOfG1 && g2.Length == lengthOfG2
            ? new PtauReading.Found(power, g1, g2)
            : Refused($"The header says 2^{power}, and the sections have not that many powers: {g1.Length} and {g2.Length} bytes, not {lengthOfG1} and {lengthOfG2}.", FetchAgain);
    }

    // Ceremonies go from challenge to response to challenge, which are other files; and there are those that circuits are proven by.
    private static PtauReading.Refused NotPowers(ReadOnlySpan<byte> mark, long length)
    {
        foreach (var other in OtherFiles)
        {
            if (mark.SequenceEqual(Encoding.ASCII.GetBytes(other)))
                return Refused($"The file is a .{other} of snarkjs, of one circuit, and no powers of tau.", TakeAnother);
        }

        for (var power = 1; power <= MaxPower; power++)
        {
            if (length == ChallengeLength(power) || length == ResponseLength(power))
            {
                var kind = length == ChallengeLength(power) ? "challenge" : "response";
                return Refused(
                    $"The file is as long as a {kind} of a ceremony for 2^{power}: a step between two contributions, and not what came of it.",
                    "Take the .ptau that the ceremony published; snarkjs makes one of a response (`snarkjs powersoftau import response`).");
            }
        }

        return Refused("The file is no powers of tau as snarkjs writes them (.ptau).", TakeAnother);
    }

    // A hash; powers of τ in both groups, α and β times powers, and β in G₂; whole points in a challenge, and x alone in a response, which ends with a key.
    private static long ChallengeLength(int power) => 64 + (64 * ((2L << power) - 1)) + (128L << power) + (2 * (64L << power)) + 128;

    private static long ResponseLength(int power) => 64 + (32 * ((2L << power) - 1)) + (64L << power) + (2 * (32L << power)) + 64 + 768;

    private static PtauReading.Refused Refused(string detail, string remedy) => new(new ImportOutcome.Refused(detail, remedy));
}
