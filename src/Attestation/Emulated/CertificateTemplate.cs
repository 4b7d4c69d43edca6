using System.Formats.Asn1;
using System.Security.Cryptography;
using OpenGradient.Attestation.Certificates;

namespace OpenGradient.Attestation.Emulated;

/// <summary>A certificate before it is signed.</summary>
internal sealed record CertificateTemplate
{
    public required string Subject { get; init; }

    public required string Issuer { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    public byte[] Serial { get; init; } = [0x11];

    /// <summary>Null for a certificate that says nothing of it, as AMD's are.</summary>
    public bool? IsAuthority { get; init; }

    public int? PathLength { get; init; }

    /// <summary>What an authority's key may be used for, as the bits of X.509: 0x04 signs certificates, 0x02 signs lists.</summary>
    public byte Usage { get; init; } = 0x06;

    public bool MaySignOcsp { get; init; }

    /// <summary>What stands in the place of the key; null for the key itself.</summary>
    public byte[]? StatedKey { get; init; }

    public IReadOnlyList<ExtensionTemplate> Extensions { get; init; } = [];

    /// <summary>Signs it: for a key, by another or the same.</summary>
    public byte[] Issue(EmulatedKey key, EmulatedKey issuer)
    {
        var tbs = new AsnWriter(AsnEncodingRules.DER);
        using (tbs.PushSequence())
        {
            using (tbs.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                tbs.WriteInteger(2);
            tbs.WriteInteger(Serial);
            AsnForge.WriteAlgorithm(tbs, issuer.Scheme);
            AsnForge.WriteName(tbs, Issuer);
            using (tbs.PushSequence())
            {
                AsnForge.WriteTime(tbs, NotBefore);
                AsnForge.WriteTime(tbs, NotAfter);
            }

            AsnForge.WriteName(tbs, Subject);
            tbs.WriteEncodedValue(StatedKey ?? key.Spki);
            using (tbs.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
            using (tbs.PushSequence())
                WriteExtensions(tbs);
        }

        return AsnForge.Sign(tbs.Encode(), issuer);
    }

    private void WriteExtensions(AsnWriter writer)
    {
        if (IsAuthority is { } isAuthority)
            AsnForge.WriteExtension(writer, new ExtensionTemplate(Oids.BasicConstraints, true, AsnForge.Encode(content => WriteConstraints(content, isAuthority))));
        if (IsAuthority == true)
            AsnForge.WriteExtension(writer, new ExtensionTemplate(Oids.KeyUsage, true, AsnForge.Encode(content => content.WriteBitString([Usage], 1))));
        if (MaySignOcsp)
        {
            AsnForge.WriteExtension(writer, new ExtensionTemplate(Oids.ExtendedKeyUsage, false, AsnForge.Encode(content =>
            {
                using (content.PushSequence())
                    content.WriteObjectIdentifier(Oids.OcspSigning);
            })));
        }

        // A certificate of version 3 has at least one.
        AsnForge.WriteExtension(writer, new ExtensionTemplate(
            Oids.SubjectKeyIdentifier, false, AsnForge.Encode(content => content.WriteOctetString(SHA256.HashData(Serial).AsSpan(0, 20)))));
        foreach (var extension in Extensions)
            AsnForge.WriteExtension(writer, extension);
    }

    private void WriteConstraints(AsnWriter content, bool isAuthority)
    {
        using (content.PushSequence())
        {
            if (isAuthority)
                content.WriteBoolean(true);
            if (PathLength is { } length)
                content.WriteInteger(length);
        }
    }
}

/// <summary>An extension before it is written.</summary>
internal sealed record ExtensionTemplate(string Oid, bool IsCritical, byte[] Content);

/// <summary>A list of revoked certificates before it is signed.</summary>
internal sealed record CrlTemplate(string Issuer, DateTimeOffset ThisUpdate, DateTimeOffset NextUpdate, IReadOnlyList<byte[]> Revoked)
{
    public byte[] Issue(EmulatedKey issuer)
    {
        var tbs = new AsnWriter(AsnEncodingRules.DER);
        using (tbs.PushSequence())
        {
            tbs.WriteInteger(1);
            AsnForge.WriteAlgorithm(tbs, issuer.Scheme);
            AsnForge.WriteName(tbs, Issuer);
            AsnForge.WriteTime(tbs, ThisUpdate);
            AsnForge.WriteTime(tbs, NextUpdate);
            if (Revoked.Count > 0)
            {
                using (tbs.PushSequence())
                {
                    foreach (var serial in Revoked)
                    {
                        using (tbs.PushSequence())
                        {
                            tbs.WriteInteger(serial);
                            AsnForge.WriteTime(tbs, ThisUpdate);
                        }
                    }
                }
            }
        }

        return AsnForge.Sign(tbs.Encode(), issuer);
    }
}
