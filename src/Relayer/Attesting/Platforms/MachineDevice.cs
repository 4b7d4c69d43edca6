namespace OpenGradient.Relayer.Attesting.Platforms;

/// <summary>Asks whichever device this machine has.</summary>
public static class MachineDevice
{
    private static readonly string[] OldDevices = ["/dev/tdx_guest", "/dev/sev-guest"];

    /// <summary>Asks once. Throws <see cref="EvidenceException"/> where there is none, or it makes no evidence.</summary>
    /// <param name="reportData">What the evidence is to say.</param>
    /// <param name="nonce">For Nitro, whose documents have a place of its own for it.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <param name="tsm">The folder of TDX and SEV-SNP.</param>
    /// <param name="nsm">The device of Nitro.</param>
    public static async Task<MachineEvidence> FetchAsync(
        ReadOnlyMemory<byte> reportData, ReadOnlyMemory<byte> nonce, CancellationToken cancellationToken, string tsm = TsmDevice.DefaultFolder, string nsm = NsmDevice.DefaultPath)
    {
        if (Directory.Exists(tsm))
        {
            return nonce.IsEmpty
                ? await TsmDevice.FetchAsync(tsm, reportData, cancellationToken)
                : throw new EvidenceException("The reports of TDX and SEV-SNP have no place for a nonce.", "Put it into the report data.");
        }

        return File.Exists(nsm) ? NsmDevice.Fetch(nsm, reportData.Span, nonce.Span, publicKey: default) : throw Missing(tsm, nsm);
    }

    /// <summary>What asks the device that this machine has, again and again. Throws <see cref="EvidenceException"/> where there is none.</summary>
    /// <param name="collateralFolder">What the operator keeps for guests of TDX and SEV-SNP; null for nothing.</param>
    /// <param name="tsm">The folder of TDX and SEV-SNP.</param>
    /// <param name="nsm">The device of Nitro.</param>
    public static IEvidenceSource SourceOf(string? collateralFolder, string tsm = TsmDevice.DefaultFolder, string nsm = NsmDevice.DefaultPath) =>
        Directory.Exists(tsm) ? new TsmSource(collateralFolder, tsm) : File.Exists(nsm) ? new NsmSource(nsm) : throw Missing(tsm, nsm);

    private static EvidenceException Missing(string tsm, string nsm) => Array.Find(OldDevices, File.Exists) is { } old
        ? new EvidenceException($"This machine has {old} but no {tsm}.", "Its kernel hands out reports in the same way for TDX and SEV-SNP from Linux 6.7 on: mount configfs, or update it.", isMissing: true)
        : new EvidenceException(
            $"This machine has neither {tsm} nor {nsm}: it is no guest of TDX or SEV-SNP, and no Nitro enclave.", "`og attest emulate` makes evidence to develop with.", isMissing: true);
}
