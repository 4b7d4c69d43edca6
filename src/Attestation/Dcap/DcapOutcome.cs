using OpenGradient.Attestation.Decoding;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Attestation.Dcap;

/// <summary>What a quote shows.</summary>
internal static class DcapOutcome
{
    public static Outcome Of(Quote quote, PckExtension? platform, TrustAnchor? root, TcbRating? rating, uint? evaluation)
    {
        var type = quote.Tdx is not null ? TeeType.Tdx : TeeType.Sgx;
        var fields = DcapFields.Of(quote, platform).In("rating");
        if (rating is not null)
        {
            fields.Add("qeTcbStatus", $"{rating.QeStatus ?? TcbStatus.NotSupported}", "How current the quoting enclave is.");
            if (rating.ModuleStatus is { } module)
                fields.Add("tdxModuleTcbStatus", $"{module}", "How current the TDX module is.");
            if (rating.Date is { } date)
                fields.Add("tcbDate", $"{date:yyyy-MM-dd'T'HH:mm:ss'Z'}", "When Intel's knowledge about the platform's level ends.");
        }

        return new Outcome
        {
            TeeType = type,
            Root = root,
            TcbStatus = rating?.Status,
            TcbEvaluation = evaluation,
            Advisories = rating?.Advisories ?? [],
            WorkloadId = WorkloadOf(quote),
            PlatformId = platform is null ? null : Identities.Platform("intel", platform.Ppid, platform.PceId),
            ReportData = quote.Tdx?.ReportData ?? quote.Sgx!.ReportData,
            Fields = fields.All,
        };
    }

    // Everything that chooses what runs; what is about the machine or the module stays out.
    private static Hash32 WorkloadOf(Quote quote) => quote.Tdx is { } domain
        ? Identities.Workload(
            TeeType.Tdx, domain.MrTd, domain.MrConfigId, domain.MrOwner, domain.MrOwnerConfig, domain.Rtmr(0), domain.Rtmr(1), domain.Rtmr(2), domain.Rtmr(3))
        : Identities.Workload(
            TeeType.Sgx, quote.Sgx!.MrEnclave, quote.Sgx.MrSigner, quote.Sgx.IsvProdId, quote.Sgx.IsvSvn, quote.Sgx.ConfigId, quote.Sgx.ConfigSvn);
}
