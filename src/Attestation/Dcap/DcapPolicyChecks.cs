using System.Buffers.Binary;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Dcap;

/// <summary>What the policy asks of a quote: a genuine one of a domain in debug mode passes everything before.</summary>
internal static class DcapPolicyChecks
{
    private const ulong DebugBits = 0xFF;
    private const ulong SeptVeDisable = 1UL << 28;
    private const ulong XfamMust = 0x3;
    private const ulong XfamMay = 0x0006_DBE7;

    public static void Check(Quote quote, TcbRating? rating, uint? evaluation, DcapPolicy policy, Findings findings)
    {
        if (rating is not null)
        {
            if (findings.Require(rating.Status != TcbStatus.NotSupported, Verdicts.Check.TcbLevel, "TCB", "It is lower than every level that Intel lists."))
                findings.Require(policy.Statuses.Contains(rating.Status), Verdicts.Check.TcbStatus, "TCB", $"Its status is {rating.Status}.");
        }

        if (evaluation is { } number)
        {
            findings.Require(
                number >= policy.MinTcbEvaluation, Verdicts.Check.TcbEvaluation, "TCB info", $"It is from evaluation {number}, and {policy.MinTcbEvaluation} is asked for.");
        }

        if (quote.Sgx is { } enclave)
            CheckEnclave(enclave, policy, findings);
        if (quote.Tdx is { } domain)
            CheckDomain(domain, policy, findings);
    }

    private static void CheckEnclave(SgxReport enclave, DcapPolicy policy, Findings findings)
    {
        const string Subject = "enclave";
        findings.Require(!enclave.IsDebug, Verdicts.Check.Debug, Subject, "It runs in debug mode: its memory can be read.");
        findings.Require(
            CommonPolicyChecks.Admits(policy.MrEnclaves, enclave.MrEnclave.Span) && CommonPolicyChecks.Admits(policy.MrSigners, enclave.MrSigner.Span),
            Verdicts.Check.Measurement, Subject, "Its MRENCLAVE or MRSIGNER is not allowed.");
    }

    private static void CheckDomain(TdxReport domain, DcapPolicy policy, Findings findings)
    {
        const string Subject = "trust domain";
        var attributes = BinaryPrimitives.ReadUInt64LittleEndian(domain.TdAttributes.Span);
        findings.Require(!domain.IsDebug, Verdicts.Check.Debug, Subject, "It runs in debug mode: its memory can be read.");
        findings.Require(
            policy.AllowSeptVeEnabled || (attributes & SeptVeDisable) != 0, Verdicts.Check.SeptVeDisable, Subject, "SEPT_VE_DISABLE is off.");
        findings.Require(
            (attributes & ~(policy.TdAttributes | DebugBits)) == 0, Verdicts.Check.TdAttributes, Subject, $"Its attributes are 0x{attributes:x16}.");

        var xfam = BinaryPrimitives.ReadUInt64LittleEndian(domain.Xfam.Span);
        findings.Require((xfam & XfamMust) == XfamMust && (xfam & ~XfamMay) == 0, Verdicts.Check.Xfam, Subject, $"Its XFAM is 0x{xfam:x16}.");
        if (domain.MrServiceTd is { } service && service.Span.ContainsAnyExcept((byte)0))
        {
            findings.Require(
                policy.ServiceTds.Count > 0 && CommonPolicyChecks.Admits(policy.ServiceTds, service.Span),
                Verdicts.Check.ServiceTd, Subject, "Service domains are bound to it that the policy does not name.");
        }

        findings.Require(CommonPolicyChecks.Admits(policy.MrTds, domain.MrTd.Span), Verdicts.Check.Measurement, Subject, "Its MRTD is not allowed.");
    }
}
