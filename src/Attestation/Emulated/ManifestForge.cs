using System.Security.Cryptography;
using System.Text;
using System.Xml;
using OpenGradient.Attestation.Nvidia;

namespace OpenGradient.Attestation.Emulated;

/// <summary>Writes and signs a reference manifest in NVIDIA's form.</summary>
internal static class ManifestForge
{
    public static byte[] Sign(string version, string product, IReadOnlyDictionary<int, byte[]> measurements, EmulatedKey signer, IReadOnlyList<byte[]> chain)
    {
        var resources = new StringBuilder();
        foreach (var (index, value) in measurements)
        {
            resources.Append(System.Globalization.CultureInfo.InvariantCulture, $"""
                <ns0:Resource type="Measurement" index="{index}" active="True" alternatives="1" ns2:Hash0="{Convert.ToHexStringLower(value)}" name="Measurement_{index}" size="48"/>

                """);
        }

        var body = $"""
            <SoftwareIdentity xmlns="http://standards.iso.org/iso/19770/-2/2015/schema.xsd" xmlns:ns0="http://standards.iso.org/iso/19770/-2/2015/schema.xsd" xmlns:ns2="http://www.w3.org/2001/04/xmlenc#sha384" name="Emulated">
            <ns0:Meta colloquialVersion="{version}" product="{product}"/>
            <ns0:Payload>
            {resources}</ns0:Payload>
            """;
        var digest = Convert.ToBase64String(SHA384.HashData(XmlSignature.CanonicalOf(Load(body + "</SoftwareIdentity>"))));
        var info = $"""
            <ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2006/12/xml-c14n11"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"/><ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2006/12/xml-c14n11"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#sha384"/><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>
            """;
        var unsigned = Load($"{body}{Envelope(info, string.Empty, chain)}</SoftwareIdentity>");
        var signedInfo = (XmlElement)unsigned.GetElementsByTagName("ds:SignedInfo")[0]!;
        var signature = Convert.ToBase64String(signer.SignRaw(XmlSignature.CanonicalOf(XmlSignature.InScope(signedInfo))));
        return Encoding.UTF8.GetBytes($"{body}{Envelope(info, signature, chain)}</SoftwareIdentity>");
    }

    private static string Envelope(string info, string signature, IReadOnlyList<byte[]> chain) =>
        $"<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">{info}<ds:SignatureValue>{signature}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>"
        + string.Concat(chain.Select(der => $"<ds:X509Certificate>{Convert.ToBase64String(der)}</ds:X509Certificate>"))
        + "</ds:X509Data></ds:KeyInfo></ds:Signature>";

    private static XmlDocument Load(string xml)
    {
        var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
        using var text = new StringReader(xml);
        using var reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        document.Load(reader);
        return document;
    }
}
