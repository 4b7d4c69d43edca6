namespace OpenGradient.Ethereum.Following;

/// <summary>A source and what was learnt about it. Prefetching learns beside the step, so that each lesson is taken under a lock.</summary>
internal sealed class Endpoint(IChainSource source, RangePolicy ranges)
{
    private readonly Lock _lock = new();
    private EndpointHealth _health = new();
    private RangePolicy _ranges = ranges;

    public IChainSource Source => source;

    public string Name => source.Name;

    public EndpointHealth Health
    {
        get
        {
            lock (_lock)
                return _health;
        }
    }

    public RangePolicy Ranges
    {
        get
        {
            lock (_lock)
                return _ranges;
        }
    }

    public void Learn(Func<EndpointHealth, EndpointHealth> lesson)
    {
        lock (_lock)
            _health = lesson(_health);
    }

    public void LearnRange(Func<RangePolicy, RangePolicy> lesson)
    {
        lock (_lock)
            _ranges = lesson(_ranges);
    }
}
