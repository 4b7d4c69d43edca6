using OpenGradient.Attestation.Collateral;

namespace OpenGradient.Relayer.Attesting.Platforms;

/// <summary>This machine as a guest of TDX or SEV-SNP. What its vendor signs about it is read from a folder that the operator keeps fresh.</summary>
/// <param name="collateralFolder">Where that is; null where the host hands over all that is needed.</param>
/// <param name="device">Where the kernel is asked.</param>
public sealed class TsmSource(string? collateralFolder, string device = TsmDevice.DefaultFolder) : IEvidenceSource
{
    public string Name => "TDX or SEV-SNP";

    public async Task<MachineEvidence> FetchAsync(ReadOnlyMemory<byte> reportData, ReadOnlyMemory<byte> nonce, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken)
    {
        try
        {
            var made = await TsmDevice.FetchAsync(device, reportData, cancellationToken);
            return collateralFolder is null ? made : made with { Collateral = [.. made.Collateral, .. await ReadAsync(collateralFolder, cancellationToken)] };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EvidenceException(failure.Message, "See that this process may use the device and read the collateral.");
        }
    }

    private static async Task<IReadOnlyList<CollateralFile>> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        List<CollateralFile> files = [];
        foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            if (files.Count == CollateralSet.MaxFiles || new FileInfo(path).Length > CollateralFile.MaxBytes)
                throw new EvidenceException($"{folder} holds more than collateral does.", $"Keep at most {CollateralSet.MaxFiles} files there, of {CollateralFile.MaxBytes} bytes.");
            files.Add(new CollateralFile(Path.GetFileName(path), await File.ReadAllBytesAsync(path, cancellationToken)));
        }

        return files;
    }
}
