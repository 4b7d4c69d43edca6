using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace OpenGradient.Attestation.Certificates;

/// <summary>Reads PEM blocks, which may be followed by nothing but white space and a zero byte.</summary>
internal static class PemText
{
    private const string CertificateLabel = "CERTIFICATE";
    private const string CrlLabel = "X509 CRL";

    public static bool LooksLikePem(ReadOnlySpan<byte> bytes) => bytes.IndexOf("-----BEGIN "u8) >= 0;

    /// <summary>Reads certificates one after the other, and nothing else; false for anything that is not exactly that.</summary>
    public static bool TryReadCertificates(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out IReadOnlyList<Certificate>? certificates)
    {
        certificates = TryReadAll(bytes, out var found, out var lists) && lists.Count == 0 && found.Count > 0 ? found : null;
        return certificates is not null;
    }

    /// <summary>Reads certificates and revocation lists.</summary>
    public static bool TryReadAll(ReadOnlyMemory<byte> bytes, out List<Certificate> certificates, out List<RevocationList> lists)
    {
        (certificates, lists) = ([], []);
        var rest = Encoding.Latin1.GetString(bytes.Span).AsSpan().TrimEnd('\0').TrimEnd();
        while (!rest.IsEmpty)
        {
            if (!PemEncoding.TryFind(rest, out var block) || !rest[..block.Location.Start.Value].IsWhiteSpace() || certificates.Count + lists.Count > 64)
                return false;
            var der = new byte[block.DecodedDataLength];
            if (!Convert.TryFromBase64Chars(rest[block.Base64Data], der, out var written) || written != der.Length || !IsCanonical(rest[block.Base64Data], der))
                return false;
            var label = rest[block.Label];
            if (label.SequenceEqual(CertificateLabel) && Certificate.TryRead(der, out var certificate))
                certificates.Add(certificate);
            else if (label.SequenceEqual(CrlLabel) && RevocationList.TryRead(der, out var list))
                lists.Add(list);
            else
                return false;
            rest = rest[block.Location.End.Value..].Trim();
        }

        return true;
    }

    // The last letter has bits that say nothing; they must be zero, so that no second text means the same.
    private static bool IsCanonical(ReadOnlySpan<char> text, byte[] der)
    {
        var expected = Convert.ToBase64String(der).AsSpan();
        foreach (var letter in text)
        {
            if (char.IsWhiteSpace(letter))
                continue;
            if (expected.IsEmpty || expected[0] != letter)
                return false;
            expected = expected[1..];
        }

        return expected.IsEmpty;
    }
}
