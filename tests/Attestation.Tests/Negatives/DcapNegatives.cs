using System.Text;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Tests.Emulated;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Attestation.Tests.Negatives;

internal static class DcapNegatives
{
    // Behind header, body with its type and size, signature and key, the quoting enclave's report, its signature and 32 bytes of its own.
    private const int CertificationTypeAt = 48 + 6 + 648 + 4 + 128 + 6 + 384 + 64 + 2 + 32;

    private const string PemStart = "-----BEGIN";
    private const string Root = "Emulated SGX Root CA";

    private static readonly EmulatedKey Forger = EmulatedKey.P256();
    private static readonly EmulatedKey OtherCurve = EmulatedKey.P384();

    private static readonly DateTimeOffset Past = EmulatedWorld.At.AddHours(-1);

    public static IEnumerable<NegativeCase> All =>
    [
        .. Certificates, .. Lists, .. Quotes, .. Collateral, .. QuotingEnclave, .. Levels, .. Domains, .. Policies,
    ];

    public static DcapScene Scene => new(EmulatedWorld.Roots, EmulatedWorld.At);

    private static IEnumerable<NegativeCase> Certificates =>
    [
        Case("a root that nobody knows", Check.RootUnknown, Scene with { Roots = EmulatedWorld.Strangers }),
        Case("collateral under another known root than the quote", Check.RootUnknown, OfTwoWorlds()) with
        {
            Anchors = TrustAnchors.Production.With([.. EmulatedWorld.Roots.Anchors, .. EmulatedWorld.Strangers.Anchors]),
        },
        Case("a platform certificate with another name", Check.CertificateRole, Scene with { EditPck = pck => pck with { Subject = "Intel SGX TCB Signing" } }),
        Case("a signer of collateral with another name", Check.CertificateRole, Scene with { EditSigner = signer => signer with { Subject = "Intel SGX PCK Certificate" } }),
        Case("a platform certificate without a platform", Check.CertificateRole, Scene with { EditPck = pck => pck with { Extensions = [] } }),
        Case("a platform certificate by the root itself", Check.CertificateRole, Scene with { EditPck = pck => pck with { Issuer = Root }, ForgedPckIssuer = EmulatedWorld.Roots.Dcap }),
        Case("a signer of collateral further below the root", Check.CertificateRole, SignedFurtherBelow()),
        Case("a platform certificate signed by another scheme than Intel's", Check.CertificateSignature, Scene with { PlatformCaKey = OtherCurve }),
        Case("a platform certificate signed by another", Check.CertificateSignature, Scene with { ForgedPckIssuer = Forger }),
        Case("a platform certificate that is over", Check.CertificateWindow, Scene with { EditPck = pck => pck with { NotAfter = Past } }),
        Case("a platform certificate that has not begun", Check.CertificateWindow, Scene with { EditPck = pck => pck with { NotBefore = EmulatedWorld.At.AddDays(1) } }),
        Case("an authority that is over", Check.CertificateWindow, Scene with { EditPlatformCa = authority => authority with { NotAfter = Past } }),
        Case("a signer of collateral that is over", Check.CertificateWindow, Scene with { EditSigner = signer => signer with { NotAfter = Past } }),
        Case("an authority that is none", Check.CertificateAuthority, Scene with { EditPlatformCa = authority => authority with { IsAuthority = false, PathLength = null } }),
        Case("an authority that may sign no certificates", Check.CertificateAuthority, Scene with { EditPlatformCa = authority => authority with { Usage = 0x02 } }),
        Case("a root that may have no authorities below", Check.CertificateAuthority, Scene with { EditRoot = root => root with { PathLength = 0 } }),
        Case("a critical extension that nobody knows", Check.CertificateExtension, Scene with
        {
            EditPck = pck => pck with { Extensions = [.. pck.Extensions, new ExtensionTemplate("1.2.3.4", true, [5, 0])] },
        }),
        Case("a chain whose root is missing", Check.ChainIncomplete, Scene with { EditPlatformCa = authority => authority with { Issuer = "nobody" } }),
    ];

