using OpenGradient.Attestation.Nitro;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Emulated;

/// <summary>A Nitro enclave's document under a development root. Each part can be changed before it is signed.</summary>
internal sealed record NitroScene(EmulatedRoots Roots, DateTimeOffset At)
{
    private const string RootName = "emulated.nitro-enclaves";

    public byte[]? UserData { get; init; }

    public byte[]? Nonce { get; init; }

    public byte[]? PublicKey { get; init; }

    public byte Workload { get; init; } = 0xA0;

    public int Algorithm { get; init; } = -35;

    /// <summary>Changes the registers, of 48 bytes each, before they are signed.</summary>
    public Action<byte[][]> EditPcrs { get; init; } = static _ => { };

    public Func<CertificateTemplate, CertificateTemplate> EditRoot { get; init; } = static template => template;

    public Func<CertificateTemplate, CertificateTemplate> EditZone { get; init; } = static template => template;

    public Func<CertificateTemplate, CertificateTemplate> EditLeaf { get; init; } = static template => template;

    public EmulatedKey? ForgedDocumentKey { get; init; }

    public EmulatedKey? ForgedLeafIssuer { get; init; }

    public Action<byte[]> EditDocument { get; init; } = static _ => { };

    public EmulatedEvidence Build()
    {
        using EmulatedKey zone = EmulatedKey.P384(), leaf = EmulatedKey.P384();
        var root = EditRoot(Authority(RootName, RootName, 0x31)).Issue(Roots.Nitro, Roots.Nitro);
        var zoneCertificate = EditZone(Authority("zone." + RootName, RootName, 0x32)).Issue(zone, Roots.Nitro);
        var leafCertificate = EditLeaf(Template("enclave." + RootName, "zone." + RootName, 0x33) with { NotAfter = At.AddHours(3) }).Issue(leaf, ForgedLeafIssuer ?? zone);

        var header = new CborWriter();
        header.Map(1);
        header.Number(1);
        header.Negative(Algorithm);
        var payload = Payload(leafCertificate, [root, zoneCertificate]);
        var document = new CborWriter();
        document.Tag(18);
        document.Array(4);
        document.Bytes(header.ToArray());
        document.Map(0);
        document.Bytes(payload);
        document.Bytes((ForgedDocumentKey ?? leaf).SignRaw(NitroDocument.SigStructure(header.ToArray(), payload)));
        var bytes = document.ToArray();
        EditDocument(bytes);
        return new EmulatedEvidence(EvidenceKind.Nitro, bytes, []);
    }

    private byte[] Payload(byte[] certificate, byte[][] bundle)
    {
        byte[][] pcrs = [.. Enumerable.Range(0, 16).Select(_ => new byte[NitroDocument.PcrBytes])];
        for (var i = 0; i < 5; i++)
            Array.Fill(pcrs[i], (byte)(Workload + i));
        EditPcrs(pcrs);

        var writer = new CborWriter();
        writer.Map(9);
        writer.Text("module_id");
        writer.Text("i-0123456789abcdef0-enc0123456789abcdef");
        writer.Text("digest");
        writer.Text("SHA384");
        writer.Text("timestamp");
        writer.Number((ulong)At.ToUnixTimeMilliseconds());
        writer.Text("pcrs");
        writer.Map(pcrs.Length);
        for (var i = 0; i < pcrs.Length; i++)
        {
            writer.Number((ulong)i);
            writer.Bytes(pcrs[i]);
        }

        writer.Text("certificate");
        writer.Bytes(certificate);
        writer.Text("cabundle");
        writer.Array(bundle.Length);
        foreach (var item in bundle)
            writer.Bytes(item);
        Optional("public_key", PublicKey);
        Optional("user_data", UserData);
        Optional("nonce", Nonce);
        return writer.ToArray();

        void Optional(string name, byte[]? value)
        {
            writer.Text(name);
            if (value is null)
                writer.Null();
            else
                writer.Bytes(value);
        }
    }

    private CertificateTemplate Template(string subject, string issuer, byte serial) => new()
    {
        Subject = subject,
        Issuer = issuer,
        NotBefore = At.AddHours(-1),
        NotAfter = At.AddYears(20),
        Serial = [serial],
        IsAuthority = false,
    };

    private CertificateTemplate Authority(string subject, string issuer, byte serial) => Template(subject, issuer, serial) with { IsAuthority = true };
}
