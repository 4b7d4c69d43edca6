using System.Buffers.Binary;
using OpenGradient.Attestation.Dcap;

namespace OpenGradient.Attestation.Decoding;

/// <summary>What a quote of SGX or TDX says.</summary>
internal static class DcapFields
{
    /// <param name="quote">The quote.</param>
    /// <param name="platform">What its platform's certificate says; null where there is none at hand.</param>
    public static FieldList Of(Quote quote, PckExtension? platform)
    {
        var fields = new FieldList().In("quote");
        fields.Add("quoteVersion", quote.Version, "The form of the quote: 3 for SGX, 4 for SGX and TDX, 5 for TDX from 1.5 on.");
        fields.Add("attestationKeyType", quote.KeyType, "What signs the quote: 2 is ECDSA on P-256.");
        fields.Add("teeType", $"0x{quote.TeeType:x}", "0x0 for SGX, 0x81 for TDX.");
        fields.Add("qeVendor", quote.QeVendor, "Whose quoting enclave it is.");
        fields.Add("trailingBytes", quote.Trailing.Length, "How many bytes follow the quote, which nobody signed.");
        if (quote.Sgx is { } enclave)
            AddEnclave(enclave, fields.In("enclave"));
        if (quote.Tdx is { } domain)
            AddDomain(domain, fields.In("trust domain"));
        AddQuotingEnclave(quote, fields.In("quoting enclave"));
        if (platform is not null)
            AddPlatform(platform, fields.In("platform"));
        return fields;
    }

    private static void AddEnclave(SgxReport enclave, FieldList fields)
    {
        fields.Add("mrEnclave", enclave.MrEnclave, "The hash of the enclave's code.");
        fields.Add("mrSigner", enclave.MrSigner, "The hash of the key that signed the enclave.");
        fields.Add("isvProdId", enclave.IsvProdId, "Which of its signer's enclaves it is.");
        fields.Add("isvSvn", enclave.IsvSvn, "Its security version.");
        fields.Add("attributes", enclave.Attributes, "Its mode: the bit 0x02 of the first byte is debug.");
        fields.Add("miscSelect", enclave.MiscSelect, "What is kept of it when it is interrupted.");
        fields.Add("configId", enclave.ConfigId, "What it was configured with.");
        fields.Add("configSvn", enclave.ConfigSvn, "The version of that.");
        fields.Add("reportCpuSvn", enclave.CpuSvn, "The processor's versions when the report was made.");
        fields.Add("reportData", enclave.ReportData, "What the enclave itself says: the binding of its keys.");
        fields.Add("isDebug", Word(enclave.IsDebug), "Whether its memory can be read by the host.");
    }

    private static void AddDomain(TdxReport domain, FieldList fields)
    {
        fields.Add("teeTcbSvn", domain.TeeTcbSvn, "The versions of the TDX module when the domain started; the second byte names the module.");
        fields.Add("mrSeam", domain.MrSeam, "The hash of the TDX module.");
        fields.Add("mrSignerSeam", domain.MrSignerSeam, "The module's signer: zeros for Intel.");
        fields.Add("seamAttributes", domain.SeamAttributes, "The module's attributes: zeros.");
        fields.Add("tdAttributes", domain.TdAttributes, "The domain's mode: any bit of the first byte is debug.");
        fields.Add("xfam", domain.Xfam, "Which registers it may use.");
        fields.Add("mrTd", domain.MrTd, "The hash of what the domain started with.");
        fields.Add("mrConfigId", domain.MrConfigId, "What it was configured with.");
        fields.Add("mrOwner", domain.MrOwner, "Who owns it, as its host says.");
        fields.Add("mrOwnerConfig", domain.MrOwnerConfig, "How its owner configured it.");
        for (var i = 0; i < 4; i++)
            fields.Add($"rtmr{i}", domain.Rtmr(i), "A register that the running domain extends.");
        fields.Add("reportData", domain.ReportData, "What the domain itself says: the binding of its keys.");
        if (domain.TeeTcbSvn2 is { } now)
            fields.Add("teeTcbSvn2", now, "The versions of the TDX module when the report was made.");
        if (domain.MrServiceTd is { } service)
            fields.Add("mrServiceTd", service, "Service domains that are bound to it: zeros for none.");
        fields.Add("isDebug", Word(domain.IsDebug), "Whether its memory can be read by the host.");
    }

    private static void AddQuotingEnclave(Quote quote, FieldList fields)
    {
        var report = quote.QeReport;
        fields.Add("qeMrEnclave", report.MrEnclave, "The hash of the quoting enclave's code.");
        fields.Add("qeMrSigner", report.MrSigner, "Its signer: Intel.");
        fields.Add("qeIsvProdId", BinaryPrimitives.ReadUInt16LittleEndian(report.IsvProdId.Span), "Which of Intel's enclaves it is.");
        fields.Add("qeIsvSvn", BinaryPrimitives.ReadUInt16LittleEndian(report.IsvSvn.Span), "Its security version.");
        fields.Add("qeAttributes", report.Attributes, "Its mode.");
        fields.Add("attestationKey", quote.Key, "The key that signed the quote, x and y.");
        fields.Add("certificationType", quote.CertificationType, "How the platform's certificate is told: 5 is a chain in PEM.");
    }

    private static void AddPlatform(PckExtension platform, FieldList fields)
    {
        fields.Add("ppid", platform.Ppid, "The platform's name.");
        fields.Add("fmspc", platform.Fmspc, "The kind of platform.");
        fields.Add("pceId", platform.PceId, "Which enclave holds its key.");
        fields.Add("cpuSvn", platform.CpuSvn, "The processor's versions, as Intel certified them.");
        fields.Add("pceSvn", platform.PceSvn, "The version of the enclave that holds its key.");
    }

    private static string Word(bool value) => value ? "true" : "false";
}
