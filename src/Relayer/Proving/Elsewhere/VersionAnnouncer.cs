using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Proving.Materials;
using OpenGradient.Relayer.Proving.Models;

namespace OpenGradient.Relayer.Proving.Elsewhere;

/// <summary>
/// Tells the relayer which versions are ready to be proven in this process and which are not proven here, and gets those ready that requests wait for: these are not answered, and so not to be proven, before
/// somebody says that a proof would be there in time.
/// </summary>
public sealed class VersionAnnouncer(AnnouncedVersions announced, IProofMaker maker, ProvableModels models, LeftVersions left, ILogger logger, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    // A place that says wrongly how large an artifact is may be mended.
    private static readonly TimeSpan RefusedFor = TimeSpan.FromMinutes(10);

    // What a database has lost of it is written again by then.
    private static readonly TimeSpan ToldFor = TimeSpan.FromMinutes(1);

    private const int MostUnread = 1_024;

    // Those whose artifact is refused: why, and when that was found.
    private readonly Dictionary<Hash32, (string Refusal, long NotedAt)> _unread = [];

    // What was told last; null where that is not known.
    private HashSet<AnnouncedVersion>? _told;
    private long _toldAt;

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

    /// <summary>
    /// Looks once at what is wanted, the most urgent first, and tells what there is whenever that has changed. What is taken on the way keeps its place: for what does not fit beside it, and beside
    /// what is being proven, there is room when those are wanted no more.
    /// </summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        ForgetOld();
        HashSet<Hash32> taken = [];
        foreach (var versionId in await announced.WantedAsync(cancellationToken))
        {
            // What is still being got keeps nobody waiting.
            if (maker.Find(versionId) is not { } version)
                continue;
            Note(versionId, version);
            // Taken, a version asks for the cache that its proofs want.
            if (version.Descriptor is { } descriptor && models.HasRoomFor(versionId, descriptor, taken) && await TakeAsync(versionId, taken, cancellationToken))
                taken.Add(versionId);
            await TellAsync(cancellationToken);
        }

        await TellAsync(cancellationToken);
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        // What is left is not proven here though it may be in memory.
        var words = left.Resting.ToDictionary(one => one.Key, one => Refused(one.Key, one.Value));
        foreach (var model in models.Kept)
            words.TryAdd(model.VersionId, WordOf(model));
        foreach (var (versionId, refusal) in models.Refused)
            words.TryAdd(versionId, Refused(versionId, refusal));
        foreach (var (versionId, (refusal, _)) in _unread)
            words.TryAdd(versionId, Refused(versionId, refusal));
        var known = words.Values.ToHashSet();
        if (_told?.SetEquals(known) == true && clock.GetElapsedTime(_toldAt) < ToldFor)
            return;
        await announced.TellAsync(known, cancellationToken);
        (_told, _toldAt) = (known, clock.GetTimestamp());
    }

    private static AnnouncedVersion Refused(Hash32 versionId, string refusal) => new(versionId, IsInTime: false, 0, refusal);

    // What is refused of an artifact stands while nobody looks again: nobody asks for what is refused. What can be had after all is refused no more.
    private void Note(Hash32 versionId, ProvenVersion version)
    {
        if (version.Descriptor is not null)
            _unread.Remove(versionId);
        else if (version.Refusal is { } refusal)
        {
            if (_unread.Count >= MostUnread)
                _unread.Clear();
            _unread[versionId] = (refusal, clock.GetTimestamp());
        }
    }

    private void ForgetOld()
    {
        foreach (var (versionId, (_, notedAt)) in _unread)
        {
            if (clock.GetElapsedTime(notedAt) >= RefusedFor)
                _unread.Remove(versionId);
        }
    }

    private static AnnouncedVersion WordOf(ProvableModel model)
    {
        var objection = model.Objection();
        return new AnnouncedVersion(
            model.VersionId, objection is null, (int)(100 * Math.Clamp(model.CacheFilled, 0, 1)), objection is { MayPass: false, Details: var details } ? details : null);
    }

#pragma warning disable CA1031 // A version that breaks the prover is said to be refused, and keeps no others waiting.
    private async Task<bool> TakeAsync(Hash32 versionId, HashSet<Hash32> beside, CancellationToken cancellationToken)
    {
        if (left.RefusalOf(versionId) is not null)
            return false;
        ProvableTaking taking;
        try
        {
            taking = await maker.TakeAsync(versionId, cancellationToken, beside);
        }
        catch (IOException failure)
        {
            logger.VersionBroke(failure, versionId);
            taking = new ProvableTaking.Unavailable(failure.Message);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or DatabaseException))
        {
            logger.VersionBroke(failure, versionId);
            taking = new ProvableTaking.Refused($"{failure.GetType().Name}: {failure.Message}");
        }

        left.Note(versionId, taking);
        return taking is ProvableTaking.Ready;
    }
#pragma warning restore CA1031
}
