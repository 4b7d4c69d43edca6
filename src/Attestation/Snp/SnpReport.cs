using System.Buffers.Binary;

namespace OpenGradient.Attestation.Snp;

/// <summary>A SEV-SNP attestation report of versions 2 to 5.</summary>
internal sealed record SnpReport
{
    public const int Bytes = 1184;
    public const int SignedBytes = 0x2A0;
    public const int ChipIdBytes = 64;

    private const int ComponentBytes = 72;
    private const int NumberBytes = 48;
    private const uint EcdsaP384Sha384 = 1;
    private const byte TurinFamily = 0x1A;

    private readonly ReadOnlyMemory<byte> _raw;

    private SnpReport(ReadOnlyMemory<byte> raw) => _raw = raw;

    public uint Version => UInt32(0);

    public uint GuestSvn => UInt32(4);

    public ulong Policy => UInt64(8);

    public uint Vmpl => UInt32(48);

    public ulong PlatformInfo => UInt64(64);

    public uint Flags => UInt32(72);

    /// <summary>0 for the chip's own key (VCEK), 1 for a cloud's (VLEK).</summary>
    public uint SigningKey => (Flags >> 2) & 7;

    public string SigningKeyName => SigningKey switch { 0 => "vcek", 1 => "vlek", _ => "none" };

    public ReadOnlyMemory<byte> FamilyId => _raw.Slice(16, 16);

    public ReadOnlyMemory<byte> ImageId => _raw.Slice(32, 16);

    /// <summary>The firmware that runs.</summary>
    public ReadOnlyMemory<byte> CurrentTcb => _raw.Slice(56, 8);

    public ReadOnlyMemory<byte> ReportData => _raw.Slice(80, 64);

    public ReadOnlyMemory<byte> Measurement => _raw.Slice(144, 48);

    public ReadOnlyMemory<byte> HostData => _raw.Slice(192, 32);

    public ReadOnlyMemory<byte> IdKeyDigest => _raw.Slice(224, 48);

    public ReadOnlyMemory<byte> ReportId => _raw.Slice(320, 32);

    /// <summary>The firmware that the signing key is derived from: the host may choose an older one than runs.</summary>
    public ReadOnlyMemory<byte> ReportedTcb => _raw.Slice(384, 8);

    public ReadOnlyMemory<byte> ChipId => _raw.Slice(416, ChipIdBytes);

    /// <summary>The firmware that the machine cannot go back behind.</summary>
    public ReadOnlyMemory<byte> CommittedTcb => _raw.Slice(480, 8);

    /// <summary>The firmware that ran when the guest started: what it let out then a later one does not take back.</summary>
    public ReadOnlyMemory<byte> LaunchTcb => _raw.Slice(496, 8);

    /// <summary>Whether the processor says that it is a Turin, from version 3 on: its family in bytes that versions before leave empty.</summary>
    public bool IsTurin => Version >= 3 && _raw.Span[392] == TurinFamily;

    public ReadOnlyMemory<byte> Signed => _raw[..SignedBytes];

    public bool AllowsDebug => (Policy & (1UL << 19)) != 0;

    public bool AllowsMigrationAgent => (Policy & (1UL << 18)) != 0;

    /// <summary>r and s, big-endian one after the other, as everybody but AMD writes them.</summary>
    public byte[] Signature()
    {
        var signature = new byte[2 * NumberBytes];
        for (var part = 0; part < 2; part++)
        {
            var number = signature.AsSpan(part * NumberBytes, NumberBytes);
            _raw.Slice(SignedBytes + (part * ComponentBytes), NumberBytes).Span.CopyTo(number);
            number.Reverse();
        }

        return signature;
    }

    /// <summary>Reads a report. What its signature's field holds beside the two numbers is not signed, and must be zero.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out SnpReport report)
    {
        report = new SnpReport(bytes);
        if (bytes.Length != Bytes || report.Version is < 2 or > 5 || report.UInt32(52) != EcdsaP384Sha384)
            return false;
        var signature = bytes.Span[SignedBytes..];
        return !signature[NumberBytes..ComponentBytes].ContainsAnyExcept((byte)0) && !signature[(ComponentBytes + NumberBytes)..].ContainsAnyExcept((byte)0);
    }

    private uint UInt32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_raw.Span[offset..]);

    private ulong UInt64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(_raw.Span[offset..]);
}
