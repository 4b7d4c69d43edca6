using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Proving.Models;

namespace OpenGradient.Relayer.Proving.Elsewhere;

/// <summary>
/// Tells the relayer which versions are ready to be proven in this process and which are not proven here, and gets those ready that requests wait for: these are not answered, and so not to be proven, before
/// somebody says that a proof would be there in time.
/// </summary>
public sealed class VersionAnnouncer(AnnouncedVersions announced, IProofMaker maker, ProvableModels models, ILogger logger, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    // What was told last; null where that is not known.
    private HashSet<AnnouncedVersion>? _told;

#pragma warning disable CA1031 // The loop outlasts whatever happens to one look: it says so, and looks again.
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stopping);
                await Task.Delay(Every, clock, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                _told = null;
                logger.NotAnnounced(failure);
                await Task.WhenAny(Task.Delay(Every, clock, stopping));
            }
        }
    }
#pragma warning restore CA1031

    /// <summary>Looks once at what is wanted, and tells what there is where that has changed.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var versionId in await announced.WantedAsync(cancellationToken))
        {
            // What is still being got keeps nobody waiting. Taken, a version asks for the cache that its proofs want.
            if (maker.Find(versionId) is { Descriptor: not null })
                await TakeAsync(versionId, cancellationToken);
        }

        var known = models.Kept.Select(WordOf).Concat(models.Refused.Select(refused => new AnnouncedVersion(refused.Key, IsInTime: false, 0, refused.Value))).ToHashSet();
        if (_told?.SetEquals(known) == true)
            return;
        await announced.TellAsync(known, cancellationToken);
        _told = known;
    }

    private static AnnouncedVersion WordOf(ProvableModel model)
    {
        var objection = model.Objection();
        return new AnnouncedVersion(
            model.VersionId, objection is null, (int)(100 * Math.Clamp(model.CacheFilled, 0, 1)), objection is { MayPass: false, Details: var details } ? details : null);
    }

#pragma warning disable CA1031 // A version that breaks the prover is not announced, and keeps no others waiting.
    private async Task TakeAsync(Hash32 versionId, CancellationToken cancellationToken)
    {
        try
        {
            await maker.TakeAsync(versionId, cancellationToken);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or DatabaseException))
        {
            logger.VersionBroke(failure, versionId);
        }
    }
#pragma warning restore CA1031
}
