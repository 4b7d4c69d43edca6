using OpenGradient.Attestation.Bytes;

namespace OpenGradient.Attestation.Dcap;

/// <summary>A quote, cut into its fields.</summary>
internal sealed record Quote
{
    public const int HeaderBytes = 48;
    public const uint SgxTee = 0;
    public const uint TdxTee = 0x81;

    /// <summary>A genuine quote has about 5,000 bytes, some are handed out in a buffer of 8,000.</summary>
    public const int MaxBytes = 64 * 1024;

    public required int Version { get; init; }

    public required int KeyType { get; init; }

    public required uint TeeType { get; init; }

    public required ReadOnlyMemory<byte> QeVendor { get; init; }

    /// <summary>Exactly one of the two bodies is there.</summary>
    public SgxReport? Sgx { get; init; }

    public TdxReport? Tdx { get; init; }

    /// <summary>Header and body: what the quote's key signed. In version 5 the body's type and size are part of it.</summary>
    public required ReadOnlyMemory<byte> Signed { get; init; }

    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>x and y of the key that signed the quote.</summary>
    public required ReadOnlyMemory<byte> Key { get; init; }

    public required SgxReport QeReport { get; init; }

    public required ReadOnlyMemory<byte> QeReportSignature { get; init; }

    public required ReadOnlyMemory<byte> QeAuth { get; init; }

    /// <summary>5 for a PEM chain; less for names of a certificate that must come from elsewhere.</summary>
    public required int CertificationType { get; init; }

    public required ReadOnlyMemory<byte> Certification { get; init; }

    /// <summary>What follows the signature's data. Nobody signed it.</summary>
    public required ReadOnlyMemory<byte> Trailing { get; init; }
}

/// <summary>An enclave's report: 384 bytes.</summary>
internal sealed record SgxReport
{
    public const int Bytes = 384;

    public required ReadOnlyMemory<byte> Raw { get; init; }

    public ReadOnlyMemory<byte> CpuSvn => Raw[..16];

    public ReadOnlyMemory<byte> MiscSelect => Raw[16..20];

    public ReadOnlyMemory<byte> Attributes => Raw[48..64];

    public ReadOnlyMemory<byte> MrEnclave => Raw[64..96];

    public ReadOnlyMemory<byte> MrSigner => Raw[128..160];

    public ReadOnlyMemory<byte> ConfigId => Raw[192..256];

    public ReadOnlyMemory<byte> IsvProdId => Raw[256..258];

    public ReadOnlyMemory<byte> IsvSvn => Raw[258..260];

    public ReadOnlyMemory<byte> ConfigSvn => Raw[260..262];

    public ReadOnlyMemory<byte> ReportData => Raw[320..384];

    public bool IsDebug => (Attributes.Span[0] & 0x02) != 0;
}

/// <summary>A trust domain's report: 584 bytes, and 64 more from TDX 1.5 on.</summary>
internal sealed record TdxReport
{
    public const int Bytes = 584;
    public const int Bytes15 = 648;

    public required ReadOnlyMemory<byte> Raw { get; init; }

    public ReadOnlyMemory<byte> TeeTcbSvn => Raw[..16];

    public ReadOnlyMemory<byte> MrSeam => Raw[16..64];

    public ReadOnlyMemory<byte> MrSignerSeam => Raw[64..112];

    public ReadOnlyMemory<byte> SeamAttributes => Raw[112..120];

    public ReadOnlyMemory<byte> TdAttributes => Raw[120..128];

    public ReadOnlyMemory<byte> Xfam => Raw[128..136];

    public ReadOnlyMemory<byte> MrTd => Raw[136..184];

    public ReadOnlyMemory<byte> MrConfigId => Raw[184..232];

    public ReadOnlyMemory<byte> MrOwner => Raw[232..280];

    public ReadOnlyMemory<byte> MrOwnerConfig => Raw[280..328];

    public ReadOnlyMemory<byte> Rtmr(int index) => Raw.Slice(328 + (48 * index), 48);