    private static IEnumerable<NegativeCase> Lists =>
    [
        Case("a platform that is revoked", Check.CertificateRevoked, Scene with { EditPckCrl = list => list with { Revoked = [[0x23]] } }),
        Case("an authority that is revoked", Check.CertificateRevoked, Scene with { EditRootCrl = list => list with { Revoked = [[0x7F], [0x22]] } }),
        Case("a signer of collateral that is revoked", Check.CertificateRevoked, Scene with { EditRootCrl = list => list with { Revoked = [[0x24]] } }),
        Case("no list of platforms", Check.CrlMissing, Scene with { Missing = ["pck.crl"] }),
        Case("no list of authorities", Check.CrlMissing, Scene with { Missing = ["root.crl"] }),
        Case("a list of another authority", Check.CrlMissing, Scene with { EditPckCrl = list => list with { Issuer = "Intel SGX PCK Processor CA" } }),
        Case("a list of an authority that may sign none", Check.CrlSignature, Scene with { EditPlatformCa = authority => authority with { Usage = 0x04 } }),
        Case("a list signed by another", Check.CrlSignature, Scene with { ForgedPckCrlKey = Forger }),
        Case("a list that is over", Check.CrlWindow, Scene with { EditPckCrl = list => list with { NextUpdate = Past } }),
        Case("a list that has not begun", Check.CrlWindow, Scene with { EditRootCrl = list => list with { ThisUpdate = EmulatedWorld.At.AddDays(1) } }),
    ];

    private static IEnumerable<NegativeCase> Quotes =>
    [
        Case("a quote that is cut short", Check.EvidenceMalformed, CutShort()),
        Case("a quote of version 6", Check.EvidenceMalformed, Scene with { EditQuote = quote => quote[0] = 6 }),
        Case("a body of another size", Check.EvidenceMalformed, Scene with { EditQuote = quote => quote[50]++ }),
        Case("an enclave's quote that says it is a domain's", Check.EvidenceMalformed, Sgx with { EditQuote = quote => quote[4] = 0x81 }),
        Case("certificates in the quote that cannot be read", Check.EvidenceMalformed, Scene with { EditQuote = quote => quote[^40] = (byte)'!' }),
        Case("a quote that only names its certificate, which nobody has", Check.CollateralMissing, Scene with { EditQuote = quote => quote[CertificationTypeAt] = 1 }),
        Case("a quoting enclave that is not Intel's", Check.QuoteHeader, Scene with { QeVendor = new byte[16] }),
        Case("a P-384 key", Check.QuoteHeader, Scene with { KeyType = 3 }),
        Case("bytes behind the quote", Check.QuoteTrailingBytes, Scene with { Trailing = [0, 0, 1] }),
        Case("a quote signed by another key", Check.QuoteSignature, Scene with { ForgedQuoteKey = Forger }),
        Case("a measurement changed after signing", Check.QuoteSignature, Scene with { EditQuote = quote => quote[54 + 140] ^= 1 }),
        Case("a header changed after signing", Check.QuoteSignature, Scene with { EditQuote = quote => quote[30] ^= 1 }),
    ];

    private static IEnumerable<NegativeCase> Collateral =>
    [
        Case("collateral that cannot be read", Check.CollateralMalformed, WithFile("what.der", [0x30, 0x01, 0x00])),
        Case("no TCB info", Check.CollateralMissing, Scene with { Missing = ["tcbinfo.json"] }),
        Case("no identity of the quoting enclave", Check.CollateralMissing, Scene with { Missing = ["qeidentity.json"] }),
        Case("no signer of collateral", Check.CollateralMissing, Scene with { Missing = ["signer.der"] }),
        Case("TCB info signed by another", Check.TcbInfoSignature, Scene with { ForgedTcbInfoKey = Forger }),
        Case("TCB info that is over", Check.TcbInfoWindow, Scene with { EditTcbInfo = info => info["nextUpdate"] = "2026-01-01T11:00:00Z" }),
        Case("TCB info that has not begun", Check.TcbInfoWindow, Scene with { EditTcbInfo = info => info["issueDate"] = "2026-01-01T13:00:00Z" }),
        Case("TCB info about enclaves for a domain", Check.TcbInfoTee, Scene with { EditTcbInfo = info => info["id"] = "SGX" }),
        Case("TCB info about other platforms", Check.TcbInfoFmspc, Scene with { EditTcbInfo = info => info["fmspc"] = "00606a000001" }),
        Case("TCB info about another PCE", Check.TcbInfoPceId, Scene with { EditTcbInfo = info => info["pceId"] = "0001" }),
        Case("an identity signed by another", Check.QeIdentitySignature, Scene with { ForgedQeIdentityKey = Forger }),
        Case("an identity that is over", Check.QeIdentityWindow, Scene with { EditQeIdentity = identity => identity["nextUpdate"] = "2026-01-01T11:00:00Z" }),
        Case("an identity of the other quoting enclave", Check.QeIdentityTee, Scene with { EditQeIdentity = identity => identity["id"] = "QE" }),
    ];

