using System.Formats.Asn1;
using System.Security.Cryptography;
using OpenGradient.Attestation.Certificates;

namespace OpenGradient.Attestation.Emulated;

/// <summary>An authority's word about one certificate, before it is signed.</summary>
internal sealed record OcspTemplate
{
    public required byte[] Certificate { get; init; }

    public required byte[] Issuer { get; init; }

    public required DateTimeOffset ThisUpdate { get; init; }

    public required DateTimeOffset NextUpdate { get; init; }

    public OcspStanding Standing { get; init; }

    /// <summary>What the question was told by; null for an answer that was made for anybody.</summary>
    public byte[]? Nonce { get; init; }

    /// <summary>Signs it; with the certificate of whoever signs in the issuer's name.</summary>
    public byte[] Issue(EmulatedKey signer, byte[]? delegated = null)
    {
        var tbs = AsnForge.Encode(WriteData);
        var basic = AsnForge.Encode(writer =>
        {
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(tbs);
                AsnForge.WriteAlgorithm(writer, signer.Scheme);
                writer.WriteBitString(signer.Sign(tbs));
                if (delegated is not null)
                {
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    using (writer.PushSequence())
                        writer.WriteEncodedValue(delegated);
                }
            }
        });
        return AsnForge.Encode(writer =>
        {
            using (writer.PushSequence())
            {
                writer.WriteEnumeratedValue(OcspStatus.Successful);
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Oids.OcspBasic);
                    writer.WriteOctetString(basic);
                }
            }
        });
    }

    private void WriteData(AsnWriter writer)
    {
        if (!Certificates.Certificate.TryRead(Certificate, out var subject) || !Certificates.Certificate.TryRead(Issuer, out var issuer))
            throw new InvalidOperationException("Only certificates that can be read are spoken of.");
        var spki = new AsnReader(issuer.Key.Spki, AsnEncodingRules.DER).ReadSequence();
        spki.ReadSequence();
        var key = spki.ReadBitString(out _);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2)))
                writer.WriteOctetString(SHA256.HashData(key).AsSpan(0, 20));
            writer.WriteGeneralizedTime(ThisUpdate, omitFractionalSeconds: true);
            using (writer.PushSequence())
            using (writer.PushSequence())
            {
                WriteId(writer, issuer, key, subject);
                if (Standing == OcspStanding.Revoked)
                {
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
                        writer.WriteGeneralizedTime(ThisUpdate, omitFractionalSeconds: true);
                }
                else
                {
                    writer.WriteNull(new Asn1Tag(TagClass.ContextSpecific, (int)Standing));
                }

                writer.WriteGeneralizedTime(ThisUpdate, omitFractionalSeconds: true);
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    writer.WriteGeneralizedTime(NextUpdate, omitFractionalSeconds: true);
            }

            if (Nonce is { } nonce)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
                using (writer.PushSequence())
                    AsnForge.WriteExtension(writer, new ExtensionTemplate(Oids.OcspNonce, IsCritical: false, AsnForge.Encode(inner => inner.WriteOctetString(nonce))));
            }
        }
    }

    private static void WriteId(AsnWriter writer, Certificate issuer, byte[] key, Certificate subject)
    {
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
                writer.WriteObjectIdentifier(Oids.Sha256);
            writer.WriteOctetString(SHA256.HashData(issuer.Subject.Span));
            writer.WriteOctetString(SHA256.HashData(key));
            writer.WriteInteger(subject.Serial.Span);
        }
    }

    private enum OcspStatus
    {
        Successful,
    }
}
