using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Dcap;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Emulated;

/// <summary>
/// A whole Intel world under a development root: platform, quoting enclave, collateral and quote. Each part can be changed before it is signed, so that
/// everything else still fits.
/// </summary>
internal sealed record DcapScene(EmulatedRoots Roots, DateTimeOffset At)
{
    private const string RootName = "Emulated SGX Root CA";
    private const string PlatformCaName = "Intel SGX PCK Platform CA";
    private const string PckOid = "1.2.840.113741.1.13.1";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private static readonly byte[] Vendor = Convert.FromHexString("939A7233F79C4CA9940A0DB3957F0607");

    public int Version { get; init; } = 5;

    public ushort KeyType { get; init; } = 2;

    public byte[] QeVendor { get; init; } = Vendor;

    /// <summary>The key of the authority of platforms; null for a fresh one. It is the caller's.</summary>
    public EmulatedKey? PlatformCaKey { get; init; }

    /// <summary>The body: 384 bytes are an enclave's, more a domain's.</summary>
    public byte[] Report { get; init; } = TdxReportOf(new byte[64]);

    public byte[] Trailing { get; init; } = [];

    public byte[] QeAuth { get; init; } = new byte[32];

    public byte PlatformSvn { get; init; } = 5;

    /// <summary>Changes the quoting enclave's report before it is signed.</summary>
    public Action<byte[]> EditQeReport { get; init; } = static _ => { };

    /// <summary>Changes the quote after everything is signed.</summary>
    public Action<byte[]> EditQuote { get; init; } = static _ => { };

    public Func<CertificateTemplate, CertificateTemplate> EditRoot { get; init; } = static template => template;

    public Func<CertificateTemplate, CertificateTemplate> EditPlatformCa { get; init; } = static template => template;

    public Func<CertificateTemplate, CertificateTemplate> EditPck { get; init; } = static template => template;

    public Func<CertificateTemplate, CertificateTemplate> EditSigner { get; init; } = static template => template;

    public Func<CrlTemplate, CrlTemplate> EditRootCrl { get; init; } = static template => template;

    public Func<CrlTemplate, CrlTemplate> EditPckCrl { get; init; } = static template => template;

    public Action<JsonObject> EditTcbInfo { get; init; } = static _ => { };

    public Action<JsonObject> EditQeIdentity { get; init; } = static _ => { };

    /// <summary>Who signs in another's place.</summary>
    public EmulatedKey? ForgedQuoteKey { get; init; }

    public EmulatedKey? ForgedPckIssuer { get; init; }

    public EmulatedKey? ForgedSignerIssuer { get; init; }

    public EmulatedKey? ForgedQeReportKey { get; init; }

    public EmulatedKey? ForgedTcbInfoKey { get; init; }

    public EmulatedKey? ForgedQeIdentityKey { get; init; }

    public EmulatedKey? ForgedPckCrlKey { get; init; }

    /// <summary>Names of collateral to leave out.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    private bool IsTdx => Report.Length != SgxReport.Bytes;

    public EmulatedEvidence Build()
    {
        using EmulatedKey freshCa = EmulatedKey.P256(), pck = EmulatedKey.P256(), signer = EmulatedKey.P256(), quoteKey = EmulatedKey.P256();
        var platformCa = PlatformCaKey ?? freshCa;
        var root = EditRoot(Authority(RootName, RootName, 0x21)).Issue(Roots.Dcap, Roots.Dcap);
        var platformCaCertificate = EditPlatformCa(Authority(PlatformCaName, RootName, 0x22) with { PathLength = 0 }).Issue(platformCa, Roots.Dcap);
        var pckCertificate = EditPck(Template("Intel SGX PCK Certificate", PlatformCaName, 0x23) with
        {
            Extensions = [new ExtensionTemplate(PckOid, false, AsnForge.Encode(WritePlatform))],
        }).Issue(pck, ForgedPckIssuer ?? platformCa);
        var signerCertificate = EditSigner(Template("Intel SGX TCB Signing", RootName, 0x24)).Issue(signer, ForgedSignerIssuer ?? Roots.Dcap);

        List<CollateralFile> collateral =
        [
            new("signer.der", signerCertificate),
            new("root.der", root),
            new("root.crl", EditRootCrl(Crl(RootName)).Issue(Roots.Dcap)),
            new("pck.crl", EditPckCrl(Crl(PlatformCaName)).Issue(ForgedPckCrlKey ?? platformCa)),
            new("tcbinfo.json", Signed("tcbInfo", TcbInfoJson(), ForgedTcbInfoKey ?? signer)),
            new("qeidentity.json", Signed("enclaveIdentity", QeIdentityJson(), ForgedQeIdentityKey ?? signer)),
        ];
        var chain = Encoding.ASCII.GetBytes(string.Join('\n', ((byte[][])[pckCertificate, platformCaCertificate, root]).Select(der => PemEncoding.WriteString("CERTIFICATE", der))));
        var quote = BuildQuote(quoteKey, pck, chain);
        EditQuote(quote);
        return new EmulatedEvidence(EvidenceKind.Dcap, quote, [.. collateral.Where(file => !Missing.Contains(file.Name, StringComparer.Ordinal))]);
    }