    private static IEnumerable<NegativeCase> QuotingEnclave =>
    [
        Case("a report that the platform did not sign", Check.QeReportSignature, Scene with { ForgedQeReportKey = Forger }),
        Case("a report that names another key", Check.QeReportData, Scene with { EditQeReport = report => report[320] ^= 1 }),
        Case("a report with more behind the key's name", Check.QeReportData, Scene with { EditQeReport = report => report[383] = 1 }),
        Case("another MISCSELECT", Check.QeMiscSelect, Scene with { EditQeReport = report => report[16] = 1 }),
        Case("other attributes", Check.QeAttributes, Scene with { EditQeReport = report => report[48] |= 0x40 }),
        Case("another signer", Check.QeMrSigner, Scene with { EditQeReport = report => report[128] ^= 1 }),
        Case("another enclave of Intel's", Check.QeProduct, Scene with { EditQeReport = report => report[256] = 3 }),
        Case("a quoting enclave in debug mode, which the mask would let pass", Check.QeDebug, Scene with { EditQeReport = report => report[48] |= 0x02 }),
        Case("a module that nobody names", Check.TdxModuleIdentity, WithReport(1, 9)),
        Case("a module signed by another", Check.TdxModuleSigner, WithReport(64, 1)),
        Case("a module with attributes", Check.TdxModuleAttributes, WithReport(112, 1)),
        Case("a module with attributes that the TCB info names too", Check.TdxModuleAttributes, WithReport(112, 1) with
        {
            EditTcbInfo = info => info["tdxModuleIdentities"]![0]!["attributes"] = "0100000000000000",
        }),
    ];

    private static IEnumerable<NegativeCase> Levels =>
    [
        Case("a platform below every level", Check.TcbLevel, Scene with { PlatformSvn = 1 }),
        Case("a quoting enclave below every level", Check.TcbLevel, Scene with { EditQeReport = report => report[258] = 1 }),
        Case("a domain below every level", Check.TcbLevel, WithReport(2, 1)),
        Case("a module below every level", Check.TcbLevel, WithReport(0, 1)),
        Case("a status that nobody knows", Check.TcbLevel, Scene with { EditTcbInfo = info => info["tcbLevels"]![0]!["tcbStatus"] = "Splendid" }),
        Case("a platform that needs hardening", Check.TcbStatus, Scene with { PlatformSvn = 4 }),
        Case("a platform that is out of date", Check.TcbStatus, Scene with { PlatformSvn = 3 }),
        Case("a platform whose level is revoked", Check.TcbStatus, Scene with { PlatformSvn = 2 }),
        Case("a quoting enclave that is out of date", Check.TcbStatus, Scene with { EditQeReport = report => report[258] = 6 }),
        Case("a module that is out of date", Check.TcbStatus, WithReport(0, 3)),
        Case("an evaluation that is too old", Check.TcbEvaluation, Scene) with { Policy = EmulatedWorld.Policy with { Dcap = new DcapPolicy { MinTcbEvaluation = 18 } } },
        Case("an identity from an evaluation that is too old", Check.TcbEvaluation, Scene with { EditQeIdentity = identity => identity["tcbEvaluationDataNumber"] = 16 }) with
        {
            Policy = EmulatedWorld.Policy with { Dcap = new DcapPolicy { MinTcbEvaluation = 17 } },
        },
    ];

    private static IEnumerable<NegativeCase> Domains =>
    [
        Case("a domain in debug mode", Check.Debug, WithReport(120, 1)),
        Case("a domain with another of the bits that open it", Check.Debug, WithReport(120, 0x80)),
        Case("an enclave in debug mode", Check.Debug, WithEnclave(48, 0x07)),
        Case("a domain that shows its page faults", Check.SeptVeDisable, WithReport(123, 0)),
        Case("a domain that may be moved", Check.TdAttributes, WithReport(123, 0x30)),
        Case("a domain without the registers that all have", Check.Xfam, WithReport(128, 0xE4)),
        Case("a domain with registers that nobody knows", Check.Xfam, WithReport(135, 0x80)),
        Case("a service domain that nobody named", Check.ServiceTd, WithReport(600, 1)),
        Case("a service domain that is another", Check.ServiceTd, WithReport(600, 1)) with
        {
            Policy = EmulatedWorld.Policy with { Dcap = new DcapPolicy { ServiceTds = [new string('0', 96)] } },
        },
    ];

