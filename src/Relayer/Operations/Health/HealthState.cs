namespace OpenGradient.Relayer.Operations;

/// <summary>All checks.</summary>
/// <param name="IsReady">Whether the work goes on: nothing is bad.</param>
/// <param name="Checks">Each thing that was looked at.</param>
public sealed record HealthState(bool IsReady, IReadOnlyList<HealthCheck> Checks)
{
    public static HealthState Of(IReadOnlyList<HealthCheck> checks) => new(checks.All(check => check.Level != HealthLevel.Bad), checks);
}

/// <summary>One of them.</summary>
/// <param name="Name">What was looked at; the label of its metrics.</param>
/// <param name="Level">How it is.</param>
/// <param name="Details">What was found.</param>
/// <param name="Advice">What to do, where it is not good.</param>
/// <param name="Figure">What was measured; docs/operating.md names the units.</param>
public sealed record HealthCheck(string Name, HealthLevel Level, string Details, string? Advice = null, double? Figure = null)
{
    public static HealthCheck Good(string name, string details, double? figure = null) => new(name, HealthLevel.Good, details, Advice: null, figure);

    public static HealthCheck Warning(string name, string details, string advice, double? figure = null) =>
        new(name, HealthLevel.Warning, details, advice, figure);

    public static HealthCheck Bad(string name, string details, string advice, double? figure = null) => new(name, HealthLevel.Bad, details, advice, figure);
}

/// <summary>How something is. The numbers are what the metric tells.</summary>
public enum HealthLevel
{
    Good = 0,

    /// <summary>It works, and somebody should look.</summary>
    Warning = 1,

    /// <summary>Work does not go on.</summary>
    Bad = 2,
}

/// <summary>Looks at some things that belong together.</summary>
public interface IHealthProbe
{
    /// <summary>Never throws but when it is cancelled: what cannot be looked at is told as that.</summary>
    Task<IReadOnlyList<HealthCheck>> LookAsync(CancellationToken cancellationToken);
}
