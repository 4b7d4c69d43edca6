using Microsoft.AspNetCore.Http;

namespace OpenGradient.Indexer.Api.Clients;

/// <summary>Room for what takes long, of which one client may only hold a part: else a single one keeps all others out.</summary>
/// <param name="total">How many there are.</param>
/// <param name="each">How many one client may hold.</param>
internal sealed class ClientSlots(int total, int each)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
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

    private void Release(string name)
    {
        lock (_lock)
        {
            _all--;
            if (--_held[name] == 0)
                _held.Remove(name);
        }
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
