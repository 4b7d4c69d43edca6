using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using OpenGradient.Attestation.Certificates;

namespace OpenGradient.Attestation.Snp;

/// <summary>What AMD wrote into the certificate of a key that signs reports.</summary>
/// <param name="Product">The family, and perhaps a stepping behind a dash.</param>
/// <param name="Tcb">The firmware that the key is derived from.</param>
/// <param name="ChipId">The chip; null for a cloud's key.</param>
internal sealed record SnpKeyExtension(string Product, SnpTcb Tcb, ReadOnlyMemory<byte>? ChipId)
{
    private const string Amd = "1.3.6.1.4.1.3704.1";

    public static bool TryRead(Certificate certificate, [NotNullWhen(true)] out SnpKeyExtension? extension)
    {
        extension = null;
        if (!certificate.TryExtension(Amd + ".2", out var product))
            return false;
        try
        {
            extension = new SnpKeyExtension(
                Whole(product, reader => reader.ReadCharacterString(UniversalTagNumber.IA5String)),
                new SnpTcb(
                    Svn(certificate, ".3.1"), Svn(certificate, ".3.2"), Svn(certificate, ".3.3"), Svn(certificate, ".3.8"),
                    certificate.TryExtension(Amd + ".3.9", out _) ? Svn(certificate, ".3.9") : 0),
                // These bytes are not wrapped in anything.
                certificate.TryExtension(Amd + ".4", out var chip) ? chip : default(ReadOnlyMemory<byte>?));
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static int Svn(Certificate certificate, string arc) => certificate.TryExtension(Amd + arc, out var content)
        ? Whole(content, reader => reader.TryReadInt32(out var svn) && svn is >= 0 and <= byte.MaxValue ? svn : throw new AsnContentException("A version is a byte."))
        : throw new AsnContentException("A version is missing.");

    private static T Whole<T>(ReadOnlyMemory<byte> content, Func<AsnReader, T> read)
    {
        var reader = new AsnReader(content, AsnEncodingRules.DER);
        var value = read(reader);
        reader.ThrowIfNotEmpty();
        return value;
    }
}
