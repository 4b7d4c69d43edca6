using System.Buffers.Binary;
using System.Formats.Asn1;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Snp;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Emulated;

/// <summary>A SEV-SNP guest's report under a development root. Each part can be changed before it is signed.</summary>
internal sealed record SnpScene(EmulatedRoots Roots, DateTimeOffset At)
{
    private const string RootName = "ARK-Emulated";
    private const string AuthorityName = "SEV-Emulated";
    private const string Amd = "1.3.6.1.4.1.3704.1";
    private const int TurinChipIdBytes = 8;

    /// <summary>A Turin's firmware, in its report's form: FMC, bootloader, TEE, SNP, and microcode last.</summary>
    public static readonly byte[] TurinTcb = [2, 3, 1, 8, 0, 0, 0, 115];

    public byte[] Report { get; init; } = ReportOf(new byte[64]);

    public bool IsVlek { get; init; }

    public string Product { get; init; } = EmulatedRoots.SnpProduct;

    private bool IsTurin => Product == "Turin";

    /// <summary>The firmware that the key is derived from, in the report's form.</summary>
    public byte[] KeyTcb { get; init; } = [3, 0, 0, 0, 0, 0, 8, 115];

    public Func<CertificateTemplate, CertificateTemplate> EditRoot { get; init; } = static template => template;

    public Func<CertificateTemplate, CertificateTemplate> EditAuthority { get; init; } = static template => template;

    public Func<CertificateTemplate, CertificateTemplate> EditKey { get; init; } = static template => template;

    public Func<CrlTemplate, CrlTemplate> EditCrl { get; init; } = static template => template;

    public EmulatedKey? ForgedReportKey { get; init; }

    public EmulatedKey? ForgedKeyIssuer { get; init; }

    public EmulatedKey? ForgedCrlKey { get; init; }

    public Action<byte[]> EditSigned { get; init; } = static _ => { };

    public IReadOnlyList<string> Missing { get; init; } = [];

    public EmulatedEvidence Build()
    {
        using EmulatedKey authority = EmulatedKey.Rsa(), key = EmulatedKey.P384();
        var root = EditRoot(Template(RootName, RootName, 0x41) with { IsAuthority = true }).Issue(Roots.Snp, Roots.Snp);
        var authorityCertificate = EditAuthority(Template(AuthorityName, RootName, 0x42) with { IsAuthority = true, PathLength = 0 }).Issue(authority, Roots.Snp);
        var keyCertificate = EditKey(Template(IsVlek ? "SEV-VLEK" : "SEV-VCEK", AuthorityName, 0x43) with { Extensions = KeyExtensions() })
            .Issue(key, ForgedKeyIssuer ?? authority);
        List<CollateralFile> collateral =
        [
            new("key.der", keyCertificate),
            new("authority.der", authorityCertificate),
            new("root.der", root),
            new("root.crl", EditCrl(new CrlTemplate(RootName, At.AddDays(-1), At.AddDays(29), [[0x7F]])).Issue(ForgedCrlKey ?? Roots.Snp)),
        ];

        byte[] report = [.. Report];
        var signature = (ForgedReportKey ?? key).SignRaw(report[..SnpReport.SignedBytes]);
        for (var part = 0; part < 2; part++)
        {
            var number = signature.AsSpan(part * 48, 48);
            number.Reverse();
            number.CopyTo(report.AsSpan(SnpReport.SignedBytes + (part * 72)));
        }

        EditSigned(report);
        return new EmulatedEvidence(EvidenceKind.Snp, report, [.. collateral.Where(file => !Missing.Contains(file.Name, StringComparer.Ordinal))]);
    }

    /// <summary>A guest as a careful operator starts one.</summary>
    public static byte[] ReportOf(ReadOnlySpan<byte> reportData, byte workload = 0xA0)
    {
        var report = new byte[SnpReport.Bytes];
        BinaryPrimitives.WriteUInt32LittleEndian(report, 3);
        BinaryPrimitives.WriteUInt64LittleEndian(report.AsSpan(8), 0x30000);
        BinaryPrimitives.WriteUInt32LittleEndian(report.AsSpan(52), 1);
        reportData.CopyTo(report.AsSpan(80, 64));
        report.AsSpan(144, 48).Fill(workload);
        byte[] tcb = [3, 0, 0, 0, 0, 0, 8, 115];
        // Current, reported, committed, and at the guest's start.
        foreach (var offset in (int[])[56, 384, 480, 496])
            tcb.CopyTo(report, offset);
        report[392] = 0x19;
        report.AsSpan(416, SnpReport.ChipIdBytes).Fill(0xD0);
        return report;
    }

    /// <summary>The same on a Turin, whose firmware has one more part and another order, and whose chips have shorter names.</summary>
    public static byte[] TurinReportOf(ReadOnlySpan<byte> reportData)
    {
        var report = ReportOf(reportData);
        foreach (var offset in (int[])[56, 384, 480, 496])
            TurinTcb.CopyTo(report, offset);
        report[392] = 0x1A;
        report.AsSpan(416 + TurinChipIdBytes, SnpReport.ChipIdBytes - TurinChipIdBytes).Clear();
        return report;
    }

    private List<ExtensionTemplate> KeyExtensions()
    {
        var tcb = SnpTcb.Read(KeyTcb, IsTurin);
        List<ExtensionTemplate> extensions =
        [
            new(Amd + ".2", false, AsnForge.Encode(writer => writer.WriteCharacterString(UniversalTagNumber.IA5String, Product + "-B0"))),
            Number(".3.1", tcb.Bootloader), Number(".3.2", tcb.Tee), Number(".3.3", tcb.Snp), Number(".3.8", tcb.Microcode),
        ];
        if (IsTurin)
            extensions.Add(Number(".3.9", tcb.Fmc));
        if (!IsVlek)
            extensions.Add(new ExtensionTemplate(Amd + ".4", false, [.. Enumerable.Repeat((byte)0xD0, IsTurin ? TurinChipIdBytes : SnpReport.ChipIdBytes)]));
        return extensions;
    }

    private static ExtensionTemplate Number(string arc, int value) => new(Amd + arc, false, AsnForge.Encode(writer => writer.WriteInteger(value)));

    private CertificateTemplate Template(string subject, string issuer, byte serial) => new()
    {
        Subject = subject,
        Issuer = issuer,
        NotBefore = At.AddYears(-1),
        NotAfter = At.AddYears(7),
        Serial = [serial],
    };
}
