namespace OpenGradient.Attestation.Nitro;

/// <summary>An attestation document of AWS Nitro: COSE_Sign1 around nine known fields.</summary>
internal sealed record NitroDocument
{
    public const int PcrBytes = 48;
    public const int SignatureBytes = 96;

    /// <summary>The hypervisor's answer is at most 16 KiB.</summary>
    public const int MaxBytes = 16 * 1024;

    private const int CoseTag = 18;
    private const int Es384 = -35;
    private const int AlgorithmHeader = 1;
    private const int Fields = 9;
    private const int MaxPcrs = 32;
    private const int MaxCertificateBytes = 1024;
    private const int MaxBundle = 16;
    private const int MaxUserBytes = 1024;
    private const int FrameBytes = 4;
    private const string Digest = "SHA384";

    // The year 9999: what .NET can say.
    private const ulong MaxTimestampMs = 253_402_300_799_999;

    public required string ModuleId { get; init; }

    /// <summary>Milliseconds of Unix time.</summary>
    public required ulong TimestampMs { get; init; }

    public DateTimeOffset IssuedAt => DateTimeOffset.FromUnixTimeMilliseconds((long)TimestampMs);

    public required IReadOnlyDictionary<int, ReadOnlyMemory<byte>> Pcrs { get; init; }

    /// <summary>An enclave in debug mode has all of its image's registers at zero; one alone is just as little an image's hash.</summary>
    public bool IsDebug => Enumerable.Range(0, 3).Any(index => !Pcrs[index].Span.ContainsAnyExcept((byte)0));

    public required ReadOnlyMemory<byte> Certificate { get; init; }

    /// <summary>The root first.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Bundle { get; init; }

    public ReadOnlyMemory<byte>? PublicKey { get; init; }

    public ReadOnlyMemory<byte>? UserData { get; init; }

    public ReadOnlyMemory<byte>? Nonce { get; init; }

    /// <summary>What the signature is over: COSE's Sig_structure.</summary>
    public required byte[] Signed { get; init; }

    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>Reads a document, bare or framed. What follows it in a frame is the frame's, and is not looked at.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out NitroDocument document)
    {
        document = null!;
        return bytes.Length <= MaxBytes && (TryReadCose(bytes, out document) || (TryUnframe(bytes, out var inner) && TryReadCose(inner, out document)));
    }

    // As dstack keeps them: a version, the kind of evidence, and the document's length in SCALE's compact form of two bytes.
    private static bool TryUnframe(ReadOnlyMemory<byte> bytes, out ReadOnlyMemory<byte> inner)
    {
        inner = default;
        if (bytes.Length < FrameBytes || bytes.Span is not [0, 2, ..] || (bytes.Span[2] & 3) != 1)
            return false;
        var length = (bytes.Span[2] | (bytes.Span[3] << 8)) >> 2;
        if (bytes.Length < FrameBytes + length)
            return false;
        inner = bytes.Slice(FrameBytes, length);
        return true;
    }

    private static bool TryReadCose(ReadOnlyMemory<byte> bytes, out NitroDocument document)
    {
        document = null!;
        var reader = new CborReader(bytes);
        if (reader.IsTag && reader.Tag() != CoseTag)
            return false;
        if (reader.Array(4) != 4)
            return false;
        var protectedHeader = reader.Bytes(MaxUserBytes);
        var isBare = reader.Map(0) == 0;
        var payload = reader.Bytes(MaxBytes);
        var signature = reader.Bytes(SignatureBytes);
        if (reader.Failed || !isBare || signature.Length != SignatureBytes || !reader.Rest.IsEmpty || !IsEs384(protectedHeader))
            return false;
        return TryReadPayload(payload, SigStructure(protectedHeader.Span, payload.Span), signature, out document);
    }

    private static bool IsEs384(ReadOnlyMemory<byte> header)
    {
        var reader = new CborReader(header);
        return reader.Map(1) == 1 && reader.Number() == AlgorithmHeader && reader.Negative() == Es384 && !reader.Failed && reader.Rest.IsEmpty;
    }

    private static bool TryReadPayload(ReadOnlyMemory<byte> payload, byte[] signed, ReadOnlyMemory<byte> signature, out NitroDocument document)
    {
        document = null!;
        var reader = new CborReader(payload);
        var isEndless = reader.TryEndlessMap();
        var count = isEndless ? Fields : reader.Map(Fields);
        string? moduleId = null, digest = null;
        ulong? timestamp = null;
        Dictionary<int, ReadOnlyMemory<byte>>? pcrs = null;
        List<ReadOnlyMemory<byte>>? bundle = null;
        ReadOnlyMemory<byte>? certificate = null, publicKey = null, userData = null, nonce = null;
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            if (isEndless && reader.TryEnd())
            {
                isEndless = false;
                break;
            }

            var name = reader.Text(32);
            if (!seen.Add(name))
                return false;
            switch (name)
            {
                case "module_id": moduleId = reader.Text(256); break;
                case "digest": digest = reader.Text(16); break;
                case "timestamp": timestamp = reader.Number(); break;
                case "pcrs": pcrs = ReadPcrs(ref reader); break;
                case "certificate": certificate = reader.Bytes(MaxCertificateBytes); break;
                case "cabundle": bundle = ReadBundle(ref reader); break;
                case "public_key": publicKey = reader.BytesOrNull(MaxUserBytes); break;
                case "user_data": userData = reader.BytesOrNull(MaxUserBytes); break;
                case "nonce": nonce = reader.BytesOrNull(MaxUserBytes); break;
                default: return false;
            }
        }

        if ((isEndless && !reader.TryEnd()) || reader.Failed || !reader.Rest.IsEmpty || string.IsNullOrEmpty(moduleId) || digest != Digest || timestamp is null or 0 or > MaxTimestampMs
            || pcrs is null || certificate is null || bundle is null)
        {
            return false;
        }

        document = new NitroDocument
        {
            ModuleId = moduleId,
            TimestampMs = timestamp.Value,
            Pcrs = pcrs,
            Certificate = certificate.Value,
            Bundle = bundle,
            PublicKey = publicKey,
            UserData = userData,
            Nonce = nonce,
            Signed = signed,
            Signature = signature,
        };
        return true;
    }

    private static Dictionary<int, ReadOnlyMemory<byte>>? ReadPcrs(ref CborReader reader)
    {
        Dictionary<int, ReadOnlyMemory<byte>> pcrs = [];
        var count = reader.Map(MaxPcrs);
        for (var i = 0; i < count; i++)
        {
            var index = reader.Number();
            var value = reader.Bytes(PcrBytes);
            if (reader.Failed || index >= MaxPcrs || value.Length != PcrBytes || !pcrs.TryAdd((int)index, value))
                return null;
        }

        return pcrs.ContainsKey(0) && pcrs.ContainsKey(1) && pcrs.ContainsKey(2) ? pcrs : null;
    }

    private static List<ReadOnlyMemory<byte>>? ReadBundle(ref CborReader reader)
    {
        List<ReadOnlyMemory<byte>> bundle = [];
        var count = reader.Array(MaxBundle);
        for (var i = 0; i < count; i++)
            bundle.Add(reader.Bytes(MaxCertificateBytes));
        return reader.Failed || count == 0 ? null : bundle;
    }

    // ["Signature1", protected header, no more data, payload], in the shortest form.
    internal static byte[] SigStructure(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        var writer = new CborWriter();
        writer.Array(4);
        writer.Text("Signature1");
        writer.Bytes(header);
        writer.Bytes([]);
        writer.Bytes(payload);
        return writer.ToArray();
    }
}
