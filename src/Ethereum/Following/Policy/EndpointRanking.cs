namespace OpenGradient.Ethereum.Following;

/// <summary>In which order endpoints are trusted with a step.</summary>
public static class EndpointRanking
{
    /// <summary>
    /// Only those that may be asked now. First the ones that are not behind, then the ones that have neither failed nor been outvoted since
    /// they last did well, then the quicker ones; the current one keeps its place unless another is twice as quick, since changing nodes is
    /// what shows siblings and gaps. Those that are behind take turns.
    /// </summary>
    public static IReadOnlyList<string> Order(IEnumerable<KeyValuePair<string, EndpointHealth>> endpoints, string? current, DateTimeOffset now) =>
    [
        .. endpoints
            .Where(endpoint => endpoint.Value.IsOpen(now))
            .OrderBy(endpoint => endpoint.Value.IsBehind)
            .ThenBy(endpoint => endpoint.Value.IsBehind ? endpoint.Value.LastAsked : DateTimeOffset.MinValue)
            .ThenBy(endpoint => endpoint.Value.Failures + endpoint.Value.Disputes)
            .ThenBy(endpoint => Cost(endpoint, current))
            .ThenBy(endpoint => !IsCurrent(endpoint.Key, current))
            .Select(endpoint => endpoint.Key),
    ];

    // One that was never asked costs nothing yet, so that each is measured once.
    private static TimeSpan Cost(KeyValuePair<string, EndpointHealth> endpoint, string? current)
    {
        var latency = endpoint.Value.Latency ?? TimeSpan.Zero;
        return IsCurrent(endpoint.Key, current) ? latency / 2 : latency;
    }

    private static bool IsCurrent(string endpoint, string? current) => string.Equals(endpoint, current, StringComparison.Ordinal);
}
