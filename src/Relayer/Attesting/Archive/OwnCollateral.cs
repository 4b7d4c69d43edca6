using Microsoft.Extensions.Logging;
using OpenGradient.Attestation.Collateral;

namespace OpenGradient.Relayer.Attesting.Archive;

/// <summary>
/// What is kept here of what vendors sign, for judging the evidence of others. It is read from the disk a few times a minute at most: strangers ask for judgements.
/// </summary>
/// <param name="archive">Where it is kept; null where nothing is.</param>
/// <param name="clock">Tells when to read it again.</param>
/// <param name="logger">Told of files that are of no use, once.</param>
public sealed class OwnCollateral(CollateralArchive? archive, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan ReadAgain = TimeSpan.FromSeconds(10);

    private Copy? _last;

    /// <summary>All that can be read. A damaged file beside the others would count against all evidence, and is left out. Throws where the folder cannot be read.</summary>
    public async Task<IReadOnlyList<CollateralFile>> ReadAsync(CancellationToken cancellationToken)
    {
        if (archive is null)
            return [];
        // Two who come at once read it twice, and find the same.
        var last = Volatile.Read(ref _last);
        if (last is not null && clock.GetElapsedTime(last.At) < ReadAgain)
            return last.Files;
        var at = clock.GetTimestamp();
        var reading = await archive.ReadSoundAsync(cancellationToken);
        var skipped = string.Join('\n', reading.Skipped);
        if (skipped != (last?.Skipped ?? ""))
        {
            foreach (var file in reading.Skipped)
                logger.CollateralSkipped(file.Name, file.Reason);
        }

        Volatile.Write(ref _last, new Copy(at, reading.Files, skipped));
        return reading.Files;
    }

    private sealed record Copy(long At, IReadOnlyList<CollateralFile> Files, string Skipped);
}
