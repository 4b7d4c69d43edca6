using System.Formats.Asn1;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Emulated;

namespace OpenGradient.Relayer.Tests.Attesting.Archive;

/// <summary>A chain below the emulated root of NVIDIA's devices, and a responder that signs about it as a test tells it to.</summary>
internal sealed class OcspScene : IDisposable
{
    public const string Responder = "ocsp";
    private const string Root = "Emulated Device Identity CA";

    private readonly EmulatedKey _family = EmulatedKey.P384();
    private readonly EmulatedKey _maker = EmulatedKey.P384();
    private readonly EmulatedKey _delegate = EmulatedKey.P384();
    private readonly byte[] _root = Template(Root, Root, 0x71).Issue(AttestingScene.Roots.NvidiaDevice, AttestingScene.Roots.NvidiaDevice);

    public OcspScene()
    {
        FamilyCertificate = Template("family", Root, 0x72).Issue(_family, AttestingScene.Roots.NvidiaDevice);
        MakerCertificate = Template("maker", "family", 0x73).Issue(_maker, _family);
    }

    public byte[] FamilyCertificate { get; }

    public byte[] MakerCertificate { get; }

    /// <summary>As an operator puts it into the folder of what is in use.</summary>
    public string Pem => PemOf(MakerCertificate, FamilyCertificate, _root);

    /// <summary>Two more that the family has certified.</summary>
    public string MorePem => PemOf(Template("second", "family", 0x75).Issue(_delegate, _family), Template("third", "family", 0x76).Issue(_delegate, _family));

    /// <summary>What was asked: the type of the question, and its nonce.</summary>
    public List<(string? Type, byte[] Nonce)> Asked { get; } = [];

    /// <summary>Changes an answer before it is signed.</summary>
    public Func<OcspTemplate, OcspTemplate> Edit { get; set; } = static template => template;

    /// <summary>Signs in the issuer's place; null for the issuer itself.</summary>
    public EmulatedKey? Signer { get; set; }

    /// <summary>Whether somebody else answers in the issuer's name, and whether it certified them for that.</summary>
    public bool? Delegated { get; set; }

    public RequestDelegate Answer => async context =>
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var (serial, nonce) = Read(body.ToArray());
        Asked.Add((context.Request.ContentType, nonce));
        var isFamily = serial.SequenceEqual((byte[])[0x72]);
        var (certificate, issuer, key) = isFamily ? (FamilyCertificate, _root, AttestingScene.Roots.NvidiaDevice) : (MakerCertificate, FamilyCertificate, _family);
        var template = Edit(new OcspTemplate
        {
            Certificate = certificate,
            Issuer = issuer,
            ThisUpdate = CollateralScene.Now.AddHours(-1),
            NextUpdate = CollateralScene.Now.AddDays(1),
            Nonce = nonce,
        });
        var answer = Delegated is { } isCertified
            ? template.Issue(_delegate, (Template("responder", isFamily ? Root : "family", 0x74) with { IsAuthority = false, MaySignOcsp = isCertified }).Issue(_delegate, key))
            : template.Issue(Signer ?? key);
        context.Response.ContentType = "application/ocsp-response";
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    };

    public void Dispose()
    {
        _family.Dispose();
        _maker.Dispose();
        _delegate.Dispose();
    }

    private static (byte[] Serial, byte[] Nonce) Read(byte[] question)
    {
        var whole = new AsnReader(question, AsnEncodingRules.DER).ReadSequence();
        var asked = whole.ReadSequence();
        var id = asked.ReadSequence().ReadSequence().ReadSequence();
        Assert.Equal(Oids.Sha384, id.ReadSequence().ReadObjectIdentifier());
        Assert.Equal(SHA384.HashSizeInBytes, id.ReadOctetString().Length);
        Assert.Equal(SHA384.HashSizeInBytes, id.ReadOctetString().Length);
        var serial = id.ReadIntegerBytes().ToArray();
        var extension = asked.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 2)).ReadSequence().ReadSequence();
        Assert.Equal(Oids.OcspNonce, extension.ReadObjectIdentifier());
        return (serial, new AsnReader(extension.ReadOctetString(), AsnEncodingRules.DER).ReadOctetString());
    }

    private static string PemOf(params IReadOnlyList<byte[]> certificates) => string.Join('\n', certificates.Select(der => PemEncoding.WriteString("CERTIFICATE", der)));

    private static CertificateTemplate Template(string subject, string issuer, byte serial) => new()
    {
        Subject = subject,
        Issuer = issuer,
        NotBefore = CollateralScene.Now.AddYears(-1),
        NotAfter = CollateralScene.Now.AddYears(7),
        Serial = [serial],
        IsAuthority = true,
    };
}
