using System.Text;
using System.Text.Json;
using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Tests.Emulated;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Attestation.Tests.Negatives;

internal static class OtherNegatives
{
    private static readonly EmulatedKey Forger = EmulatedKey.P384();
    private static readonly EmulatedKey RsaForger = EmulatedKey.Rsa();
    private static readonly DateTimeOffset Past = EmulatedWorld.At.AddHours(-1);
    private static readonly byte[] CertificateStart = [0x30, 0x82];
    private static readonly byte[] FirstRegister = [.. Enumerable.Repeat((byte)0xA0, 48)];

    public static IEnumerable<NegativeCase> All => [.. Nitro, .. Snp, .. Nvidia];

    private static NitroScene Document => new(EmulatedWorld.Roots, EmulatedWorld.At) { UserData = [1, 2, 3], Nonce = [4, 5], PublicKey = [6] };

    private static SnpScene Guest => new(EmulatedWorld.Roots, EmulatedWorld.At);

    private static NvidiaScene Gpu => new(EmulatedWorld.Roots, EmulatedWorld.At);

    private static IEnumerable<NegativeCase> Nitro =>
    [
        Case("another algorithm", Check.EvidenceMalformed, Document with { Algorithm = -7 }),
        Case("a certificate that cannot be read", Check.EvidenceMalformed, Document with { EditDocument = bytes => bytes[bytes.AsSpan().IndexOf(CertificateStart)] = 0x31 }),
        Case("a root that nobody knows", Check.RootUnknown, Document with { Roots = EmulatedWorld.Strangers }),
        Case("an emulated root where only production counts", Check.RootEmulated, Document) with { Policy = AttestationPolicy.Default },
        Case("a document signed by another", Check.CoseSignature, Document with { ForgedDocumentKey = Forger }),
        Case("a register changed after signing", Check.CoseSignature, Document with { EditDocument = bytes => bytes[bytes.AsSpan().IndexOf(FirstRegister) + 5] ^= 1 }),
        Case("a certificate signed by another", Check.CertificateSignature, Document with { ForgedLeafIssuer = Forger }),
        Case("a certificate that was over at the document's time", Check.CertificateWindow, Document with { EditLeaf = leaf => leaf with { NotAfter = Past } }),
        Case("an authority that is none", Check.CertificateAuthority, Document with { EditZone = zone => zone with { IsAuthority = false } }),
        Case("an authority's certificate in the place of an enclave's", Check.CertificateRole, Document with { EditLeaf = leaf => leaf with { IsAuthority = true } }),
        Case("a bundle that leads nowhere", Check.ChainIncomplete, Document with { EditZone = zone => zone with { Issuer = "nobody" } }),
        Case("a document that is too old", Check.Age, Document) with { Later = TimeSpan.FromSeconds(301) },
        Case("a document from the future", Check.Age, Document) with { Later = TimeSpan.FromSeconds(-61) },
        Case("an enclave in debug mode", Check.Debug, Document with { EditPcrs = pcrs => Array.ForEach(pcrs, pcr => Array.Clear(pcr)) }),
        Case("one register of zeros", Check.Debug, Document with { EditPcrs = pcrs => Array.Clear(pcrs[2]) }),
        Case("a register that the policy does not name", Check.Measurement, Document) with
        {
            Policy = EmulatedWorld.Policy with { Nitro = new NitroPolicy { Pcrs = new Dictionary<int, IReadOnlyList<string>> { [3] = [new string('0', 96)] } } },
        },
        Case("a register that is not there", Check.Measurement, Document) with
        {
            Policy = EmulatedWorld.Policy with { Nitro = new NitroPolicy { Pcrs = new Dictionary<int, IReadOnlyList<string>> { [31] = [] } } },
        },
        Case("another nonce", Check.Nonce, Document) with { Expectations = new Expectations { Nonce = [4] } },
        Case("no nonce", Check.Nonce, Document with { Nonce = null }) with { Expectations = new Expectations { Nonce = [4, 5] } },
        Case("another public key", Check.PublicKey, Document) with { Expectations = new Expectations { PublicKey = [7] } },
        Case("other user data", Check.ReportData, Document) with { Expectations = new Expectations { ReportData = [1, 2] } },
    ];

