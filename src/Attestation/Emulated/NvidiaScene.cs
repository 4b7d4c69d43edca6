using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Nvidia;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Emulated;

/// <summary>A GPU's measurements under a development root, with manifests and OCSP responses. Each part can be changed before it is signed.</summary>
internal sealed record NvidiaScene(EmulatedRoots Roots, DateTimeOffset At)
{
    private const string DeviceRoot = "Emulated Device Identity CA";
    private const string RimRoot = "Emulated CoRIM signing Root CA";
    private const string Product = "Emulated";
    private const int Measured = 4;

    private static readonly byte[] FirmwareId = [.. Enumerable.Repeat((byte)0xF0, SpdmReport.MeasurementBytes)];

    public byte[] Nonce { get; init; } = new byte[32];

    /// <summary>What the evidence's JSON says beside the report; null for the nonce itself.</summary>
    public byte[]? StatedNonce { get; init; }

    public string ManifestDriverVersion { get; init; } = "590.12";

    /// <summary>The chip that the driver's manifest is about.</summary>
    public string DriverProduct { get; init; } = Product;

    /// <summary>Whose root the manifests are under; null for the GPU's.</summary>
    public EmulatedRoots? RimRoots { get; init; }

    public byte[] StatedFirmwareId { get; init; } = FirmwareId;

    /// <summary>Changes the measurements after the manifests were signed.</summary>
    public Action<byte[][]> EditMeasurements { get; init; } = static _ => { };

    public Action<Dictionary<int, byte[]>> EditFirmwareManifest { get; init; } = static _ => { };

    public Func<string, string> EditManifestText { get; init; } = static text => text;

    public Func<CertificateTemplate, CertificateTemplate> EditLeaf { get; init; } = static template => template;

    public Func<OcspTemplate, OcspTemplate> EditLeafOcsp { get; init; } = static template => template;

    /// <summary>Whether the root itself has certified the firmware's key, without those between.</summary>
    public bool LeafUnderRoot { get; init; }

    public EmulatedKey? ForgedReportKey { get; init; }

    public EmulatedKey? ForgedOcspKey { get; init; }

    /// <summary>Whether someone else answers about the leaf in its issuer's name, and whether the issuer certified them for it.</summary>
    public bool? DelegatedOcsp { get; init; }

    public IReadOnlyList<string> Missing { get; init; } = [];

