using System.Buffers;
using System.Text;
using OpenGradient.Attestation.Bytes;
using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Dcap;
using OpenGradient.Attestation.Nvidia;

namespace OpenGradient.Attestation.Collateral;

/// <summary>Tells from its first bytes what a file is, and reads it.</summary>
internal static class CollateralReader
{
    private const byte DerSequence = 0x30;

    public static bool TryRead(ReadOnlyMemory<byte> content, CollateralSet set)
    {
        var start = content.Span.TrimStart(" \t\r\n"u8);
        if (start.IsEmpty)
            return false;
        return start[0] switch
        {
            // A list in hexadecimal, as Intel's service gives the root's, starts with the digit whose code is DER's first byte.
            DerSequence when !IsHexText(content.Span) => TryReadDer(content, set),
            (byte)'{' => TryReadJson(content, set),
            (byte)'<' => TryReadManifest(content, set),
            _ when PemText.LooksLikePem(start) => TryReadPem(content, set),
            _ => TryReadHex(content.Span, set),
        };
    }

    private static bool TryReadDer(ReadOnlyMemory<byte> der, CollateralSet set)
    {
        if (Certificate.TryRead(der, out var certificate))
            set.Certificates.Add(certificate);
        else if (RevocationList.TryRead(der, out var list))
            set.RevocationLists.Add(list);
        else if (OcspResponse.TryRead(der, out var response))
            set.OcspResponses.Add(response);
        else
            return false;
        return true;
    }

    private static bool TryReadHex(ReadOnlySpan<byte> text, CollateralSet set)
    {
        var digits = Encoding.Latin1.GetString(text).Trim();
        var bytes = new byte[digits.Length / 2];
        return digits.Length % 2 == 0 && Convert.FromHexString(digits, bytes, out _, out _) == OperationStatus.Done && TryReadDer(bytes, set);
    }

    private static bool IsHexText(ReadOnlySpan<byte> text)
    {
        foreach (var letter in text.TrimEnd("\r\n"u8))
        {
            if (!char.IsAsciiHexDigit((char)letter))
                return false;
        }

        return true;
    }

    private static bool TryReadPem(ReadOnlyMemory<byte> pem, CollateralSet set)
    {
        if (!PemText.TryReadAll(pem, out var certificates, out var lists))
            return false;
        set.Certificates.AddRange(certificates);
        set.RevocationLists.AddRange(lists);
        return true;
    }

    private static bool TryReadManifest(ReadOnlyMemory<byte> xml, CollateralSet set)
    {
        if (!ReferenceManifest.TryRead(xml, out var manifest))
            return false;
        set.Manifests.Add(manifest);
        return true;
    }

    private static bool TryReadJson(ReadOnlyMemory<byte> json, CollateralSet set)
    {
        if (SignedJson.TryRead(json, "tcbInfo", out var tcbInfo))
            return TryAddTcbInfo(tcbInfo, set);
        if (SignedJson.TryRead(json, "enclaveIdentity", out var identity))
            return TryAddQeIdentity(identity, set);
        return JsonFields.TryRead(json, out var fields) && fields.Has("tcb_info") && TryReadBundle(fields, set);
    }

    // All of a quote's collateral in one file, as the usual libraries keep it.
    private static bool TryReadBundle(JsonFields fields, CollateralSet set)
    {
        var chains = new[] { "pck_crl_issuer_chain", "tcb_info_issuer_chain", "qe_identity_issuer_chain" };
        foreach (var chain in chains)
        {
            if (!TryReadPem(Utf8(fields.Text(chain)), set))
                return false;
        }

        foreach (var list in (string[])["root_ca_crl", "pck_crl"])
        {
            if (!TryReadHex(Utf8(fields.Text(list)), set))
                return false;
        }

        return !fields.Failed
            && SignedJson.ReadSignature(fields.Text("tcb_info_signature")) is { } tcbSignature
            && SignedJson.ReadSignature(fields.Text("qe_identity_signature")) is { } identitySignature
            && TryAddTcbInfo(new SignedJson(Utf8(fields.Text("tcb_info")), tcbSignature), set)
            && TryAddQeIdentity(new SignedJson(Utf8(fields.Text("qe_identity")), identitySignature), set)
            && !fields.Failed;
    }

    private static bool TryAddTcbInfo(SignedJson signed, CollateralSet set)
    {
        if (!TcbInfo.TryRead(signed, out var info))
            return false;
        set.TcbInfos.Add(info);
        return true;
    }

    private static bool TryAddQeIdentity(SignedJson signed, CollateralSet set)
    {
        if (!QeIdentity.TryRead(signed, out var identity))
            return false;
        set.QeIdentities.Add(identity);
        return true;
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
