using System.Formats.Asn1;
using OpenGradient.Attestation.Certificates;

namespace OpenGradient.Attestation.Emulated;

/// <summary>Writes what certificates, lists and OCSP responses have in common.</summary>
internal static class AsnForge
{
    private static readonly DateTimeOffset LastOfUtcTime = new(2050, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static byte[] Encode(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }

    /// <summary>The three parts that everything signed consists of.</summary>
    public static byte[] Sign(byte[] tbs, EmulatedKey issuer) => Encode(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(tbs);
            WriteAlgorithm(writer, issuer.Scheme);
            writer.WriteBitString(issuer.Sign(tbs));
        }
    });

    public static void WriteAlgorithm(AsnWriter writer, SignatureScheme scheme)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(scheme switch
            {
                SignatureScheme.EcdsaSha256 => Oids.EcdsaSha256,
                SignatureScheme.EcdsaSha384 => Oids.EcdsaSha384,
                _ => Oids.RsaPss,
            });
            if (scheme == SignatureScheme.RsaPssSha384)
                WritePss(writer);
        }
    }

    public static void WriteName(AsnWriter writer, string commonName)
    {
        using (writer.PushSequence())
        using (writer.PushSetOf())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.CommonName);
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, commonName);
        }
    }

    public static void WriteTime(AsnWriter writer, DateTimeOffset time)
    {
        if (time < LastOfUtcTime)
            writer.WriteUtcTime(time);
        else
            writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
    }

    public static void WriteExtension(AsnWriter writer, ExtensionTemplate extension)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(extension.Oid);
            if (extension.IsCritical)
                writer.WriteBoolean(true);
            writer.WriteOctetString(extension.Content);
        }
    }

    private static void WritePss(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                WriteHash(writer);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Oids.Mgf1);
                WriteHash(writer);
            }

            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2)))
                writer.WriteInteger(48);
        }
    }

    private static void WriteHash(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.Sha384);
            writer.WriteNull();
        }
    }
}
