using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;

namespace OpenGradient.Attestation.Certificates;

/// <summary>A list of revoked certificates (CRL), read strictly. Reading one trusts nothing in it.</summary>
internal sealed class RevocationList
{
    public const int MaxBytes = 1024 * 1024;

    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 0);

    private readonly HashSet<string> _revoked = new(StringComparer.Ordinal);

    private readonly SignatureMemory _memory = new();

    private RevocationList()
    {
    }

    public ReadOnlyMemory<byte> Tbs { get; private set; }

    public SignatureScheme Scheme { get; private set; }

    public ReadOnlyMemory<byte> Signature { get; private set; }

    public ReadOnlyMemory<byte> Issuer { get; private set; }

    public DateTimeOffset ThisUpdate { get; private set; }

    public DateTimeOffset NextUpdate { get; private set; }

    public int Count => _revoked.Count;

    public bool IsSignedBy(PublicKey key) => _memory.Recall(key, () => key.Verifies(Scheme, Tbs.Span, Signature.Span));

    public bool Lists(Certificate certificate) => _revoked.Contains(Convert.ToHexString(certificate.Serial.Span));

    public static bool TryRead(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out RevocationList? list)
    {
        list = null;
        if (der.Length > MaxBytes)
            return false;
        try
        {
            var read = new RevocationList();
            read.Read(der);
            list = read;
            return true;
        }
        catch (Exception failure) when (failure is AsnContentException or ArgumentException or OverflowException)
        {
            return false;
        }
    }

    private void Read(ReadOnlyMemory<byte> der)
    {
        var reader = new AsnReader(der, AsnEncodingRules.DER);
        var outer = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        Tbs = outer.PeekEncodedValue();
        var tbs = outer.ReadSequence();
        var outerAlgorithm = outer.PeekEncodedValue();
        Scheme = SignatureSchemes.Read(outer.ReadSequence());
        Signature = Certificate.ReadWholeBits(outer);
        outer.ThrowIfNotEmpty();

        if (!tbs.TryReadInt32(out var version) || version != 1)
            throw new AsnContentException("Only version 2 is read.");
        if (!tbs.ReadEncodedValue().Span.SequenceEqual(outerAlgorithm.Span))
            throw new AsnContentException("The two signature algorithms differ.");
        Issuer = tbs.ReadEncodedValue();
        ThisUpdate = AsnTimes.Read(tbs);
        // A list without an end would be good for ever.
        NextUpdate = AsnTimes.Read(tbs);
        if (tbs.HasData && tbs.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
            ReadEntries(tbs.ReadSequence());
        if (tbs.HasData)
        {
            var wrapped = tbs.ReadSequence(ExtensionsTag);
            RefuseCritical(wrapped.ReadSequence());
            wrapped.ThrowIfNotEmpty();
        }

        tbs.ThrowIfNotEmpty();
    }

    private void ReadEntries(AsnReader entries)
    {
        while (entries.HasData)
        {
            var entry = entries.ReadSequence();
            _revoked.Add(Convert.ToHexString(entry.ReadIntegerBytes().Span));
            AsnTimes.Read(entry);
            if (entry.HasData)
                RefuseCritical(entry.ReadSequence());
            entry.ThrowIfNotEmpty();
        }
    }

    // A critical extension may mean that the list is only about some certificates, or only says what changed.
    private static void RefuseCritical(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var item = extensions.ReadSequence();
            item.ReadObjectIdentifier();
            if (item.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && item.ReadBoolean())
                throw new AsnContentException("A critical extension of a revocation list is not known.");
            item.ReadOctetString();
            item.ThrowIfNotEmpty();
        }
    }
}