    /// <summary>A domain as a careful operator starts one.</summary>
    public static byte[] TdxReportOf(ReadOnlySpan<byte> reportData, byte workload = 0xA0)
    {
        var report = new byte[TdxReport.Bytes15];
        report.AsSpan(0, 16).Fill(5);
        report[1] = 1;
        report[123] = 0x10;
        report[128] = 0xE7;
        report.AsSpan(136, 48).Fill(workload);
        for (var i = 0; i < 4; i++)
            report.AsSpan(328 + (48 * i), 48).Fill((byte)(0xB0 + i));
        reportData.CopyTo(report.AsSpan(520, 64));
        report.AsSpan(0, 16).CopyTo(report.AsSpan(584));
        return report;
    }

    public static byte[] SgxReportOf(ReadOnlySpan<byte> reportData, byte workload = 0xA0)
    {
        var report = new byte[SgxReport.Bytes];
        report.AsSpan(0, 16).Fill(5);
        report[48] = 0x05;
        report.AsSpan(64, 32).Fill(workload);
        report.AsSpan(128, 32).Fill(0xC0);
        reportData.CopyTo(report.AsSpan(320, 64));
        return report;
    }

    private byte[] BuildQuote(EmulatedKey quoteKey, EmulatedKey pck, byte[] chain)
    {
        List<byte> signed = [.. Two(Version), .. Two(KeyType), .. Four(IsTdx ? (int)Quote.TdxTee : 0), .. new byte[4], .. QeVendor, .. new byte[20]];
        if (Version == 5)
            signed.AddRange([.. Two(IsTdx ? Report.Length == TdxReport.Bytes ? 2 : 3 : 1), .. Four(Report.Length)]);
        signed.AddRange(Report);
        byte[] body = [.. signed];

        var qeReport = new byte[SgxReport.Bytes];
        qeReport.AsSpan(0, 16).Fill(5);
        qeReport[48] = 0x11;
        qeReport.AsSpan(128, 32).Fill(0xE0);
        qeReport[256] = 2;
        qeReport[258] = 8;
        SHA256.HashData([.. quoteKey.Point(), .. QeAuth]).CopyTo(qeReport.AsSpan(320));
        EditQeReport(qeReport);
        byte[] certification =
        [
            .. qeReport, .. (ForgedQeReportKey ?? pck).SignRaw(qeReport), .. Two(QeAuth.Length), .. QeAuth, .. Two(5), .. Four(chain.Length), .. chain,
        ];
        byte[] auth = [.. (ForgedQuoteKey ?? quoteKey).SignRaw(body), .. quoteKey.Point()];
        auth = Version >= 4 ? [.. auth, .. Two(6), .. Four(certification.Length), .. certification] : [.. auth, .. certification];
        return [.. body, .. Four(auth.Length), .. auth, .. Trailing];
    }

    private JsonObject TcbInfoJson()
    {
        var levels = new JsonArray(Level(5, "UpToDate"), Level(4, "SWHardeningNeeded", "INTEL-SA-00001"), Level(3, "OutOfDate", "INTEL-SA-00002"), Level(2, "Revoked"));
        var info = new JsonObject
        {
            ["id"] = IsTdx ? "TDX" : "SGX",
            ["version"] = 3,
            ["issueDate"] = Text(At.AddDays(-1)),
            ["nextUpdate"] = Text(At.AddDays(29)),
            ["fmspc"] = "00606a000000",
            ["pceId"] = "0000",
            ["tcbType"] = 0,
            ["tcbEvaluationDataNumber"] = 17,
        };
        if (IsTdx)
        {
            info["tdxModule"] = Module(null);
            info["tdxModuleIdentities"] = new JsonArray(Module("TDX_01"));
        }

        info["tcbLevels"] = levels;
        EditTcbInfo(info);
        return info;
    }

