using System.Buffers;
using System.Text;
using System.Text.Json;
using OpenGradient.Attestation.Bytes;
using OpenGradient.Attestation.Certificates;

namespace OpenGradient.Attestation.Nvidia;

/// <summary>One GPU's report, and the chain that came with it, if one did.</summary>
internal sealed record GpuEvidence(SpdmReport Report, IReadOnlyList<Certificate> Chain, byte[]? StatedNonce)
{
    /// <summary>A machine has at most eight, and as many switches.</summary>
    public const int MaxGpus = 16;

    public const int MaxBytes = 1024 * 1024;

    /// <summary>
    /// Reads NVIDIA's JSON list (<c>certificate</c>, <c>evidence</c> and <c>nonce</c> for each GPU), or one report in hexadecimal or as bytes, whose chain comes
    /// with the collateral.
    /// </summary>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out IReadOnlyList<GpuEvidence> gpus)
    {
        gpus = [];
        if (bytes.Length is 0 or > MaxBytes)
            return false;
        return bytes.Span.TrimStart(" \t\r\n"u8) is [(byte)'[', ..] ? TryReadList(bytes, out gpus) : TryReadOne(bytes, out gpus);
    }

    private static bool TryReadOne(ReadOnlyMemory<byte> bytes, out IReadOnlyList<GpuEvidence> gpus)
    {
        gpus = [];
        if (!SpdmReport.TryRead(bytes, out var report))
        {
            var digits = Encoding.Latin1.GetString(bytes.Span).Trim();
            var decoded = new byte[digits.Length / 2];
            if (digits.Length % 2 != 0 || Convert.FromHexString(digits, decoded, out _, out _) != OperationStatus.Done || !SpdmReport.TryRead(decoded, out report))
                return false;
        }

        gpus = [new GpuEvidence(report, [], StatedNonce: null)];
        return true;
    }

    private static bool TryReadList(ReadOnlyMemory<byte> json, out IReadOnlyList<GpuEvidence> gpus)
    {
        gpus = [];
        try
        {
            // A list has no name of its own: one is put around it, so that it is read like all else.
            if (!JsonFields.TryRead((byte[])[.. "{\"gpus\":"u8, .. json.Span, (byte)'}'], out var fields))
                return false;
            fields.AllowOnly("gpus");
            List<GpuEvidence> read = [];
            foreach (var item in fields.Objects("gpus", MaxGpus))
            {
                if (!TryBase64(item.Text("evidence"), out var evidence) || !TryBase64(item.Text("certificate"), out var pem)
                    || !SpdmReport.TryRead(evidence, out var report) || !PemText.TryReadCertificates(pem, out var chain))
                {
                    return false;
                }

                read.Add(new GpuEvidence(report, chain, item.Has("nonce") ? item.Hex("nonce", 32) : null));
            }

            gpus = read;
            return read.Count > 0 && !fields.Failed;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryBase64(string text, out byte[] bytes)
    {
        bytes = new byte[(text.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64String(text, bytes, out var written))
            return false;
        bytes = bytes[..written];
        return true;
    }
}
