using Microsoft.AspNetCore.Http;

namespace OpenGradient.Indexer.Api.Clients;

/// <summary>Room for what takes long, of which one client may only hold a part: else a single one keeps all others out.</summary>
/// <param name="total">How many there are.</param>
/// <param name="each">How many one client may hold.</param>
internal sealed class ClientSlots(int total, int each)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    private TaskCompletionSource _freed = Free();
    private int _all;

    /// <summary>Takes a place until it is disposed of; null where there is none.</summary>
    public IDisposable? TryTake(HttpContext context)
    {
        var name = context.Features.Get<Client>()?.Name ?? "";
        lock (_lock)
        {
            var held = _held.GetValueOrDefault(name);
            if (_all == total || held == each)
                return null;
            _all++;
            _held[name] = held + 1;
            return new Slot(this, name);
        }
    }

    /// <summary>As <see cref="TryTake"/>, but waits for a place; null where there is none for so long.</summary>
    public async Task<IDisposable?> TakeAsync(HttpContext context, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            Task freed;
            lock (_lock)
                freed = _freed.Task;
#pragma warning disable CA2000 // It is the caller's from here on.
            if (TryTake(context) is { } slot)
                return slot;
#pragma warning restore CA2000
            var left = patience - clock.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
                return null;
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(freed, Task.Delay(left, clock, ends.Token));
            await ends.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static TaskCompletionSource Free() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Release(string name)
    {
        TaskCompletionSource freed;
        lock (_lock)
        {
            _all--;
            if (--_held[name] == 0)
                _held.Remove(name);
            (freed, _freed) = (_freed, Free());
        }

        freed.SetResult();
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
