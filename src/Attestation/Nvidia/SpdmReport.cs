using System.Buffers;
using System.Text;
using OpenGradient.Attestation.Bytes;

namespace OpenGradient.Attestation.Nvidia;

/// <summary>
/// A GPU's answer to a request for its measurements (SPDM 1.1), together with the request: the signature is over both, so that the request's nonce
/// is part of what is signed.
/// </summary>
internal sealed record SpdmReport
{
    public const int SignatureBytes = 96;
    public const int MeasurementBytes = 48;
    public const int MaxBytes = 64 * 1024;

    private const byte SpdmVersion = 0x11;
    private const byte GetMeasurements = 0xE0;
    private const byte Measurements = 0x60;
    private const byte AllBlocks = 0xFF;
    private const byte DmtfSpecification = 1;
    private const int NonceBytes = 32;

    private const int DriverVersionField = 3;
    private const int VbiosVersionField = 6;
    private const int DecoderStatusField = 11;
    private const int FirmwareIdField = 20;
    private const byte DecoderDisabled = 0x55;

    private static readonly SearchValues<byte> VersionLetters = SearchValues.Create("0123456789."u8);

    public required ReadOnlyMemory<byte> Nonce { get; init; }

    public required ReadOnlyMemory<byte> Signed { get; init; }

    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>The measurements by their index, from 0 on.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Blocks { get; init; }

    public required string DriverVersion { get; init; }

    /// <summary>As manifests write it: 96.00.5E.00.01.</summary>
    public required string VbiosVersion { get; init; }

    /// <summary>The hash of the firmware whose certificate signs; older drivers do not state it.</summary>
    public ReadOnlyMemory<byte>? FirmwareId { get; init; }

    /// <summary>Where the video decoder is off, its measurement (35) says nothing.</summary>
    public bool IsDecoderDisabled { get; init; }

    public static bool TryRead(ReadOnlyMemory<byte> bytes, out SpdmReport report)
    {
        report = null!;
        if (bytes.Length is > MaxBytes or < SignatureBytes)
            return false;
        var reader = new ByteReader(bytes);
        var isRequest = reader.Byte() == SpdmVersion && reader.Byte() == GetMeasurements;
        reader.Byte();
        isRequest &= reader.Byte() == AllBlocks;
        var nonce = reader.Take(NonceBytes);
        reader.Byte();
        var isResponse = reader.Byte() == SpdmVersion && reader.Byte() == Measurements;
        reader.Take(2);
        var count = reader.Byte();
        var record = new ByteReader(reader.Take(reader.UInt24()));
        reader.Take(NonceBytes);
        var opaque = new ByteReader(reader.Take(reader.UInt16()));
        var signature = reader.Take(SignatureBytes);
        if (!isRequest || !isResponse || reader.Failed || reader.Remaining != 0 || !TryReadBlocks(record, count, out var blocks)
            || !TryReadFields(opaque, out var fields) || !TryText(fields, DriverVersionField, out var driver) || !TryVbios(fields, out var vbios))
        {
            return false;
        }

        report = new SpdmReport
        {
            Nonce = nonce,
            Signed = bytes[..^SignatureBytes],
            Signature = signature,
            Blocks = blocks,
            DriverVersion = driver,
            VbiosVersion = vbios,
            FirmwareId = fields.TryGetValue(FirmwareIdField, out var id) ? id : default(ReadOnlyMemory<byte>?),
            IsDecoderDisabled = fields.TryGetValue(DecoderStatusField, out var status) && status.Span is [DecoderDisabled],
        };
        return true;
    }

    private static bool TryReadBlocks(ByteReader record, int count, out ReadOnlyMemory<byte>[] blocks)
    {
        blocks = new ReadOnlyMemory<byte>[count];
        for (var i = 0; i < count; i++)
        {
            // The index counts from 1 and upwards, so that none stands there twice.
            var isNext = record.Byte() == i + 1 && record.Byte() == DmtfSpecification;
            var block = new ByteReader(record.Take(record.UInt16()));
            block.Byte();
            blocks[i] = block.Take(block.UInt16());
            if (!isNext || record.Failed || block.Failed || block.Remaining != 0 || blocks[i].Length != MeasurementBytes)
                return false;
        }

        return count > 0 && record.Remaining == 0;
    }

    private static bool TryReadFields(ByteReader opaque, out Dictionary<int, ReadOnlyMemory<byte>> fields)
    {
        fields = [];
        while (opaque.Remaining > 0)
        {
            var type = opaque.UInt16();
            var value = opaque.Take(opaque.UInt16());
            if (opaque.Failed || !fields.TryAdd(type, value))
                return false;
        }

        return true;
    }

    private static bool TryText(Dictionary<int, ReadOnlyMemory<byte>> fields, int type, out string text)
    {
        text = string.Empty;
        if (!fields.TryGetValue(type, out var value))
            return false;
        var bytes = value.Span.TrimEnd((byte)0);
        text = Encoding.ASCII.GetString(bytes);
        return !bytes.IsEmpty && !bytes.ContainsAnyExcept(VersionLetters);
    }

    // Two numbers of four bytes, each from its lowest end on; the second one's first byte is the version's last part.
    private static bool TryVbios(Dictionary<int, ReadOnlyMemory<byte>> fields, out string text)
    {
        text = string.Empty;
        if (!fields.TryGetValue(VbiosVersionField, out var value) || value.Length != 8)
            return false;
        var bytes = value.Span;
        text = $"{bytes[3]:X2}.{bytes[2]:X2}.{bytes[1]:X2}.{bytes[0]:X2}.{bytes[4]:X2}";
        return true;
    }
}
