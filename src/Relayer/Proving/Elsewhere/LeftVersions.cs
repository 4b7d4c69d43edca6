using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Proving.Models;

namespace OpenGradient.Relayer.Proving.Elsewhere;

/// <summary>
/// The versions that this process could not get ready, and leaves to others that prove: it broke on one, or was refused what it is made of. That may pass: each is tried again after a while, longer each time.
/// </summary>
public sealed class LeftVersions(TimeProvider clock)
{
    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(10);
    private const int Most = 1_024;

    private readonly Lock _gate = new();
    private readonly Dictionary<Hash32, Left> _left = [];

    /// <summary>Those that are not tried now, and why.</summary>
    public IReadOnlyDictionary<Hash32, string> Resting
    {
        get
        {
            lock (_gate)
                return _left.Where(one => IsResting(one.Value)).ToDictionary(one => one.Key, one => one.Value.Refusal);
        }
    }

    /// <summary>Why a version is not tried now; null where it may be.</summary>
    public string? RefusalOf(Hash32 versionId)
    {
        lock (_gate)
            return _left.TryGetValue(versionId, out var left) && IsResting(left) ? left.Refusal : null;
    }

    /// <summary>Notes what came of getting a version ready.</summary>
    public void Note(Hash32 versionId, ProvableTaking taking)
    {
        lock (_gate)
        {
            if (taking is ProvableTaking.Ready)
                _left.Remove(versionId);
            if (taking is not ProvableTaking.Refused(var refusal))
                return;
            var last = _left.GetValueOrDefault(versionId);
            // Two may have tried at once: that is one failure.
            if (last is not null && IsResting(last))
                return;
            if (last is null && _left.Count >= Most)
                _left.Clear();
            var rest = last is null ? FirstRest : 2 * last.Rest < LongestRest ? 2 * last.Rest : LongestRest;
            _left[versionId] = new Left(refusal, clock.GetTimestamp(), rest);
        }
    }

    private bool IsResting(Left left) => clock.GetElapsedTime(left.Since) < left.Rest;

    private sealed record Left(string Refusal, long Since, TimeSpan Rest);
}
