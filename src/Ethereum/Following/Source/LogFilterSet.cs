using OpenGradient.Ethereum.Blocks;

namespace OpenGradient.Ethereum.Following;

/// <summary>
/// The filters of a follower, of which any may match. Grows while the follower runs: a filter counts from the next step on, and the
/// <see cref="ChainAdvance"/> says from which block that was.
/// </summary>
public sealed class LogFilterSet(params IReadOnlyList<LogFilter> filters)
{
    private readonly Lock _lock = new();
    private volatile IReadOnlyList<LogFilter> _current = [.. filters];

    /// <summary>A snapshot; the same instance until a filter is added.</summary>
    public IReadOnlyList<LogFilter> Current => _current;

    public void Add(LogFilter filter)
    {
        lock (_lock)
            _current = [.. _current, filter];
    }
}
