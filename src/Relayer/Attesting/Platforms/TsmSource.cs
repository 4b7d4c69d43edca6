using OpenGradient.Relayer.Attesting.Archive;

namespace OpenGradient.Relayer.Attesting.Platforms;

/// <summary>This machine as a guest of TDX or SEV-SNP. What its vendor signs about it is read from a folder that the operator keeps fresh.</summary>
/// <param name="collateralFolder">Where that is; null where the host hands over all that is needed.</param>
/// <param name="device">Where the kernel is asked.</param>
public sealed class TsmSource(string? collateralFolder, string device = TsmDevice.DefaultFolder) : IEvidenceSource
{
    public string Name => "TDX or SEV-SNP";

    public async Task<MachineEvidence> FetchAsync(ReadOnlyMemory<byte> reportData, ReadOnlyMemory<byte> nonce, CancellationToken cancellationToken)
    {
        try
        {
            var made = await TsmDevice.FetchAsync(device, reportData, cancellationToken);
            return collateralFolder is null ? made : made with { Collateral = [.. made.Collateral, .. await CollateralFolder.ReadAsync(collateralFolder, cancellationToken)] };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EvidenceException(failure.Message, "See that this process may use the device and read the collateral.");
        }
    }
}
