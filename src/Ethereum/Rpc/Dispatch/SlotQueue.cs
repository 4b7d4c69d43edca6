namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// Lets so many messages out at once, in the order they came. When one that waited is let out, small ones behind it are taken along in the
/// same message: they would only have waited longer.
/// </summary>
internal sealed class SlotQueue(int slots, int limit)
{
    private readonly Lock _gate = new();
    private readonly Queue<Ticket> _waiting = new();
    private int _free = slots;
    private bool _isClosed;

    public enum Entry
    {
        /// <summary>The slot is the caller's until <see cref="Leave"/>.</summary>
        Granted,

        /// <summary>Another message carries the calls, or nobody waits for them any more.</summary>
        Absorbed,

        /// <summary>Too many wait already.</summary>
        Full,

        /// <summary>Nothing is let out any more.</summary>
        Closed,
    }

    public Task<Entry> EnterAsync(Ticket ticket)
    {
        lock (_gate)
        {
            if (_isClosed)
                return Task.FromResult(Entry.Closed);
            if (_free > 0)
            {
                _free--;
                return Task.FromResult(Entry.Granted);
            }

            if (_waiting.Count >= limit)
                return Task.FromResult(Entry.Full);

            _waiting.Enqueue(ticket);
            return ticket.Entered.Task;
        }
    }

    /// <summary>Gives a slot back, or to who waits longest.</summary>
    /// <param name="batchLimit">The most calls that a message may have now.</param>
    public void Leave(int batchLimit)
    {
        lock (_gate)
        {
            while (_waiting.TryDequeue(out var ticket))
            {
                ticket.Calls.RemoveAll(call => call.IsOver);
                if (ticket.Calls.Count == 0)
                {
                    ticket.Entered.SetResult(Entry.Absorbed);
                    continue;
                }

                TakeAlong(ticket, batchLimit);
                ticket.Entered.SetResult(Entry.Granted);
                return;
            }

            _free++;
        }
    }

    /// <summary>Turns away all that wait, and whoever comes from now on.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            while (_waiting.TryDequeue(out var ticket))
                ticket.Entered.SetResult(Entry.Closed);
        }
    }

    private void TakeAlong(Ticket ticket, int batchLimit)
    {
        while (ticket.IsSmall && ticket.Calls.Count < batchLimit && _waiting.TryPeek(out var next) && next.IsSmall)
        {
            _waiting.Dequeue();
            ticket.Calls.AddRange(next.Calls.Where(call => !call.IsOver));
            next.Entered.SetResult(Entry.Absorbed);
        }
    }

    /// <summary>A message that wants out.</summary>
    /// <param name="calls">Its calls; more may have been added once it is let out.</param>
    /// <param name="isSmall">Whether it is one call with a short answer that has not been tried yet.</param>
    public sealed class Ticket(List<PendingCall> calls, bool isSmall)
    {
        public List<PendingCall> Calls { get; } = calls;

        public bool IsSmall { get; } = isSmall;

        public TaskCompletionSource<Entry> Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