    private static IEnumerable<NegativeCase> Snp =>
    [
        Case("a report of version 1", Check.EvidenceMalformed, Guest with { EditSigned = report => report[0] = 1 }),
        Case("something beside the signature's numbers", Check.EvidenceMalformed, Guest with { EditSigned = report => report[^1] = 1 }),
        Case("no key", Check.CollateralMissing, Guest with { Missing = ["key.der"] }),
        Case("no root", Check.ChainIncomplete, Guest with { Missing = ["root.der"] }),
        Case("a root that nobody knows", Check.RootUnknown, Guest with { Roots = EmulatedWorld.Strangers }),
        Case("a key signed by another", Check.CertificateSignature, Guest with { ForgedKeyIssuer = RsaForger }),
        Case("a key that is over", Check.CertificateWindow, Guest with { EditKey = key => key with { NotAfter = Past } }),
        Case("a key with another name", Check.CertificateRole, Guest with { EditKey = key => key with { Subject = "SEV-OTHER" } }),
        Case("a key by the root itself", Check.CertificateRole, Guest with { EditKey = key => key with { Issuer = "ARK-Emulated" }, ForgedKeyIssuer = EmulatedWorld.Roots.Snp }),
        Case("a key of another family", Check.CertificateRole, Guest with { Product = "Milan" }),
        Case("no list of authorities", Check.CrlMissing, Guest with { Missing = ["root.crl"] }),
        Case("a list signed by another", Check.CrlSignature, Guest with { ForgedCrlKey = RsaForger }),
        Case("a list that is over", Check.CrlWindow, Guest with { EditCrl = list => list with { NextUpdate = Past } }),
        Case("an authority that is revoked", Check.CertificateRevoked, Guest with { EditCrl = list => list with { Revoked = [[0x42]] } }),
        Case("a report signed by another", Check.SnpSignature, Guest with { ForgedReportKey = Forger }),
        Case("a measurement changed after signing", Check.SnpSignature, Guest with { EditSigned = report => report[150] ^= 1 }),
        Case("a cloud's key that says it is the chip's", Check.SnpKeyKind, Guest with { IsVlek = true }),
        Case("other firmware than the key's", Check.SnpReportedTcb, Guest with { KeyTcb = [3, 0, 0, 0, 0, 0, 8, 114] }),
        Case("another chip than the key's", Check.SnpChipId, WithReport(416, 1)),
        Case("a family that the policy does not name", Check.SnpProduct, Guest) with { Policy = With(new SnpPolicy { Products = ["Turin"] }) },
        Case("a cloud's key", Check.SnpVlek, WithReport(72, 4) with { IsVlek = true }),
        Case("a lower privilege", Check.SnpVmpl, WithReport(48, 1)),
        Case("firmware that is too old", Check.SnpMinimumTcb, Guest) with { Policy = With(new SnpPolicy { MinTcb = new SnpTcbFloor(Microcode: 116) }) },
        Case("firmware that was too old when the guest started", Check.SnpMinimumTcb, WithReport(503, 100)) with { Policy = With(new SnpPolicy { MinTcb = new SnpTcbFloor(Microcode: 115) }) },
        Case("firmware that can be made old again", Check.SnpMinimumTcb, WithReport(487, 100)) with { Policy = With(new SnpPolicy { MinTcb = new SnpTcbFloor(Microcode: 115) }) },
        Case("a guest that may be debugged", Check.Debug, WithReport(10, 0x0B)),
        Case("a guest that may be moved", Check.SnpMigration, WithReport(10, 0x07)),
        Case("a measurement that the policy does not name", Check.Measurement, Guest) with { Policy = With(new SnpPolicy { Measurements = [new string('0', 96)] }) },
        Case("host data that the policy does not name", Check.SnpHostData, Guest) with { Policy = With(new SnpPolicy { HostData = [new string('1', 64)] }) },
        Case("a platform that the policy denies", Check.Platform, Guest) with
        {
            Policy = EmulatedWorld.Policy with { DeniedPlatforms = [EmulatedWorld.Verify(Guest.Build()).PlatformId ?? Hash32.Zero] },
        },
    ];

