using System.Globalization;
using System.Security.Cryptography;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Relayer.Attesting.Platforms;

/// <summary>
/// Asks Linux for a report through configfs-tsm, which guests of TDX and SEV-SNP have alike: a folder is made, what to say is written into one file of it and
/// the report read from another. The kernel counts the writes, so that somebody else's in between are noticed.
/// </summary>
public static class TsmDevice
{
    public const string DefaultFolder = "/sys/kernel/config/tsm/report";

    private const int ReportDataBytes = 64;

    /// <summary>Asks once. Throws <see cref="EvidenceException"/> where there is no device, or it says something strange.</summary>
    public static async Task<MachineEvidence> FetchAsync(string folder, ReadOnlyMemory<byte> reportData, CancellationToken cancellationToken)
    {
        if (reportData.Length > ReportDataBytes)
            throw new EvidenceException($"The report data has {reportData.Length} bytes.", $"A report has room for {ReportDataBytes}.");
        if (!Directory.Exists(folder))
        {
            throw new EvidenceException(
                $"This machine has no {folder}: it is no guest of TDX or SEV-SNP, or its kernel is older than 6.7.", "`og attest emulate` makes evidence to develop with.",
                isMissing: true);
        }

        var entry = Path.Combine(folder, $"og-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");
        Directory.CreateDirectory(entry);
        try
        {
            return await AskAsync(entry, reportData, cancellationToken);
        }
        finally
        {
            // In configfs an entry's files go with it.
            Directory.Delete(entry);
        }
    }

    /// <summary>Asks through an entry that is there.</summary>
    internal static async Task<MachineEvidence> AskAsync(string entry, ReadOnlyMemory<byte> reportData, CancellationToken cancellationToken)
    {
        var before = await GenerationAsync(entry, cancellationToken);
        byte[] padded = [.. reportData.Span, .. new byte[ReportDataBytes - reportData.Length]];
        await using (var inblob = new FileStream(Path.Combine(entry, "inblob"), FileMode.OpenOrCreate, FileAccess.Write))
            await inblob.WriteAsync(padded, cancellationToken);
        var evidence = await File.ReadAllBytesAsync(Path.Combine(entry, "outblob"), cancellationToken);
        var provider = (await File.ReadAllTextAsync(Path.Combine(entry, "provider"), cancellationToken)).Trim();
        if (await GenerationAsync(entry, cancellationToken) > before + 1)
            throw new EvidenceException("Another program asked through the same entry meanwhile.", "Ask again.");
        return provider switch
        {
            "tdx_guest" => new MachineEvidence(EvidenceKind.Dcap, evidence, []),
            "sev_guest" => new MachineEvidence(EvidenceKind.Snp, evidence, await SnpCertificates.ReadAsync(Path.Combine(entry, "auxblob"), cancellationToken)),
            _ => throw new EvidenceException("The kernel's provider of reports is not known here.", "Known are tdx_guest and sev_guest.", isMissing: true),
        };
    }

    private static async Task<long> GenerationAsync(string entry, CancellationToken cancellationToken) =>
        long.TryParse(await File.ReadAllTextAsync(Path.Combine(entry, "generation"), cancellationToken), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
