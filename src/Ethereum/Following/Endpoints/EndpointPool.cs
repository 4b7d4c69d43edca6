namespace OpenGradient.Ethereum.Following;

/// <summary>The endpoints of a follower and which of them is trusted with the next step.</summary>
internal sealed class EndpointPool
{
    private readonly Dictionary<string, Endpoint> _byName;
    private readonly TimeProvider _clock;
    private string? _current;

    public EndpointPool(IReadOnlyList<IChainSource> sources, RangePolicy ranges, TimeProvider clock)
    {
        _byName = sources.ToDictionary(source => source.Name, source => new Endpoint(source, ranges), StringComparer.Ordinal);
        _clock = clock;
    }

    public IReadOnlyCollection<Endpoint> All => _byName.Values;

    /// <summary>Those that may be asked now, best first.</summary>
    public IReadOnlyList<Endpoint> Open() =>
    [
        .. EndpointRanking
            .Order(_byName.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Health)), _current, _clock.GetUtcNow())
            .Select(name => _byName[name]),
    ];

    public void Prefer(Endpoint endpoint) => _current = endpoint.Name;

    /// <summary>How long until any endpoint may be asked.</summary>
    public TimeSpan UntilOpen()
    {
        var wait = _byName.Values.Min(endpoint => endpoint.Health.RetryAt) - _clock.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }
}