    public ReadOnlyMemory<byte> ReportData => Raw[520..584];

    /// <summary>The module's level as it is now, not as it was at the domain's start; null before TDX 1.5.</summary>
    public ReadOnlyMemory<byte>? TeeTcbSvn2 => Raw.Length == Bytes15 ? Raw[584..600] : default(ReadOnlyMemory<byte>?);

    public ReadOnlyMemory<byte>? MrServiceTd => Raw.Length == Bytes15 ? Raw[600..648] : default(ReadOnlyMemory<byte>?);

    /// <summary>Intel names one bit of the first byte, and keeps the others for what opens a domain just as well.</summary>
    public bool IsDebug => TdAttributes.Span[0] != 0;
}

/// <summary>Reads quotes of versions 3, 4 and 5.</summary>
internal static class QuoteReader
{
    private const int SignatureBytes = 64;
    private const int QeCertification = 6;
    private const ushort SgxBody = 1;
    private const ushort TdxBody = 2;
    private const ushort TdxBody15 = 3;

    /// <summary>Cuts a quote into its fields. Every length must be exact, but for what trails the whole.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out Quote quote)
    {
        quote = null!;
        if (bytes.Length > Quote.MaxBytes)
            return false;
        var reader = new ByteReader(bytes);
        int version = reader.UInt16();
        int keyType = reader.UInt16();
        var tee = reader.UInt32();
        reader.Take(4);
        var vendor = reader.Take(16);
        reader.Take(20);
        if (version is < 3 or > 5 || !TryReadBody(ref reader, version, tee, out var body))
            return false;

        var signed = bytes[..(bytes.Length - reader.Remaining)];
        var auth = new ByteReader(reader.Take(reader.UInt32()));
        var signature = auth.Take(SignatureBytes);
        var key = auth.Take(SignatureBytes);
        if (version >= 4)
        {
            var isQe = auth.UInt16() == QeCertification;
            var inner = new ByteReader(auth.Take(auth.UInt32()));
            if (!isQe || auth.Failed || auth.Remaining != 0)
                return false;
            auth = inner;
        }

        var qeReport = auth.Take(SgxReport.Bytes);
        var qeSignature = auth.Take(SignatureBytes);
        var qeAuth = auth.Take(auth.UInt16());
        var certificationType = auth.UInt16();
        var certification = auth.Take(auth.UInt32());
        if (reader.Failed || auth.Failed || auth.Remaining != 0)
            return false;

        quote = new Quote
        {
            Version = version,
            KeyType = keyType,
            TeeType = tee,
            QeVendor = vendor,
            Sgx = tee == Quote.SgxTee ? new SgxReport { Raw = body } : null,
            Tdx = tee == Quote.TdxTee ? new TdxReport { Raw = body } : null,
            Signed = signed,
            Signature = signature,
            Key = key,
            QeReport = new SgxReport { Raw = qeReport },
            QeReportSignature = qeSignature,
            QeAuth = qeAuth,
            CertificationType = certificationType,
            Certification = certification,
            Trailing = reader.Rest,
        };
        return true;
    }

    private static bool TryReadBody(ref ByteReader reader, int version, uint tee, out ReadOnlyMemory<byte> body)
    {
        int bytes;
        if (version < 5)
        {
            bytes = tee switch
            {
                Quote.SgxTee => SgxReport.Bytes,
                Quote.TdxTee when version == 4 => TdxReport.Bytes,
                _ => 0,
            };
        }
        else
        {
            var type = reader.UInt16();
            bytes = (type, tee) switch
            {
                (SgxBody, Quote.SgxTee) => SgxReport.Bytes,
                (TdxBody, Quote.TdxTee) => TdxReport.Bytes,
                (TdxBody15, Quote.TdxTee) => TdxReport.Bytes15,
                _ => 0,
            };
            if (reader.UInt32() != bytes)
                bytes = 0;
        }

        body = reader.Take(bytes);
        return bytes > 0 && !reader.Failed;
    }
}
