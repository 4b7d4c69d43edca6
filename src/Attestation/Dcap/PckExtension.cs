using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using OpenGradient.Attestation.Certificates;

namespace OpenGradient.Attestation.Dcap;

/// <summary>What Intel wrote about the platform into its PCK certificate.</summary>
/// <param name="Ppid">The platform's name.</param>
/// <param name="CpuSvn">The 16 components of its TCB.</param>
/// <param name="PceSvn">The version of the enclave that holds the key.</param>
/// <param name="PceId">Which enclave that is.</param>
/// <param name="Fmspc">The kind of platform.</param>
internal sealed record PckExtension(byte[] Ppid, byte[] CpuSvn, int PceSvn, byte[] PceId, byte[] Fmspc)
{
    private const string Oid = "1.2.840.113741.1.13.1";

    public static bool TryRead(Certificate certificate, [NotNullWhen(true)] out PckExtension? extension)
    {
        extension = null;
        if (!certificate.TryExtension(Oid, out var content))
            return false;
        try
        {
            extension = Read(content);
            return extension is not null;
        }
        catch (Exception failure) when (failure is AsnContentException or ArgumentException)
        {
            return false;
        }
    }

    private static PckExtension? Read(ReadOnlyMemory<byte> content)
    {
        var outer = new AsnReader(content, AsnEncodingRules.DER);
        var list = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        byte[]? ppid = null, pceId = null, fmspc = null, cpuSvn = null;
        int? pceSvn = null;
        while (list.HasData)
        {
            var item = list.ReadSequence();
            switch (item.ReadObjectIdentifier())
            {
                case Oid + ".1":
                    ppid = Once(ppid, item, 16);
                    break;
                case Oid + ".2":
                    if (cpuSvn is not null)
                        return null;
                    (cpuSvn, pceSvn) = ReadTcb(item.ReadSequence());
                    break;
                case Oid + ".3":
                    pceId = Once(pceId, item, 2);
                    break;
                case Oid + ".4":
                    fmspc = Once(fmspc, item, 6);
                    break;
                default:
                    item.ReadEncodedValue();
                    break;
            }

            item.ThrowIfNotEmpty();
        }

        return ppid is null || cpuSvn is null || pceSvn is null || pceId is null || fmspc is null ? null : new PckExtension(ppid, cpuSvn, pceSvn.Value, pceId, fmspc);
    }

    private static (byte[] CpuSvn, int? PceSvn) ReadTcb(AsnReader list)
    {
        var components = new byte[TcbInfo.Components];
        var seen = 0;
        int? pceSvn = null;
        while (list.HasData)
        {
            var item = list.ReadSequence();
            var oid = item.ReadObjectIdentifier();
            var last = int.TryParse(oid.AsSpan(oid.LastIndexOf('.') + 1), out var number) ? number : 0;
            if (last is >= 1 and <= TcbInfo.Components)
            {
                components[last - 1] = item.TryReadInt32(out var svn) && svn is >= 0 and <= byte.MaxValue ? (byte)svn : throw new AsnContentException("A component is a byte.");
                seen |= 1 << last;
            }
            else if (last == TcbInfo.Components + 1)
            {
                pceSvn = item.TryReadInt32(out var svn) && svn is >= 0 and <= ushort.MaxValue ? svn : throw new AsnContentException("The PCE's version has two bytes.");
            }
            else
            {
                item.ReadEncodedValue();
            }

            item.ThrowIfNotEmpty();
        }

        return seen == 0x1FFFE ? (components, pceSvn) : throw new AsnContentException("A component is missing.");
    }

    private static byte[] Once(byte[]? before, AsnReader item, int length) =>
        before is null && item.ReadOctetString() is { } value && value.Length == length ? value : throw new AsnContentException("A field has another length, or stands there twice.");
}
