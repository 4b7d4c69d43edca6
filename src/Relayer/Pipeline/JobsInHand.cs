using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Pipeline;

/// <summary>
/// The jobs that this process has in hand, each once. One can be leased again while it is: it was filed just now and is due at once, its lease ran out while this
/// process stood still, or a database that lost its power has forgotten the lease. Then it waits, so that no request is run twice at once.
/// </summary>
internal sealed class JobsInHand
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Hash32, Held> _held = [];

    /// <summary>The requests that are in hand.</summary>
    public IReadOnlyCollection<Hash32> Ids
    {
        get
        {
            lock (_gate)
                return [.. _held.Keys];
        }
    }

    /// <summary>Takes a leased job in hand, or has it wait until the same job is out of hand.</summary>
    public Taking Take(LeasedJob leased)
    {
        lock (_gate)
        {
            if (_held.TryAdd(leased.Job.RequestId, new Held(leased.Epoch, Next: null)))
                return Taking.Begins;
            var held = _held[leased.Job.RequestId];
            // The lease that was forgotten, given once more: what is in hand is filed under it.
            if (held.Epoch == leased.Epoch)
                return Taking.Known;
            _held[leased.Job.RequestId] = held with { Next = leased };
            return held.Next is null ? Taking.Waits : Taking.Known;
        }
    }

    /// <summary>Puts a job out of hand. Gives the lease that waited for that, which is in hand from now on; null where none did.</summary>
    public LeasedJob? PutDown(Hash32 requestId)
    {
        lock (_gate)
        {
            if (!_held.Remove(requestId, out var held) || held.Next is not { } next)
                return null;
            _held[requestId] = new Held(next.Epoch, Next: null);
            return next;
        }
    }

    private sealed record Held(long Epoch, LeasedJob? Next);
}

/// <summary>What becomes of a job that was leased.</summary>
internal enum Taking
{
    /// <summary>It is in hand, and is to be gone on with.</summary>
    Begins,

    /// <summary>It is in hand already, under an earlier lease, and is gone on with when that is done.</summary>
    Waits,

    /// <summary>It is in hand or waits already: this lease adds nothing, and takes no room.</summary>
    Known,
}
