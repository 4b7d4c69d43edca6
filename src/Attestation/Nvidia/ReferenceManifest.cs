using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Xml;
using OpenGradient.Attestation.Certificates;

namespace OpenGradient.Attestation.Nvidia;

/// <summary>
/// What NVIDIA says that a GPU with some firmware or driver measures (a RIM). Reading one trusts nothing in it: <see cref="IsSigned"/> and the
/// chain of its certificates do.
/// </summary>
internal sealed class ReferenceManifest
{
    public const int MaxBytes = 512 * 1024;
    public const int MaxMeasurements = 256;

    private const string TagNamespace = "http://standards.iso.org/iso/19770/-2/2015/schema.xsd";
    private const string HashNamespace = "http://www.w3.org/2001/04/xmlenc#sha384";
    private const int MaxAlternatives = 16;
    private const int MaxDepth = 16;

    private static readonly XmlReaderSettings Strict = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxBytes,
        MaxCharactersFromEntities = 0,
    };

    private readonly XmlSignature _signature;

    private ReferenceManifest(XmlSignature signature) => _signature = signature;

    /// <summary>The version of the firmware or driver that it is about.</summary>
    public string Version { get; private init; } = string.Empty;

    /// <summary>The chip that it is about.</summary>
    public string Product { get; private init; } = string.Empty;

    /// <summary>The values that each measurement may have, by index; those that are not compared are left out.</summary>
    public Dictionary<int, IReadOnlyList<byte[]>> Active { get; } = [];

    /// <summary>Its signer's chain, the signer first.</summary>
    public IReadOnlyList<Certificate> Certificates => _signature.Certificates;

    /// <summary>Whether it is signed, all of it, by this key.</summary>
    public bool IsSigned(PublicKey key) => _signature.IsBy(key);

    public static bool TryRead(ReadOnlyMemory<byte> xml, [NotNullWhen(true)] out ReferenceManifest? manifest)
    {
        manifest = null;
        if (xml.Length > MaxBytes)
            return false;
        try
        {
            if (!IsShallow(xml))
                return false;
            var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
            using var stream = new MemoryStream(xml.ToArray(), writable: false);
            using var reader = XmlReader.Create(stream, Strict);
            document.Load(reader);
            if (document.DocumentElement is not { LocalName: "SoftwareIdentity", NamespaceURI: TagNamespace } root
                || XmlSignature.Read(document) is not { } signature
                || Only(root, "Meta") is not { } meta || Only(root, "Payload") is not { } payload)
            {
                return false;
            }

            var read = new ReferenceManifest(signature) { Version = meta.GetAttribute("colloquialVersion"), Product = meta.GetAttribute("product") };
            if (read.Version.Length is 0 or > 64 || read.Product.Length is 0 or > 64 || !read.TryReadMeasurements(payload))
                return false;
            manifest = read;
            return true;
        }
        catch (Exception failure) when (failure is XmlException or CryptographicException or FormatException)
        {
            return false;
        }
    }

    // The canonical form is made by recursion, and a stack that is full ends the process.
    private static bool IsShallow(ReadOnlyMemory<byte> xml)
    {
        using var stream = new MemoryStream(xml.ToArray(), writable: false);
        using var reader = XmlReader.Create(stream, Strict);
        while (reader.Read())
        {
            if (reader.Depth > MaxDepth)
                return false;
        }

        return true;
    }

    private bool TryReadMeasurements(XmlElement payload)
    {
        HashSet<int> seen = [];
        foreach (var resource in payload.ChildNodes.OfType<XmlElement>())
        {
            if (resource.LocalName != "Resource" || resource.NamespaceURI != TagNamespace || resource.GetAttribute("type") != "Measurement")
                continue;
            if (!TryNumber(resource, "index", MaxMeasurements - 1, out var index) || !seen.Add(index) || !TryNumber(resource, "alternatives", MaxAlternatives, out var alternatives)
                || resource.GetAttribute("active") is not ("True" or "False") || !TryNumber(resource, "size", SpdmReport.MeasurementBytes, out var size))
            {
                return false;
            }

            if (resource.GetAttribute("active") == "False")
                continue;
            List<byte[]> values = [];
            for (var i = 0; i < alternatives; i++)
            {
                var value = Convert.FromHexString(resource.GetAttribute($"Hash{i}", HashNamespace));
                if (value.Length != SpdmReport.MeasurementBytes || size != value.Length)
                    return false;
                values.Add(value);
            }

            Active.Add(index, values);
        }

        // One that compares nothing would let everything pass.
        return Active.Count > 0;
    }

    private static bool TryNumber(XmlElement element, string name, int most, out int number) =>
        int.TryParse(element.GetAttribute(name), System.Globalization.NumberStyles.None, provider: null, out number) && number <= most;

    private static XmlElement? Only(XmlElement root, string name)
    {
        var found = root.ChildNodes.OfType<XmlElement>().Where(child => child.LocalName == name && child.NamespaceURI == TagNamespace).Take(2).ToList();
        return found.Count == 1 ? found[0] : null;
    }
}
