using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.PrivateRequests.Messages;

/// <summary>What a guard says of a request.</summary>
public enum Freshness
{
    /// <summary>It was not seen before, and is noted now.</summary>
    Fresh,

    /// <summary>It was seen before.</summary>
    Replayed,

    /// <summary>It was sealed too long ago, or says that it is from the future.</summary>
    OutsideWindow,

    /// <summary>No more can be noted now: nothing is taken that could be sent again unnoticed.</summary>
    Full,
}

/// <summary>
/// Sees to it that each request counts once. It remembers ids while their requests are inside the window, and no more of them than it has room for. It may
/// forget everything when its process ends, if the key that requests are sealed to ends with it. The clock need not be trusted: a host that puts it on, and then
/// back, makes it forget sooner, and gets nothing taken again by that.
/// </summary>
/// <param name="window">How far a request's time and the gateway's may be apart.</param>
/// <param name="capacity">How many requests are remembered.</param>
/// <param name="clock">Tells the time.</param>
public sealed class ReplayGuard(TimeSpan window, int capacity, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly HashSet<Hash32> _seen = [];
    private readonly Queue<(Hash32 Id, ulong SentAt, long ForgetAt)> _order = new();
    private ulong? _forgotten;

    /// <summary>How many ids are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _seen.Count;
        }
    }

    /// <summary>Notes a request that was authenticated. One that was not must not get here: anyone could fill the room.</summary>
    public Freshness Note(Hash32 requestId, ulong sentAt)
    {
        lock (_gate)
        {
            // Read inside, so that the order in which ids are forgotten is the order of the queue.
            var now = clock.GetUtcNow().ToUnixTimeSeconds();
            var seconds = (long)window.TotalSeconds;
            while (_order.TryPeek(out var oldest) && oldest.ForgetAt < now)
            {
                _order.Dequeue();
                _seen.Remove(oldest.Id);
                _forgotten = Math.Max(_forgotten ?? 0, oldest.SentAt);
            }

            if (_seen.Contains(requestId))
                return Freshness.Replayed;
            // What was sealed no later than something that is forgotten may be that. By a clock that only goes on it is outside of the window anyway.
            if (!IsInside(sentAt) || sentAt <= _forgotten)
                return Freshness.OutsideWindow;
            if (_seen.Count >= capacity)
                return Freshness.Full;

            // From now on: one from the future stays inside for longest, two windows.
            _seen.Add(requestId);
            _order.Enqueue((requestId, sentAt, now + (2 * seconds)));
            return Freshness.Fresh;
        }
    }

    /// <summary>Whether a request's time is near enough to ours.</summary>
    public bool IsInside(ulong sentAt)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return sentAt <= long.MaxValue && Int128.Abs((Int128)sentAt - now) <= (long)window.TotalSeconds;
    }
}
