using System.Buffers.Binary;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Dcap;

/// <summary>Whether the enclave that signed is the one that Intel names.</summary>
internal static class QeIdentityChecks
{
    private const string Subject = "QE report";

    public static void Check(Quote quote, QeIdentity identity, Findings findings)
    {
        var report = quote.QeReport;
        findings.Require(
            identity.IsTdx == quote.Tdx is not null, Verdicts.Check.QeIdentityTee, "QE identity", "It is about the quoting enclave of another kind of environment.");
        // The identity writes this one as a number, the report as bytes from its lowest end on.
        findings.Require(
            (BinaryPrimitives.ReadUInt32LittleEndian(report.MiscSelect.Span) & BinaryPrimitives.ReadUInt32BigEndian(identity.MiscSelectMask))
                == BinaryPrimitives.ReadUInt32BigEndian(identity.MiscSelect),
            Verdicts.Check.QeMiscSelect, Subject, "Its MISCSELECT is not the one that Intel names.");
        findings.Require(
            Masked(report.Attributes.Span, identity.AttributesMask).AsSpan().SequenceEqual(identity.Attributes),
            Verdicts.Check.QeAttributes, Subject, "Its attributes are not those that Intel names.");
        findings.Require(report.MrSigner.Span.SequenceEqual(identity.MrSigner), Verdicts.Check.QeMrSigner, Subject, "It is not signed by Intel.");
        findings.Require(
            BinaryPrimitives.ReadUInt16LittleEndian(report.IsvProdId.Span) == identity.IsvProdId, Verdicts.Check.QeProduct, Subject, "It is another of Intel's enclaves.");
    }

    private static byte[] Masked(ReadOnlySpan<byte> value, byte[] mask)
    {
        var masked = value.ToArray();
        for (var i = 0; i < masked.Length; i++)
            masked[i] &= mask[i];
        return masked;
    }
}
