using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Proving.Elsewhere;
using OpenGradient.Relayer.Scheduling;

namespace OpenGradient.Relayer.Proving;

/// <summary>
/// Whether anybody proves for a relayer that leaves its proofs to other processes. Who claims a proven request and has no proof made loses the bond: while nobody lives who makes
/// one, none is claimed, and none of a version of which no proof would be there in time.
/// </summary>
public sealed class ProversWatch(InstanceRegister register, AnnouncedVersions announced, TimeProvider clock)
{
    private const int MostHeard = 1_024;

    // A prover that is started again is away for as long.
    private static readonly TimeSpan MayBeAwayFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<Hash32, (HeardVersion? Heard, long At)> _heard = [];
    private volatile Look? _last;

    /// <summary>Whether one lives, or did a moment ago.</summary>
    public async Task<bool> AreThereAsync(CancellationToken cancellationToken)
    {
        var last = _last;
        if (last is null || clock.GetElapsedTime(last.At) >= LookEvery)
        {
            var lives = (await register.ListAsync(cancellationToken)).Any(instance => instance is { IsAlive: true, Role: InstanceRole.Prover });
            var now = clock.GetTimestamp();
            _last = last = new Look(now, lives ? now : last?.LivedAt);
        }

        return last.LivedAt is { } livedAt && clock.GetElapsedTime(livedAt) < MayBeAwayFor;
    }

    /// <summary>What those that live say of having a version proven, now.</summary>
    public async Task<ProversWord> WordAsync(Hash32 versionId, CancellationToken cancellationToken)
    {
        var (heard, isFresh) = HeardOf(versionId);
        if (!isFresh)
        {
            heard = await announced.FindAsync(versionId, cancellationToken);
            lock (_gate)
            {
                if (_heard.Count >= MostHeard)
                    _heard.Clear();
                _heard[versionId] = (heard, clock.GetTimestamp());
            }
        }

        return heard switch
        {
            null => new ProversWord(IsInTime: false),
            { Best.IsInTime: true } => new ProversWord(IsInTime: true),
            { Best.Refusal: { } refusal } => new ProversWord(IsInTime: false, new RefusedByProvers(refusal, IsByAll: !heard.OthersAreSilent)),
            _ => new ProversWord(IsInTime: false),
        };
    }

    private (HeardVersion? Heard, bool IsFresh) HeardOf(Hash32 versionId)
    {
        lock (_gate)
            return _heard.TryGetValue(versionId, out var last) && clock.GetElapsedTime(last.At) < LookEvery ? (last.Heard, true) : (null, false);
    }

    private sealed record Look(long At, long? LivedAt);
}

/// <summary>What those that prove say of a version.</summary>
/// <param name="IsInTime">Whether one has said that a proof would be there in time.</param>
/// <param name="Refusal">What is against having it proven; null where none has refused it, or another does not.</param>
public sealed record ProversWord(bool IsInTime, RefusedByProvers? Refusal = null);

/// <summary>What those that prove have said against a version.</summary>
/// <param name="Details">Why one does not prove it, however long one waits.</param>
/// <param name="IsByAll">Whether all that live have refused it; not where another has said nothing of it yet.</param>
public sealed record RefusedByProvers(string Details, bool IsByAll);
