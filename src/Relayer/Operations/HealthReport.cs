using OpenGradient.Database;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Relayer.Chain;

namespace OpenGradient.Relayer.Operations;

/// <summary>Whether the relayer can do its work, and what it runs on.</summary>
public sealed class HealthReport(IDatabase database, ChainWatch watch, HubSink sink, ChosenProvider provider, TimeProvider clock)
{
    private static readonly TimeSpan OldestLook = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan OldestCommit = TimeSpan.FromMinutes(2);

    private volatile string? _stopped;

    /// <summary>Why it has stopped; null while it works.</summary>
    public string? Stopped
    {
        get => _stopped;
        set => _stopped = value;
    }

    /// <summary>Looks at everything.</summary>
    public async Task<HealthState> LookAsync(CancellationToken cancellationToken)
    {
        List<HealthCheck> checks =
        [
            new("running", Stopped is null, Stopped ?? "yes"),
            new("chain", watch.Age < OldestLook, watch.Age is { } age ? $"looked at {age.TotalSeconds:0} s ago" : "never looked at"),
            new("follower", sink.LastCommit is { } last && clock.GetUtcNow() - last < OldestCommit, sink.LastCommit is { } at ? $"told something {(clock.GetUtcNow() - at).TotalSeconds:0} s ago" : "has told nothing yet"),
            await CheckDatabaseAsync(cancellationToken),
            new("inference", true, $"{provider.Provider}: {provider.Reason}"),
        ];
        if (watch.Age is not null)
        {
            var standing = watch.Standing;
            checks.Add(new("stake", !standing.FreeStake.IsZero, $"{standing.FreeStake} of {standing.Stake} free"));
            checks.Add(new("bonds", !standing.Balance.IsZero, $"{standing.Balance} at the hub"));
        }

        return new HealthState(checks.TrueForAll(check => check.IsGood), checks);
    }

    private async Task<HealthCheck> CheckDatabaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await database.ReadAsync(session => session.QuerySingleAsync<int>("SELECT 1"), cancellationToken);
            return new HealthCheck("database", true, database.Engine.ToString());
        }
        catch (DatabaseException failure)
        {
            return new HealthCheck("database", false, failure.Message);
        }
    }
}

/// <summary>All checks.</summary>
public sealed record HealthState(bool IsReady, IReadOnlyList<HealthCheck> Checks);

/// <summary>One of them.</summary>
public sealed record HealthCheck(string Name, bool IsGood, string Details);