    private static IEnumerable<NegativeCase> Policies =>
    [
        Case("an emulated root where only production counts", Check.RootEmulated, Scene) with { Policy = AttestationPolicy.Default },
        Case("a root that the policy does not name", Check.RootNotAllowed, Scene) with { Policy = EmulatedWorld.Policy with { Roots = [Hash32.Zero] } },
        Case("a kind that the policy does not name", Check.Kind, Scene) with { Policy = EmulatedWorld.Policy with { TeeTypes = [TeeType.Sgx] } },
        Case("a workload that the policy does not name", Check.Workload, Scene) with { Policy = EmulatedWorld.Policy with { Workloads = [Hash32.Zero] } },
        Case("a platform that the policy does not name", Check.Platform, Scene) with { Policy = EmulatedWorld.Policy with { Platforms = [Hash32.Zero] } },
        Case("a domain's measurement that the policy does not name", Check.Measurement, Scene) with
        {
            Policy = EmulatedWorld.Policy with { Dcap = new DcapPolicy { MrTds = [new string('0', 96)] } },
        },
        Case("an enclave's measurement that the policy does not name", Check.Measurement, Sgx) with
        {
            Policy = EmulatedWorld.Policy with { Dcap = new DcapPolicy { MrEnclaves = [new string('0', 64)] } },
        },
        Case("an enclave's signer that the policy does not name", Check.Measurement, Sgx) with
        {
            Policy = EmulatedWorld.Policy with { Dcap = new DcapPolicy { MrSigners = [new string('0', 64)] } },
        },
        Case("other report data", Check.ReportData, Scene) with { Expectations = new Expectations { ReportData = [1] } },
    ];

    private static DcapScene Sgx => Scene with { Version = 3, Report = DcapScene.SgxReportOf([]) };

    private static NegativeCase Case(string name, Check check, DcapScene scene) => new("DCAP: " + name, check, scene.Build);

    private static NegativeCase Case(string name, Check check, EmulatedEvidence evidence) => new("DCAP: " + name, check, () => evidence);

    private static DcapScene WithReport(int offset, byte value)
    {
        var report = DcapScene.TdxReportOf([]);
        report[offset] = value;
        return Scene with { Report = report };
    }

    private static DcapScene WithEnclave(int offset, byte value)
    {
        var report = DcapScene.SgxReportOf([]);
        report[offset] = value;
        return Sgx with { Report = report };
    }

    // Each is whole by itself; only that one vouches for the other is wrong.
    private static EmulatedEvidence OfTwoWorlds()
    {
        const string Other = "Another Root";
        var theirs = (Scene with
        {
            Roots = EmulatedWorld.Strangers,
            EditRoot = root => root with { Subject = Other, Issuer = Other },
            EditSigner = signer => signer with { Issuer = Other },
            EditPlatformCa = authority => authority with { Issuer = Other },
            EditRootCrl = list => list with { Issuer = Other },
        }).Build();
        var ours = (Scene with { Missing = ["tcbinfo.json", "qeidentity.json", "signer.der"] }).Build();
        return ours with { Collateral = [.. ours.Collateral, .. theirs.Collateral.Where(file => file.Name != "pck.crl").Select(file => file with { Name = $"their-{file.Name}" })] };
    }

    // All of it is signed and in its window; only the way to the root is longer than Intel's.
    private static EmulatedEvidence SignedFurtherBelow()
    {
        var whole = (Scene with
        {
            PlatformCaKey = Forger,
            ForgedSignerIssuer = Forger,
            EditSigner = signer => signer with { Issuer = "Intel SGX PCK Platform CA" },
        }).Build();
        // The authority's certificate comes with the quote, as the second there.
        var chain = Encoding.Latin1.GetString(whole.Evidence.Span);
        var authority = chain[chain.IndexOf(PemStart, chain.IndexOf(PemStart, StringComparison.Ordinal) + 1, StringComparison.Ordinal)..];
        authority = authority[..authority.IndexOf(PemStart, 1, StringComparison.Ordinal)];
        return whole with { Collateral = [.. whole.Collateral, new CollateralFile("authority.pem", Encoding.ASCII.GetBytes(authority))] };
    }

    private static EmulatedEvidence CutShort()
    {
        var whole = Scene.Build();
        return whole with { Evidence = whole.Evidence[..^1] };
    }

    private static EmulatedEvidence WithFile(string name, byte[] content)
    {
        var whole = Scene.Build();
        return whole with { Collateral = [.. whole.Collateral, new CollateralFile(name, content)] };
    }
}
