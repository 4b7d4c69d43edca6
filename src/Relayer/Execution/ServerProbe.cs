using System.Collections.Concurrent;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.Relayer.Operations;

namespace OpenGradient.Relayer.Execution;

/// <summary>Whether the servers that run versions do, by what they last said. What they refuse waits for its deadline: somebody has to mend it before.</summary>
public sealed class ServerProbe(TimeProvider clock) : IHealthProbe
{
    // Whoever waits for a server asks it again within ten minutes. After that nobody waits, and nobody knows.
    private static readonly TimeSpan Told = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<Hash32, Trouble> _troubles = new();

    /// <summary>What a version's server said.</summary>
    public void Tell(Hash32 versionId, CanonicalOutcome outcome)
    {
        if (outcome is CanonicalOutcome.Unavailable(var reason, _, var details))
            _troubles[versionId] = new Trouble(reason, details, clock.GetUtcNow());
        else
            _troubles.TryRemove(versionId, out _);
    }

    public Task<IReadOnlyList<HealthCheck>> LookAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var troubles = _troubles.OrderByDescending(entry => entry.Value.Reason == UnavailableReason.ServerMissetUp).ThenBy(entry => entry.Key).ToList();
        if (troubles.Count == 0)
            return Task.FromResult<IReadOnlyList<HealthCheck>>([HealthCheck.Good("servers", "answer, or were not asked", 0)]);

        var (versionId, first) = troubles[0];
        var more = troubles.Count > 1 ? $", and {troubles.Count - 1} more versions" : "";
        var details = $"{versionId}: {first.Reason}: {first.Details} ({(now - first.At).TotalSeconds:0} s ago){more}";
        var isRefused = troubles.Exists(entry => entry.Value.Reason == UnavailableReason.ServerMissetUp && now - entry.Value.At < Told);
        return Task.FromResult<IReadOnlyList<HealthCheck>>(
            [isRefused
                ? HealthCheck.Bad("servers", details, "Mend the server, or its entry in the settings: its requests wait until their deadlines, and none of them is claimed.", troubles.Count)
                : HealthCheck.Warning("servers", details, "Look at the server: its requests wait until their deadlines, and none of them is claimed.", troubles.Count)]);
    }

    private sealed record Trouble(UnavailableReason Reason, string Details, DateTimeOffset At);
}
