using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace OpenGradient.Indexer.Api.Clients;

/// <summary>Room for what takes long, of which one client may only hold a part: else a single one keeps all others out. Whoever waits is served in turn.</summary>
/// <param name="total">How many there are.</param>
/// <param name="each">How many one client may hold.</param>
internal sealed class ClientSlots(int total, int each)
{
    /// <summary>So many wait at the most, and of one client: a line that nobody gets to the end of only takes memory.</summary>
    public const int MaxWaiting = 1_000;

    public const int MaxWaitingOfOne = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    private readonly LinkedList<Waiter> _waiting = new();
    private int _all;

    /// <summary>Takes a place until it is disposed of; null where there is none.</summary>
    public IDisposable? TryTake(HttpContext context)
    {
        lock (_lock)
            return TryTake(NameOf(context), out var slot) ? slot : null;
    }

    /// <summary>As <see cref="TryTake(HttpContext)"/>, but waits for a place; null where there is none for so long, or where too many wait.</summary>
#pragma warning disable CA2000 // It is the caller's from there on.
    public async Task<IDisposable?> TakeAsync(HttpContext context, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        var name = NameOf(context);
        LinkedListNode<Waiter> place;
        lock (_lock)
        {
            if (TryTake(name, out var slot))
                return slot;
            if (_waiting.Count == MaxWaiting || _waiting.Count(waiter => waiter.Name == name) == MaxWaitingOfOne)
                return null;
            place = _waiting.AddLast(new Waiter(name));
        }

        try
        {
            return await place.Value.Served.Task.WaitAsync(patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return await LeaveAsync(place);
        }
        catch (OperationCanceledException)
        {
            (await LeaveAsync(place))?.Dispose();
            throw;
        }
    }

#pragma warning restore CA2000
    private static string NameOf(HttpContext context) => context.Features.Get<Client>()?.Name ?? "";

    // A place may have been given to whoever leaves at that very moment.
    private async Task<Slot?> LeaveAsync(LinkedListNode<Waiter> place)
    {
        lock (_lock)
        {
            if (place.List is not null)
            {
                _waiting.Remove(place);
                return null;
            }
        }

        return await place.Value.Served.Task;
    }

    private bool TryTake(string name, [NotNullWhen(true)] out Slot? slot)
    {
        var held = _held.GetValueOrDefault(name);
        slot = _all < total && held < each ? new Slot(this, name) : null;
        if (slot is null)
            return false;
        _all++;
        _held[name] = held + 1;
        return true;
    }

    private void Release(string name)
    {
        lock (_lock)
        {
            _all--;
            if (--_held[name] == 0)
                _held.Remove(name);
            // The first that may have one: those before it hold their part already.
            for (var place = _waiting.First; place is not null && _all < total;)
            {
                var (waiter, next) = (place, place.Next);
#pragma warning disable CA2000 // Whoever waited has it from here on.
                if (TryTake(waiter.Value.Name, out var slot))
#pragma warning restore CA2000
                {
                    _waiting.Remove(waiter);
                    waiter.Value.Served.SetResult(slot);
                }

                place = next;
            }
        }
    }

    private sealed record Waiter(string Name)
    {
        public TaskCompletionSource<Slot> Served { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Slot(ClientSlots slots, string name) : IDisposable
    {
        private int _isReleased;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReleased, 1) == 0)
                slots.Release(name);
        }
    }
}
