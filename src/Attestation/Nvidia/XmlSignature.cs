using System.Security.Cryptography;
using System.Security.Cryptography.Xml;
using System.Xml;
using OpenGradient.Attestation.Certificates;

namespace OpenGradient.Attestation.Nvidia;

/// <summary>
/// The one form of XML signature that NVIDIA's manifests have: enveloped, over the whole document, C14N 1.1, ECDSA P-384 with SHA-384. .NET's own
/// checker knows neither that canonical form nor that algorithm; it also follows references and transforms that a document chooses, and this one
/// must choose nothing.
/// </summary>
internal sealed class XmlSignature
{
    private const string Dsig = "http://www.w3.org/2000/09/xmldsig#";
    private const string Canonical11 = "http://www.w3.org/2006/12/xml-c14n11";
    private const string Enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
    private const string EcdsaSha384 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384";
    private const string Sha384 = "http://www.w3.org/2001/04/xmldsig-more#sha384";
    private const string XmlNamespace = "http://www.w3.org/XML/1998/namespace";
    private const string XmlnsNamespace = "http://www.w3.org/2000/xmlns/";

    private readonly SignatureMemory _memory = new();
    private readonly byte[] _signed;
    private readonly byte[] _value;
    private readonly bool _isDigestRight;

    private XmlSignature(byte[] signed, byte[] value, bool isDigestRight, IReadOnlyList<Certificate> certificates)
    {
        _signed = signed;
        _value = value;
        _isDigestRight = isDigestRight;
        Certificates = certificates;
    }

    public IReadOnlyList<Certificate> Certificates { get; }

    public bool IsBy(PublicKey key) => _isDigestRight && key.Curve == Oids.P384 && _memory.Recall(key, () => key.VerifiesRaw(HashAlgorithmName.SHA384, _signed, _value));

    /// <summary>Reads the signature of a document; null where it is of another form.</summary>
    public static XmlSignature? Read(XmlDocument document)
    {
        var found = document.GetElementsByTagName("Signature", Dsig);
        // Attributes that the canonical form would inherit are not there, so that C14N 1.0 and 1.1 give the same bytes.
        if (found.Count != 1 || found[0] is not XmlElement signature || signature.ParentNode != document.DocumentElement || HasXmlAttribute(document.DocumentElement!) || HasXmlAttribute(signature))
            return null;
        XmlElement[] parts = [.. signature.ChildNodes.OfType<XmlElement>()];
        if (parts is not [{ LocalName: "SignedInfo" } info, { LocalName: "SignatureValue" } value, { LocalName: "KeyInfo" } keyInfo] || !IsExpected(info, out var digest))
            return null;
        if (!TryReadCertificates(keyInfo, out var certificates))
            return null;

        var signed = CanonicalOf(InScope(info));
        signature.ParentNode!.RemoveChild(signature);
        var isDigestRight = CryptographicOperations.FixedTimeEquals(SHA384.HashData(CanonicalOf(document)), digest);
        return new XmlSignature(signed, Convert.FromBase64String(value.InnerText), isDigestRight, certificates);
    }

    private static bool IsExpected(XmlElement info, out byte[] digest)
    {
        digest = [];
        XmlElement[] parts = [.. info.ChildNodes.OfType<XmlElement>()];
        if (parts is not [{ LocalName: "CanonicalizationMethod" } canonical, { LocalName: "SignatureMethod" } method, { LocalName: "Reference" } reference]
            || !Is(canonical, Canonical11) || !Is(method, EcdsaSha384) || !reference.HasAttribute("URI") || reference.GetAttribute("URI").Length != 0)
        {
            return false;
        }

        XmlElement[] inner = [.. reference.ChildNodes.OfType<XmlElement>()];
        if (inner is not [{ LocalName: "Transforms" } transforms, { LocalName: "DigestMethod" } digestMethod, { LocalName: "DigestValue" } digestValue] || !Is(digestMethod, Sha384))
            return false;
        XmlElement[] steps = [.. transforms.ChildNodes.OfType<XmlElement>()];
        digest = Convert.FromBase64String(digestValue.InnerText);
        return steps is [var first, var second] && Is(first, Enveloped) && Is(second, Canonical11);
    }

    private static bool Is(XmlElement element, string algorithm) =>
        element.NamespaceURI == Dsig && element.GetAttribute("Algorithm") == algorithm && !element.ChildNodes.OfType<XmlElement>().Any();

    private static bool TryReadCertificates(XmlElement keyInfo, out List<Certificate> certificates)
    {
        certificates = [];
        foreach (XmlElement item in keyInfo.GetElementsByTagName("X509Certificate", Dsig))
        {
            if (certificates.Count == CertificatePath.MaxLength || !Certificate.TryRead(Convert.FromBase64String(item.InnerText), out var certificate))
                return false;
            certificates.Add(certificate);
        }

        return certificates.Count > 0;
    }

    private static bool HasXmlAttribute(XmlElement element) => element.Attributes.OfType<XmlAttribute>().Any(attribute => attribute.NamespaceURI == XmlNamespace);

    // A part of a document is canonical together with the namespaces that hold where it stands.
    internal static XmlDocument InScope(XmlElement part)
    {
        var alone = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
        var copy = (XmlElement)alone.AppendChild(alone.ImportNode(part, deep: true))!;
        for (var above = part.ParentNode as XmlElement; above is not null; above = above.ParentNode as XmlElement)
        {
            foreach (var declared in above.Attributes.OfType<XmlAttribute>().Where(attribute => attribute.NamespaceURI == XmlnsNamespace))
            {
                if (!copy.HasAttribute(declared.LocalName, XmlnsNamespace))
                    copy.SetAttributeNode((XmlAttribute)alone.ImportNode(declared, deep: true));
            }
        }

        return alone;
    }

    internal static byte[] CanonicalOf(XmlDocument document)
    {
        var transform = new XmlDsigC14NTransform(includeComments: false) { Resolver = null };
        transform.LoadInput(document);
        using var output = (MemoryStream)transform.GetOutput(typeof(Stream));
        return output.ToArray();
    }
}
