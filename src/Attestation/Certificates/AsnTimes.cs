using System.Formats.Asn1;

namespace OpenGradient.Attestation.Certificates;

/// <summary>Reads the two forms of time that certificates use.</summary>
internal static class AsnTimes
{
    public static DateTimeOffset Read(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
}
