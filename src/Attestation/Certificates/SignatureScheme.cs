using System.Formats.Asn1;

namespace OpenGradient.Attestation.Certificates;

/// <summary>How a certificate or a list is signed. What the vendors do not use is not known here.</summary>
internal enum SignatureScheme
{
    Unknown,
    EcdsaSha256,
    EcdsaSha384,
    RsaPssSha384,
}

/// <summary>Reads an AlgorithmIdentifier.</summary>
internal static class SignatureSchemes
{
    private const int Sha384Bytes = 48;

    private static readonly Asn1Tag Hash = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Mask = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag Salt = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Trailer = new(TagClass.ContextSpecific, 3);

    public static SignatureScheme Read(AsnReader algorithm)
    {
        var oid = algorithm.ReadObjectIdentifier();
        switch (oid)
        {
            case Oids.EcdsaSha256 or Oids.EcdsaSha384:
                // Parameters are to be absent.
                algorithm.ThrowIfNotEmpty();
                return oid == Oids.EcdsaSha256 ? SignatureScheme.EcdsaSha256 : SignatureScheme.EcdsaSha384;
            case Oids.RsaPss:
                return IsPssSha384(algorithm.ReadSequence()) ? SignatureScheme.RsaPssSha384 : SignatureScheme.Unknown;
            default:
                return SignatureScheme.Unknown;
        }
    }

    // Every parameter that is left out stands for SHA-1 or a salt of 20 bytes, which nobody here uses.
    private static bool IsPssSha384(AsnReader parameters)
    {
        if (!TryHash(parameters, Hash) || !parameters.HasData || !parameters.PeekTag().HasSameClassAndValue(Mask))
            return false;

        var mask = parameters.ReadSequence(Mask).ReadSequence();
        if (mask.ReadObjectIdentifier() != Oids.Mgf1 || mask.ReadSequence().ReadObjectIdentifier() != Oids.Sha384)
            return false;
        if (!parameters.HasData || !parameters.PeekTag().HasSameClassAndValue(Salt))
            return false;
        var salt = parameters.ReadSequence(Salt);
        if (!salt.TryReadInt32(out var saltBytes) || saltBytes != Sha384Bytes)
            return false;
        if (parameters.HasData)
        {
            var trailer = parameters.ReadSequence(Trailer);
            if (!trailer.TryReadInt32(out var field) || field != 1)
                return false;
        }

        return !parameters.HasData;
    }

    private static bool TryHash(AsnReader parameters, Asn1Tag tag) =>
        parameters.HasData && parameters.PeekTag().HasSameClassAndValue(tag)
        && parameters.ReadSequence(tag).ReadSequence().ReadObjectIdentifier() == Oids.Sha384;
}
