using OpenGradient.Relayer.Scheduling;

namespace OpenGradient.Relayer.Proving;

/// <summary>
/// Whether anybody proves for a relayer that leaves its proofs to other processes. Who claims a proven request and has no proof made loses the bond: while nobody lives who makes
/// one, none is claimed.
/// </summary>
public sealed class ProversWatch(InstanceRegister register, TimeProvider clock)
{
    // A prover that is started again is away for as long.
    private static readonly TimeSpan MayBeAwayFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

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

    private sealed record Look(long At, long? LivedAt);
}
