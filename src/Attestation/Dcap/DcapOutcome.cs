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
        List<KeyValuePair<string, string>> fields = [new("quoteVersion", $"{quote.Version}"), new("trailingBytes", $"{quote.Trailing.Length}")];
        if (quote.Sgx is { } enclave)
            AddEnclave(enclave, fields);
        if (quote.Tdx is { } domain)
            AddDomain(domain, fields);
        if (platform is not null)
        {
            Add("ppid", platform.Ppid);
            Add("fmspc", platform.Fmspc);
            Add("pceId", platform.PceId);
            Add("cpuSvn", platform.CpuSvn);
            fields.Add(new("pceSvn", $"{platform.PceSvn}"));
        }

        if (rating is not null)
        {
            fields.Add(new("qeTcbStatus", $"{rating.QeStatus ?? TcbStatus.NotSupported}"));
            if (rating.ModuleStatus is { } module)
                fields.Add(new("tdxModuleTcbStatus", $"{module}"));
            if (rating.Date is { } date)
                fields.Add(new("tcbDate", $"{date:yyyy-MM-dd'T'HH:mm:ss'Z'}"));
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
            Fields = fields,
        };

        void Add(string name, ReadOnlyMemory<byte> value) => fields.Add(new(name, Convert.ToHexStringLower(value.Span)));
    }

    // Everything that chooses what runs; what is about the machine or the module stays out.
    private static Hash32 WorkloadOf(Quote quote) => quote.Tdx is { } domain
        ? Identities.Workload(
            TeeType.Tdx, domain.MrTd, domain.MrConfigId, domain.MrOwner, domain.MrOwnerConfig, domain.Rtmr(0), domain.Rtmr(1), domain.Rtmr(2), domain.Rtmr(3))
        : Identities.Workload(
            TeeType.Sgx, quote.Sgx!.MrEnclave, quote.Sgx.MrSigner, quote.Sgx.IsvProdId, quote.Sgx.IsvSvn, quote.Sgx.ConfigId, quote.Sgx.ConfigSvn);

    private static void AddEnclave(SgxReport enclave, List<KeyValuePair<string, string>> fields)
    {
        Add("mrEnclave", enclave.MrEnclave);
        Add("mrSigner", enclave.MrSigner);
        Add("isvProdId", enclave.IsvProdId);
        Add("isvSvn", enclave.IsvSvn);
        Add("attributes", enclave.Attributes);

        void Add(string name, ReadOnlyMemory<byte> value) => fields.Add(new(name, Convert.ToHexStringLower(value.Span)));
    }

    private static void AddDomain(TdxReport domain, List<KeyValuePair<string, string>> fields)
    {
        Add("teeTcbSvn", domain.TeeTcbSvn);
        Add("mrSeam", domain.MrSeam);
        Add("tdAttributes", domain.TdAttributes);
        Add("xfam", domain.Xfam);
        Add("mrTd", domain.MrTd);
        Add("mrConfigId", domain.MrConfigId);
        Add("mrOwner", domain.MrOwner);
        Add("mrOwnerConfig", domain.MrOwnerConfig);
        for (var i = 0; i < 4; i++)
            Add($"rtmr{i}", domain.Rtmr(i));
        if (domain.MrServiceTd is { } service)
            Add("mrServiceTd", service);

        void Add(string name, ReadOnlyMemory<byte> value) => fields.Add(new(name, Convert.ToHexStringLower(value.Span)));
    }
}