    public EmulatedEvidence Build()
    {
        List<CollateralFile> collateral = [];
        using EmulatedKey leaf = EmulatedKey.P384(), fused = EmulatedKey.P384(), maker = EmulatedKey.P384(), family = EmulatedKey.P384();
        var root = Authority(DeviceRoot, DeviceRoot, 0x51).Issue(Roots.NvidiaDevice, Roots.NvidiaDevice);
        var familyCertificate = Authority("family", DeviceRoot, 0x52).Issue(family, Roots.NvidiaDevice);
        var makerCertificate = Authority("maker", "family", 0x53).Issue(maker, family);
        var fusedCertificate = Authority("fused", "maker", 0x54).Issue(fused, maker);
        var (leafIssuer, leafIssuerName) = LeafUnderRoot ? (Roots.NvidiaDevice, DeviceRoot) : (fused, "fused");
        var leafCertificate = EditLeaf(Template("firmware", leafIssuerName, 0x55) with
        {
            IsAuthority = null,
            Extensions = [new ExtensionTemplate("2.23.133.5.4.1", false, AsnForge.Encode(writer => WriteTcbInfo(writer, leaf)))],
        }).Issue(leaf, leafIssuer);
        collateral.Add(new CollateralFile("family.ocsp", Ocsp(familyCertificate, root).Issue(Roots.NvidiaDevice)));
        collateral.Add(new CollateralFile("maker.ocsp", Ocsp(makerCertificate, familyCertificate).Issue(family)));
        collateral.Add(new CollateralFile("fused.ocsp", Ocsp(fusedCertificate, makerCertificate).Issue(maker)));
        collateral.Add(new CollateralFile("leaf.ocsp", LeafOcsp(leafCertificate, LeafUnderRoot ? root : fusedCertificate, leafIssuer)));
        AddManifests(collateral);

        byte[] request = [0x11, 0xE0, 0x01, 0xFF, .. Nonce, 0x00];
        byte[][] measurements = [.. Enumerable.Range(0, Measured).Select(Measurement)];
        EditMeasurements(measurements);
        byte[] record = [.. measurements.SelectMany((value, i) => (byte[])[(byte)(i + 1), 1, 51, 0, 1, 48, 0, .. value])];
        byte[] opaque = [.. Field(3, [.. "590.12"u8, 0]), .. Field(6, [0x00, 0xA5, 0x00, 0x96, 1, 0, 0, 0]), .. Field(11, [0xAA]), .. Field(20, StatedFirmwareId)];
        byte[] signed =
        [
            .. request, 0x11, 0x60, 0, 0, Measured, (byte)(record.Length & 0xFF), (byte)(record.Length >> 8), 0, .. record, .. new byte[32],
            (byte)(opaque.Length & 0xFF), (byte)(opaque.Length >> 8), .. opaque,
        ];
        byte[] evidence = [.. signed, .. (ForgedReportKey ?? leaf).SignRaw(signed)];
        byte[][] chain = [leafCertificate, fusedCertificate, makerCertificate, familyCertificate, root];
        var json = new JsonArray(new JsonObject
        {
            ["arch"] = "EMULATED",
            ["certificate"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Join('\n', chain.Select(der => PemEncoding.WriteString("CERTIFICATE", der))))),
            ["evidence"] = Convert.ToBase64String(evidence),
            ["nonce"] = Convert.ToHexStringLower(StatedNonce ?? Nonce),
        });
        return new EmulatedEvidence(
            EvidenceKind.Nvidia, Encoding.UTF8.GetBytes(json.ToJsonString()), [.. collateral.Where(file => !Missing.Contains(file.Name, StringComparer.Ordinal))]);
    }

    private byte[] LeafOcsp(byte[] leaf, byte[] issuer, EmulatedKey fused)
    {
        var template = EditLeafOcsp(Ocsp(leaf, issuer));
        if (DelegatedOcsp is not { } isCertified)
            return template.Issue(ForgedOcspKey ?? fused);
        using var responder = EmulatedKey.P384();
        var certificate = (Template("responder", "fused", 0x56) with { MaySignOcsp = isCertified }).Issue(responder, fused);
        return template.Issue(responder, certificate);
    }

    // The first half is measured by the driver, the second by the firmware.
    private void AddManifests(List<CollateralFile> collateral)
    {
        using EmulatedKey authority = EmulatedKey.P384(), signer = EmulatedKey.P384();
        var rootKey = (RimRoots ?? Roots).NvidiaRim;
        var root = Authority(RimRoot, RimRoot, 0x61).Issue(rootKey, rootKey);
        var authorityCertificate = Authority("manifests", RimRoot, 0x62).Issue(authority, rootKey);
        var signerCertificate = Template("manifest signer", "manifests", 0x63).Issue(signer, authority);
        collateral.Add(new CollateralFile("manifests.ocsp", Ocsp(authorityCertificate, root).Issue(rootKey)));
        collateral.Add(new CollateralFile("signer.ocsp", Ocsp(signerCertificate, authorityCertificate).Issue(authority)));

        byte[][] chain = [signerCertificate, authorityCertificate, root];
        var driver = Enumerable.Range(0, Measured / 2).ToDictionary(i => i, Measurement);
        var firmware = Enumerable.Range(Measured / 2, Measured / 2).ToDictionary(i => i, Measurement);
        EditFirmwareManifest(firmware);
        collateral.Add(new CollateralFile("driver.xml", Edited(ManifestForge.Sign(ManifestDriverVersion, DriverProduct, driver, signer, chain))));
        collateral.Add(new CollateralFile("firmware.xml", ManifestForge.Sign("96.00.A5.00.01", Product, firmware, signer, chain)));
    }

    private byte[] Edited(byte[] manifest) => Encoding.UTF8.GetBytes(EditManifestText(Encoding.UTF8.GetString(manifest)));

    private static byte[] Measurement(int index) => [.. Enumerable.Repeat((byte)(index + 1), SpdmReport.MeasurementBytes)];

    private static byte[] Field(byte type, byte[] value) => [type, 0, (byte)value.Length, 0, .. value];

    private static void WriteTcbInfo(AsnWriter writer, EmulatedKey key)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteEncodedValue(key.Spki);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Oids.Sha384);
                writer.WriteOctetString(FirmwareId);
            }
        }
    }

    private OcspTemplate Ocsp(byte[] certificate, byte[] issuer) => new() { Certificate = certificate, Issuer = issuer, ThisUpdate = At.AddHours(-1), NextUpdate = At.AddDays(1) };

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
}
