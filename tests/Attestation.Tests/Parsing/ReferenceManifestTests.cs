using System.Text;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Nvidia;
using OpenGradient.Attestation.Tests.Emulated;

namespace OpenGradient.Attestation.Tests.Parsing;

/// <summary>Manifests that choose how they are to be checked, or that would hurt the one who reads them.</summary>
public sealed class ReferenceManifestTests
{
    private const string Canonical = "http://www.w3.org/2006/12/xml-c14n11";

    private static readonly string Genuine = Encoding.UTF8.GetString(
        new NvidiaScene(EmulatedWorld.Roots, EmulatedWorld.At).Build().Collateral.First(file => file.Name == "driver.xml").Content.Span);

    [Fact]
    public void A_genuine_manifest_is_read_and_signed()
    {
        Assert.True(TryRead(Genuine, out var manifest));
        Assert.True(manifest!.IsSigned(manifest.Certificates[0].Key));
        Assert.False(manifest.IsSigned(manifest.Certificates[1].Key));
        Assert.Equal([0, 1], manifest.Active.Keys.Order());
    }

    [Theory]
    [InlineData("<SoftwareIdentity ", "<!DOCTYPE x [<!ENTITY y \"z\">]><SoftwareIdentity ")]
    [InlineData("<SoftwareIdentity ", "<SoftwareIdentity xml:base=\"http://example.org\" ")]
    [InlineData("<ds:Reference URI=\"\">", "<ds:Reference URI=\"#part\">")]
    [InlineData("<ds:Reference URI=\"\">", "<ds:Reference>")]
    [InlineData("<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>", "")]
    [InlineData("<ds:Transform Algorithm=\"" + Canonical + "\"/>", "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/>")]
    [InlineData("<ds:CanonicalizationMethod Algorithm=\"" + Canonical + "\"/>", "<ds:CanonicalizationMethod Algorithm=\"http://example.org\"/>")]
    [InlineData("xmldsig-more#ecdsa-sha384", "xmldsig-more#hmac-sha384")]
    [InlineData("xmldsig-more#sha384", "xmldsig#sha1")]
    [InlineData("</SoftwareIdentity>", "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/></SoftwareIdentity>")]
    [InlineData("<ns0:Payload>", "<ns0:Payload/><ns0:Payload>")]
    [InlineData("index=\"1\"", "index=\"0\"")]
    [InlineData("index=\"1\"", "index=\"256\"")]
    [InlineData("active=\"True\"", "active=\"Perhaps\"")]
    [InlineData("size=\"48\"", "size=\"32\"")]
    [InlineData("ns2:Hash0=\"01", "ns2:Hash0=\"")]
    [InlineData("colloquialVersion=\"590.12\"", "")]
    public void A_manifest_of_another_form_is_not_read(string part, string other)
    {
        Assert.Contains(part, Genuine, StringComparison.Ordinal);

        Assert.False(TryRead(Genuine.Replace(part, other, StringComparison.Ordinal), out _));
    }

    [Theory]
    [InlineData("product=\"Emulated\"", "product=\"Emulatee\"")]
    [InlineData("ns2:Hash0=\"01", "ns2:Hash0=\"02")]
    [InlineData("<ns0:Payload>", "<ns0:Payload><!-- --> <?x y?>")]
    [InlineData("<ds:DigestValue>", "<ds:DigestValue> ")]
    [InlineData("<ds:SignatureMethod ", "<ds:SignatureMethod Id=\"x\" ")]
    public void A_manifest_that_was_changed_is_not_signed(string part, string other)
    {
        Assert.Contains(part, Genuine, StringComparison.Ordinal);

        Assert.True(TryRead(Genuine.Replace(part, other, StringComparison.Ordinal), out var manifest));
        Assert.False(manifest!.IsSigned(manifest.Certificates[0].Key));
    }

    [Fact]
    public void A_manifest_as_deep_as_it_is_long_is_not_read() =>
        Assert.False(TryRead(string.Concat(Enumerable.Repeat("<a>", 50_000)) + string.Concat(Enumerable.Repeat("</a>", 50_000)), out _));

    private static bool TryRead(string text, out ReferenceManifest? manifest) => ReferenceManifest.TryRead(Encoding.UTF8.GetBytes(text), out manifest);
}
