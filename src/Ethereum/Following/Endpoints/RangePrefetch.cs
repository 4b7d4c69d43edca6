using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Following;

/// <summary>
/// Ranges that are being loaded while an earlier one is stored. A cache and nothing more: what it holds was read by one endpoint, fits only
/// the same endpoint, filters and place, and is checked against the parent hash like any other segment.
/// </summary>
internal sealed class RangePrefetch(int depth) : IAsyncDisposable
{
    private readonly Queue<Load> _loads = new();
    private CancellationTokenSource _cancel = new();

    public delegate Task<Answer<ChainSegment>> Loader(BlockRange range, CancellationToken cancellationToken);

    /// <summary>The segment that starts at a block, if it is being loaded; null, with the cache emptied, where nothing fits.</summary>
    public async ValueTask<Answer<ChainSegment>?> ReadAsync(
        Endpoint endpoint, BlockNumber first, IReadOnlyList<LogFilter> filters, CancellationToken cancellationToken)
    {
        if (!_loads.TryPeek(out var next)
            || next.Endpoint != endpoint || next.Range.First != first || !ReferenceEquals(next.Filters, filters))
        {
            await ClearAsync();
            return null;
        }

        // It stays in the queue while it is waited for, so that clearing after a cancellation still finds it.
        var answer = await next.Answer.WaitAsync(cancellationToken);
        _loads.Dequeue();
        return answer;
    }

    /// <summary>Starts loads after <paramref name="loaded"/> until there are as many as may be, or <paramref name="last"/> is reached.</summary>
    public void Fill(
        Endpoint endpoint, BlockNumber loaded, BlockNumber last, IReadOnlyList<LogFilter> filters,
        Func<BlockNumber, BlockRange> plan, Loader load)
    {
        var end = _loads.Count > 0 ? _loads.Last().Range.Last : loaded;
        while (_loads.Count < depth && end < last)
        {
            var range = plan(end + 1);
            _loads.Enqueue(new Load(endpoint, range, filters, load(range, _cancel.Token)));
            end = range.Last;
        }
    }

    /// <summary>Stops and forgets every load; returns when none is running.</summary>
    public async ValueTask ClearAsync()
    {
        if (_loads.Count == 0)
            return;

        await _cancel.CancelAsync();
        while (_loads.TryDequeue(out var load))
            await ((Task)load.Answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _cancel.Dispose();
        _cancel = new CancellationTokenSource();
    }

    public async ValueTask DisposeAsync()
    {
        await ClearAsync();
        _cancel.Dispose();
    }

    private sealed record Load(Endpoint Endpoint, BlockRange Range, IReadOnlyList<LogFilter> Filters, Task<Answer<ChainSegment>> Answer);
}
