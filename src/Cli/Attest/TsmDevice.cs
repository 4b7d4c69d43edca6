using System.Globalization;
using System.Security.Cryptography;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Cli.Attest;

/// <summary>Evidence that this machine made.</summary>
internal sealed record FetchedEvidence(EvidenceKind Kind, byte[] Evidence, IReadOnlyList<CollateralFile> Collateral);

/// <summary>
/// Asks Linux for a report through configfs-tsm, which guests of TDX and SEV-SNP have alike: a folder is made, what to say is written into one file of it and
/// the report read from another. The kernel counts the writes, so that somebody else's in between are noticed.
/// </summary>
internal static class TsmDevice
{
    public const string DefaultFolder = "/sys/kernel/config/tsm/report";

    private const int ReportDataBytes = 64;

    public static async Task<FetchedEvidence> FetchAsync(string folder, byte[] reportData, CancellationToken cancellationToken)
    {
        if (reportData.Length > ReportDataBytes)
            throw new ExpectedFailureException(ExitCode.Usage, $"The report data has {reportData.Length} bytes.", $"A report has room for {ReportDataBytes}.");
        if (!Directory.Exists(folder))
        {
            throw new ExpectedFailureException(
                ExitCode.MissingPrerequisite, $"This machine has no {folder}: it is no guest of TDX or SEV-SNP, or its kernel is older than 6.7.",
                "`og attest emulate` makes evidence to develop with.");
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
    internal static async Task<FetchedEvidence> AskAsync(string entry, byte[] reportData, CancellationToken cancellationToken)
    {
        var before = await GenerationAsync(entry, cancellationToken);
        byte[] padded = [.. reportData, .. new byte[ReportDataBytes - reportData.Length]];
        await using (var inblob = new FileStream(Path.Combine(entry, "inblob"), FileMode.OpenOrCreate, FileAccess.Write))
            await inblob.WriteAsync(padded, cancellationToken);
        var evidence = await File.ReadAllBytesAsync(Path.Combine(entry, "outblob"), cancellationToken);
        var provider = (await File.ReadAllTextAsync(Path.Combine(entry, "provider"), cancellationToken)).Trim();
        if (await GenerationAsync(entry, cancellationToken) > before + 1)
            throw new ExpectedFailureException(ExitCode.Failed, "Another program asked through the same entry meanwhile.", "Ask again.");
        return provider switch
        {
            "tdx_guest" => new FetchedEvidence(EvidenceKind.Dcap, evidence, []),
            "sev_guest" => new FetchedEvidence(EvidenceKind.Snp, evidence, await SnpCertificates.ReadAsync(Path.Combine(entry, "auxblob"), cancellationToken)),
            _ => throw new ExpectedFailureException(ExitCode.MissingPrerequisite, "The kernel's provider of reports is not known here.", "Known are tdx_guest and sev_guest."),
        };
    }

    private static async Task<long> GenerationAsync(string entry, CancellationToken cancellationToken) =>
        long.TryParse(await File.ReadAllTextAsync(Path.Combine(entry, "generation"), cancellationToken), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