    private JsonObject QeIdentityJson()
    {
        var identity = new JsonObject
        {
            ["id"] = IsTdx ? "TD_QE" : "QE",
            ["version"] = 2,
            ["issueDate"] = Text(At.AddDays(-1)),
            ["nextUpdate"] = Text(At.AddDays(29)),
            ["tcbEvaluationDataNumber"] = 17,
            ["miscselect"] = "00000000",
            ["miscselectMask"] = "FFFFFFFF",
            ["attributes"] = "11000000000000000000000000000000",
            ["attributesMask"] = "F9FFFFFFFFFFFFFF0000000000000000",
            ["mrsigner"] = string.Concat(Enumerable.Repeat("E0", 32)),
            ["isvprodid"] = 2,
            ["tcbLevels"] = SvnLevels(8, 6),
        };
        EditQeIdentity(identity);
        return identity;
    }

    private JsonObject Level(byte svn, string status, params string[] advisories)
    {
        var tcb = new JsonObject { ["sgxtcbcomponents"] = Components(svn), ["pcesvn"] = svn };
        if (IsTdx)
            tcb["tdxtcbcomponents"] = Components(svn);
        return new JsonObject
        {
            ["tcb"] = tcb,
            ["tcbDate"] = "2024-03-13T00:00:00Z",
            ["tcbStatus"] = status,
            ["advisoryIDs"] = new JsonArray([.. advisories.Select(id => (JsonNode)id)]),
        };
    }

    private static JsonArray Components(byte svn) => new([.. Enumerable.Range(0, TcbInfo.Components).Select(_ => new JsonObject { ["svn"] = svn })]);

    private static JsonObject Module(string? id)
    {
        var module = new JsonObject { ["mrsigner"] = new string('0', 96), ["attributes"] = new string('0', 16), ["attributesMask"] = new string('F', 16) };
        if (id is not null)
        {
            module["id"] = id;
            module["tcbLevels"] = SvnLevels(5, 3);
        }

        return module;
    }

    private static JsonArray SvnLevels(int newest, int older) => new(
        new JsonObject { ["tcb"] = new JsonObject { ["isvsvn"] = newest }, ["tcbDate"] = "2024-03-13T00:00:00Z", ["tcbStatus"] = "UpToDate" },
        new JsonObject { ["tcb"] = new JsonObject { ["isvsvn"] = older }, ["tcbDate"] = "2023-08-09T00:00:00Z", ["tcbStatus"] = "OutOfDate" });

    private static byte[] Signed(string name, JsonObject body, EmulatedKey signer)
    {
        var raw = Encoding.UTF8.GetBytes(body.ToJsonString());
        return [.. Encoding.UTF8.GetBytes($"{{\"{name}\":"), .. raw, .. Encoding.UTF8.GetBytes($",\"signature\":\"{Convert.ToHexStringLower(signer.SignRaw(raw))}\"}}")];
    }

    private void WritePlatform(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            Octets(".1", [.. Enumerable.Repeat((byte)0xD0, 16)]);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(PckOid + ".2");
                using (writer.PushSequence())
                {
                    for (var i = 1; i <= TcbInfo.Components + 1; i++)
                    {
                        using (writer.PushSequence())
                        {
                            writer.WriteObjectIdentifier($"{PckOid}.2.{i}");
                            writer.WriteInteger(PlatformSvn);
                        }
                    }
                }
            }

            Octets(".3", new byte[2]);
            Octets(".4", Convert.FromHexString("00606A000000"));
        }

        void Octets(string arc, byte[] value)
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(PckOid + arc);
                writer.WriteOctetString(value);
            }
        }
    }

    private CertificateTemplate Template(string subject, string issuer, byte serial) => new()
    {
        Subject = subject,
        Issuer = issuer,
        NotBefore = At.AddYears(-1),
        NotAfter = At.AddYears(7),
        Serial = [serial],
        IsAuthority = false,
    };

    private CertificateTemplate Authority(string subject, string issuer, byte serial) => Template(subject, issuer, serial) with { IsAuthority = true };

    private CrlTemplate Crl(string issuer) => new(issuer, At.AddDays(-1), At.AddDays(29), [[0x7F]]);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, System.Globalization.CultureInfo.InvariantCulture);

    private static byte[] Two(int value) => [(byte)(value & 0xFF), (byte)(value >> 8)];

    private static byte[] Four(int value) => [(byte)(value & 0xFF), (byte)((value >> 8) & 0xFF), (byte)((value >> 16) & 0xFF), (byte)((value >> 24) & 0xFF)];
}