    private static IEnumerable<NegativeCase> Nvidia =>
    [
        new("NVIDIA: a list that is cut short", Check.EvidenceMalformed, ListCutShort),
        new("NVIDIA: a report without certificates", Check.CollateralMissing, ReportAlone),
        Case("a root that nobody knows", Check.RootUnknown, Gpu with { Roots = EmulatedWorld.Strangers }),
        Case("a report signed by another", Check.GpuSignature, Gpu with { ForgedReportKey = Forger }),
        Case("other firmware than the key's", Check.GpuFirmwareId, Gpu with { StatedFirmwareId = new byte[48] }),
        Case("a key by the root itself", Check.CertificateRole, Gpu with { LeafUnderRoot = true }),
        Case("a key that may sign others", Check.CertificateRole, Gpu with { EditLeaf = leaf => leaf with { IsAuthority = true } }),
        Case("no manifest of the driver", Check.RimMissing, Gpu with { ManifestDriverVersion = "1.0" }),
        Case("manifests of a real maker for an emulated GPU", Check.RootUnknown, Gpu with { RimRoots = EmulatedWorld.Strangers }) with
        {
            Anchors = new TrustAnchors(
                [.. EmulatedWorld.Roots.Anchors, EmulatedWorld.Strangers.Anchors.Single(anchor => anchor.Use == RootUse.NvidiaRim) with { Label = RootLabel.Production }]),
        },
        Case("a manifest changed after signing", Check.RimSignature, Gpu with { EditManifestText = text => text.Replace("product=\"Emulated\"", "product=\"Emulatee\"", StringComparison.Ordinal) }),
        Case("two manifests about one measurement", Check.RimConflict, Gpu with { EditFirmwareManifest = manifest => manifest[0] = [.. Enumerable.Repeat((byte)1, 48)] }),
        Case("a driver's manifest for another chip", Check.RimConflict, Gpu with { DriverProduct = "GB100" }),
        new("NVIDIA: one GPU that is shown twice", Check.GpuRepeated, GpuTwice),
        Case("another measurement than the manifest's", Check.GpuMeasurement, Gpu with { EditMeasurements = measurements => measurements[1][0] ^= 1 }),
        Case("a measurement that the report lacks", Check.GpuMeasurement, Gpu with { EditFirmwareManifest = manifest => manifest[9] = new byte[48] }),
        Case("nothing said about the key", Check.OcspMissing, Gpu with { Missing = ["leaf.ocsp"] }),
        Case("nothing said about the manifests' signer", Check.OcspMissing, Gpu with { Missing = ["signer.ocsp"] }),
        Case("an answer signed by another", Check.OcspSignature, Gpu with { ForgedOcspKey = Forger }),
        Case("an answer by someone who was not certified for it", Check.OcspSignature, Gpu with { DelegatedOcsp = false }),
        Case("an answer that is over", Check.OcspWindow, Gpu with { EditLeafOcsp = answer => answer with { NextUpdate = Past.AddMinutes(1) } }),
        Case("a key that is held back", Check.CertificateRevoked, Gpu with { EditLeafOcsp = answer => answer with { Standing = OcspStanding.Revoked } }),
        Case("a nonce beside the report that is another", Check.Nonce, Gpu with { StatedNonce = [.. Enumerable.Repeat((byte)9, 32)] }),
        Case("another nonce than was given", Check.Nonce, Gpu) with { Expectations = new Expectations { Nonce = new byte[31] } },
    ];

    private static EmulatedEvidence ReportAlone()
    {
        var whole = Gpu.Build();
        using var list = JsonDocument.Parse(whole.Evidence);
        return whole with { Evidence = list.RootElement[0].GetProperty("evidence").GetBytesFromBase64() };
    }

    private static EmulatedEvidence GpuTwice()
    {
        var whole = Gpu.Build();
        var one = Encoding.UTF8.GetString(whole.Evidence.Span)[1..^1];
        return whole with { Evidence = Encoding.UTF8.GetBytes($"[{one},{one}]") };
    }

    private static EmulatedEvidence ListCutShort()
    {
        var whole = Gpu.Build();
        return whole with { Evidence = whole.Evidence[..^1] };
    }

    private static AttestationPolicy With(SnpPolicy policy) => EmulatedWorld.Policy with { Snp = policy };

    private static SnpScene WithReport(int offset, byte value)
    {
        var report = SnpScene.ReportOf([]);
        report[offset] = value;
        return Guest with { Report = report };
    }

    private static NegativeCase Case(string name, Check check, NitroScene scene) => new("Nitro: " + name, check, scene.Build);

    private static NegativeCase Case(string name, Check check, SnpScene scene) => new("SNP: " + name, check, scene.Build);

    private static NegativeCase Case(string name, Check check, NvidiaScene scene) => new("NVIDIA: " + name, check, scene.Build);
}
