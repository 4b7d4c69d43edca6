using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;

namespace OpenGradient.Attestation.Certificates;

/// <summary>
/// An X.509 certificate, read strictly and by its own fields: neither the machine's certificate stores nor its network have a say. Reading one
/// trusts nothing in it.
/// </summary>
internal sealed class Certificate
{
    /// <summary>None of the vendors' certificates has 2,000 bytes.</summary>
    public const int MaxBytes = 16 * 1024;

    private const int MaxExtensions = 64;
    private const int CertSignBit = 5;
    private const int CrlSignBit = 6;

    private static readonly Asn1Tag VersionTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3);

    private readonly Dictionary<string, ReadOnlyMemory<byte>> _extensions = new(StringComparer.Ordinal);

    private readonly SignatureMemory _memory = new();

    private Certificate(ReadOnlyMemory<byte> der) => Der = der;

    public ReadOnlyMemory<byte> Der { get; }

    /// <summary>What is signed.</summary>
    public ReadOnlyMemory<byte> Tbs { get; private set; }

    public SignatureScheme Scheme { get; private set; }

    public ReadOnlyMemory<byte> Signature { get; private set; }

    public ReadOnlyMemory<byte> Serial { get; private set; }

    /// <summary>The encoded name: names are compared byte by byte.</summary>
    public ReadOnlyMemory<byte> Issuer { get; private set; }

    public ReadOnlyMemory<byte> Subject { get; private set; }

    public string CommonName { get; private set; } = string.Empty;

    public DateTimeOffset NotBefore { get; private set; }

    public DateTimeOffset NotAfter { get; private set; }

    public PublicKey Key { get; private set; } = null!;

    /// <summary>Whether it may sign others.</summary>
    public bool IsAuthority { get; private set; }

    /// <summary>How many authorities may stand below it; null for any number.</summary>
    public int? PathLength { get; private set; }

    public bool MaySignCertificates { get; private set; } = true;

    public bool MaySignCrls { get; private set; } = true;

    public bool MaySignOcsp { get; private set; }

    /// <summary>A critical extension that is not known here: the certificate must not be used.</summary>
    public string? UnknownCriticalExtension { get; private set; }

    public bool IsSelfIssued => Issuer.Span.SequenceEqual(Subject.Span);

    /// <summary>The content of an extension; false where there is none.</summary>
    public bool TryExtension(string oid, out ReadOnlyMemory<byte> content) => _extensions.TryGetValue(oid, out content);

    /// <summary>Reads a certificate that fills the bytes; false for anything else.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out Certificate? certificate)
    {
        certificate = null;
        if (der.Length > MaxBytes)
            return false;
        try
        {
            var read = new Certificate(der);
            read.Read();
            certificate = read;
            return true;
        }
        catch (Exception failure) when (failure is AsnContentException or ArgumentException or OverflowException)
        {
            return false;
        }
    }

    /// <summary>Whether this certificate's key signed the other one. Names, dates and rights are not looked at.</summary>
    public bool Signed(Certificate other) => other._memory.Recall(Key, () => Key.Verifies(other.Scheme, other.Tbs.Span, other.Signature.Span));

    private void Read()
    {
        var reader = new AsnReader(Der, AsnEncodingRules.DER);
        var outer = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        Tbs = outer.PeekEncodedValue();
        var tbs = outer.ReadSequence();
        var outerAlgorithm = outer.PeekEncodedValue();
        Scheme = SignatureSchemes.Read(outer.ReadSequence());
        Signature = ReadWholeBits(outer);
        outer.ThrowIfNotEmpty();

        var version = tbs.ReadSequence(VersionTag);
        if (!version.TryReadInt32(out var number) || number != 2)
            throw new AsnContentException("Only version 3 is read.");
        version.ThrowIfNotEmpty();
        Serial = tbs.ReadIntegerBytes();
        if (!tbs.ReadEncodedValue().Span.SequenceEqual(outerAlgorithm.Span))
            throw new AsnContentException("The two signature algorithms differ.");
        Issuer = tbs.ReadEncodedValue();
        var validity = tbs.ReadSequence();
        NotBefore = AsnTimes.Read(validity);
        NotAfter = AsnTimes.Read(validity);
        validity.ThrowIfNotEmpty();
        Subject = tbs.ReadEncodedValue();
        CommonName = ReadCommonName(Subject);
        Key = PublicKey.Read(tbs);
        if (tbs.HasData)
        {
            var wrapped = tbs.ReadSequence(ExtensionsTag);
            ReadExtensions(wrapped.ReadSequence());
            wrapped.ThrowIfNotEmpty();
        }

        tbs.ThrowIfNotEmpty();
    }

    private void ReadExtensions(AsnReader list)
    {
        while (list.HasData)
        {
            var item = list.ReadSequence();
            var oid = item.ReadObjectIdentifier();
            var critical = item.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && item.ReadBoolean();
            var content = item.ReadOctetString();
            item.ThrowIfNotEmpty();
            if (_extensions.Count == MaxExtensions || !_extensions.TryAdd(oid, content))
                throw new AsnContentException("An extension stands there twice, or there are too many.");
            if (!ReadKnown(oid, content) && critical)
                UnknownCriticalExtension = oid;
        }
    }

    private bool ReadKnown(string oid, ReadOnlyMemory<byte> content)
    {
        var reader = new AsnReader(content, AsnEncodingRules.DER);
        switch (oid)
        {
            case Oids.BasicConstraints:
                var constraints = reader.ReadSequence();
                IsAuthority = constraints.HasData && constraints.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && constraints.ReadBoolean();
                if (constraints.HasData)
                    PathLength = constraints.TryReadInt32(out var length) && length >= 0 ? length : throw new AsnContentException("Bad path length.");
                constraints.ThrowIfNotEmpty();
                reader.ThrowIfNotEmpty();
                return true;
            case Oids.KeyUsage:
                var usage = reader.ReadBitString(out _);
                MaySignCertificates = HasBit(usage, CertSignBit);
                MaySignCrls = HasBit(usage, CrlSignBit);
                reader.ThrowIfNotEmpty();
                return true;
            case Oids.ExtendedKeyUsage:
                for (var uses = reader.ReadSequence(); uses.HasData;)
                    MaySignOcsp |= uses.ReadObjectIdentifier() == Oids.OcspSigning;
                reader.ThrowIfNotEmpty();
                return true;
            default:
                return oid is Oids.SubjectKeyIdentifier or Oids.AuthorityKeyIdentifier;
        }
    }

    internal static byte[] ReadWholeBits(AsnReader reader)
    {
        var bits = reader.ReadBitString(out var unused);
        return unused == 0 ? bits : throw new AsnContentException("A signature is whole bytes.");
    }

    private static bool HasBit(byte[] bits, int index) => index / 8 < bits.Length && (bits[index / 8] & (0x80 >> (index % 8))) != 0;

    private static string ReadCommonName(ReadOnlyMemory<byte> name)
    {
        var found = string.Empty;
        for (var sets = new AsnReader(name, AsnEncodingRules.DER).ReadSequence(); sets.HasData;)
        {
            for (var set = sets.ReadSetOf(); set.HasData;)
            {
                var pair = set.ReadSequence();
                if (pair.ReadObjectIdentifier() == Oids.CommonName && (UniversalTagNumber)pair.PeekTag().TagValue is var tag
                    && tag is UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString)
                {
                    found = pair.ReadCharacterString(tag);
                }
            }
        }

        return found;
    }
}
