using OpenGradient.Relayer.Attesting.Archive;
using OpenGradient.Relayer.Attesting.Judging;

namespace OpenGradient.Relayer.Attesting.Platforms;

/// <summary>
/// This machine as a guest of TDX or SEV-SNP. What its vendor signs about it is read from a folder that the operator keeps fresh. A file there that cannot be used is passed over and told:
/// handed on it would refuse all evidence, and what is needed and missing is found before attesters are asked.
/// </summary>
/// <param name="collateralFolder">Where that is; null where the host hands over all that is needed.</param>
/// <param name="device">Where the kernel is asked.</param>
public sealed class TsmSource(string? collateralFolder, string device = TsmDevice.DefaultFolder) : IEvidenceSource
{
    public string Name => "TDX or SEV-SNP";

    public async Task<MachineEvidence> FetchAsync(ReadOnlyMemory<byte> reportData, ReadOnlyMemory<byte> nonce, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken)
    {
        try
        {
            var kept = await ReadKeptAsync(cancellationToken);
            var made = await TsmDevice.FetchAsync(device, reportData, cancellationToken);
            return Join(made, kept);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EvidenceException(failure.Message, "See that this process may use the device and read the collateral.");
        }
    }

    /// <summary>What the operator keeps.</summary>
    internal async Task<CollateralReading> ReadKeptAsync(CancellationToken cancellationToken) =>
        collateralFolder is null ? new CollateralReading([], []) : await CollateralFolder.ReadSoundAsync(collateralFolder, cancellationToken);

    /// <summary>What the host hands over and what the operator keeps. More than attesters read is refused: nothing here says which of it they can do without.</summary>
    internal static MachineEvidence Join(MachineEvidence made, CollateralReading kept) => made.Collateral.Count + kept.Files.Count <= ClaimMessage.MaxFiles
        ? made with { Collateral = [.. made.Collateral, .. kept.Files], Skipped = kept.Skipped }
        : throw new EvidenceException($"There are {made.Collateral.Count + kept.Files.Count} files of collateral, and attesters read {ClaimMessage.MaxFiles}.", "Keep only what is about this machine.");
}
