using OpenGradient.Ethereum.Following;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Hosting;

namespace OpenGradient.Relayer.Operations;

/// <summary>Whether the chain is followed: endpoints, their agreement, and how far behind we are.</summary>
/// <param name="watch">Looks at the chain.</param>
/// <param name="endpoints">What experience says about each endpoint.</param>
/// <param name="quorum">How many must agree.</param>
/// <param name="clock">The time.</param>
public sealed class ChainProbe(ChainWatch watch, Func<IReadOnlyDictionary<string, EndpointHealth>> endpoints, int quorum, TimeProvider clock) : IHealthProbe
{
    private const ulong LongLag = 20;
    private const ulong TooLongLag = 500;
    private static readonly TimeSpan OldestLook = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan OldestQuestion = TimeSpan.FromMinutes(2);

    public Task<IReadOnlyList<HealthCheck>> LookAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var all = endpoints();
        var open = all.Values.Count(endpoint => endpoint.IsOpen(now));
        List<HealthCheck> checks = [Look(), Endpoints(all, open), Quorum(open, all), Follower(all, now)];
        checks.Add(watch.Age is not null && Heads(all) is { } head ? Lag(head) : HealthCheck.Warning("lag", "not known yet", "It starts; if this stays, endpoints do not answer."));
        return Task.FromResult<IReadOnlyList<HealthCheck>>(checks);
    }

    private HealthCheck Look() => watch.Age is { } age && age < OldestLook
        ? HealthCheck.Good("chain", $"looked at {age.TotalSeconds:0} s ago", age.TotalSeconds)
        : HealthCheck.Bad(
            "chain", watch.Age is { } old ? $"not looked at for {old.TotalSeconds:0} s" : "never looked at",
            "No endpoint answers in time: look at them, and at the network.", watch.Age?.TotalSeconds);

    private static HealthCheck Endpoints(IReadOnlyDictionary<string, EndpointHealth> all, int open)
    {
        var odd = all.Where(endpoint => endpoint.Value.LastFailure is not null || endpoint.Value.IsBehind || endpoint.Value.Disputes > 0)
            .Select(endpoint => $"{endpoint.Key}: {Word(endpoint.Value)}").ToList();
        var details = $"{open} of {all.Count} answer" + (odd.Count == 0 ? "" : $" ({string.Join("; ", odd)})");
        return open == 0 ? HealthCheck.Bad("endpoints", details, $"Name endpoints that answer in {RelayerSettingNames.Endpoints}, or wait until these do.", open)
            : odd.Count > 0 ? HealthCheck.Warning("endpoints", details, "Look at those that are named; with another one nothing depends on them.", open)
            : HealthCheck.Good("endpoints", details, open);
    }

    private static string Word(EndpointHealth endpoint) =>
        endpoint.LastFailure is { } failure ? failure.GetType().Name
        : endpoint.Disputes > 0 ? $"contradicted {endpoint.Disputes} times"
        : "behind";

    private HealthCheck Quorum(int open, IReadOnlyDictionary<string, EndpointHealth> all) =>
        open < quorum
            ? HealthCheck.Bad("quorum", $"{quorum} endpoints must agree, and {open} answer", "Nothing is believed until more answer: mend endpoints, or add some.", open - quorum)
        : all.Values.Any(endpoint => endpoint.Disputes > 0)
            ? HealthCheck.Warning("quorum", "endpoints contradict each other", "The log names the blocks: whoever is wrong should go.", open - quorum)
        : HealthCheck.Good("quorum", $"{quorum} must agree", open - quorum);

    private static HealthCheck Follower(IReadOnlyDictionary<string, EndpointHealth> all, DateTimeOffset now)
    {
        var last = all.Values.Max(endpoint => endpoint.LastAsked);
        return now - last < OldestQuestion
            ? HealthCheck.Good("follower", $"asked {(now - last).TotalSeconds:0} s ago")
            : HealthCheck.Bad("follower", last == DateTimeOffset.MinValue ? "has not asked yet" : $"has not asked for {(now - last).TotalSeconds:0} s", "It starts, or hangs: look at the log.");
    }

    private static ulong? Heads(IReadOnlyDictionary<string, EndpointHealth> all) => all.Values.Max(endpoint => endpoint.Head?.Value);

    private HealthCheck Lag(ulong head)
    {
        var tip = watch.Now.Tip.Value;
        var lag = head > tip ? head - tip : 0;
        var details = $"{lag} blocks behind {head}";
        return lag > TooLongLag ? HealthCheck.Bad("lag", details, "It catches up; if this does not fall, endpoints are too slow.", lag)
            : lag > LongLag ? HealthCheck.Warning("lag", details, "It catches up; if this does not fall, endpoints are too slow.", lag)
            : HealthCheck.Good("lag", details, lag);
    }
}
