namespace OpenGradient.Relayer.Proving.Materials;

/// <summary>
/// What may take long to get, got beside: nobody who asks waits. Whoever asks is told what has come, or that nothing has yet, and asks again when it is rung for. A few are got at
/// once, each for so long at the most.
/// </summary>
/// <param name="limit">How long getting one may take.</param>
/// <param name="failed">Makes what is told of one that could not be got, of the reason.</param>
/// <param name="lasts">Whether what was told of one holds on; what does not is got again after a while.</param>
/// <param name="rung">Called when one has come.</param>
/// <param name="clock">The time.</param>
internal sealed class Fetched<TKey, TValue>(TimeSpan limit, Func<string, TValue> failed, Func<TValue, bool> lasts, Action rung, TimeProvider clock) : IAsyncDisposable
    where TKey : notnull
    where TValue : class
{
    private const int MostKept = 1_024;
    private const int MostAtOnce = 8;
    private static readonly TimeSpan GetsAgainAfter = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Entry> _entries = [];
    private readonly HashSet<Task> _running = [];
    private readonly CancellationTokenSource _stop = new();
    private long _asked;
    private bool _isOver;

    /// <summary>What has come; null where it has not, and is being got.</summary>
    public TValue? Find(TKey key, Func<CancellationToken, Task<TValue>> get)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var entry))
            {
                entry.Asked = ++_asked;
                if (entry.Value is { } value && (lasts(value) || clock.GetElapsedTime(entry.CameAt) < GetsAgainAfter))
                    return value;
                if (entry.IsRunning)
                    return null;
            }

            if (_isOver || _running.Count >= MostAtOnce || (entry is null && !MakeRoom()))
                return null;
            entry ??= _entries[key] = new Entry { Asked = ++_asked };
            (entry.Value, entry.IsRunning) = (null, true);
            var getting = entry;
            var task = Task.Run(() => GetAsync(getting, get), CancellationToken.None);
            _running.Add(task);
            _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_gate)
        {
            _isOver = true;
            running = [.. _running];
        }

        await _stop.CancelAsync();
        await Task.WhenAll(running);
        _stop.Dispose();
    }

    // Who was not asked for longest is not wanted any more, most likely.
    private bool MakeRoom()
    {
        if (_entries.Count < MostKept)
            return true;
        var oldest = _entries.Where(entry => !entry.Value.IsRunning).OrderBy(entry => entry.Value.Asked).Select(entry => (Key: entry.Key, entry.Value)).FirstOrDefault();
        return oldest.Value is not null && _entries.Remove(oldest.Key);
    }

#pragma warning disable CA1031 // Whatever keeps one from being got is told to whoever asks for it.
    private async Task GetAsync(Entry entry, Func<CancellationToken, Task<TValue>> get)
    {
        TValue value;
        try
        {
            using var over = new CancellationTokenSource(limit, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, _stop.Token);
            value = await get(either.Token);
        }
        catch (OperationCanceledException)
        {
            value = failed($"It took longer than {limit.TotalSeconds:0} s.");
        }
        catch (Exception failure)
        {
            value = failed($"{failure.GetType().Name}: {failure.Message}");
        }

        lock (_gate)
            (entry.Value, entry.CameAt, entry.IsRunning) = (value, clock.GetTimestamp(), false);
    }
#pragma warning restore CA1031

    private void Forget(Task ended)
    {
        lock (_gate)
            _running.Remove(ended);
        rung();
    }

    private sealed class Entry
    {
        public TValue? Value { get; set; }

        public bool IsRunning { get; set; }

        public long Asked { get; set; }

        public long CameAt { get; set; }
    }
}
