namespace OpenGradient.Ethereum.Rpc;

/// <summary>How long to wait after so many failures in a row: doubling, bounded, and spread so that replicas do not come back together.</summary>
public sealed record BackoffPolicy
{
    private const int MaxDoublings = 30;

    public TimeSpan First { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(1);

    /// <param name="failures">Failures in a row, at least one.</param>
    /// <param name="spread">Uniform in [0, 1).</param>
    /// <returns>Between half of the full delay and the full delay.</returns>
    public TimeSpan After(int failures, double spread)
    {
        var full = Math.Min(First.TotalSeconds * Math.Pow(2, Math.Clamp(failures - 1, 0, MaxDoublings)), Longest.TotalSeconds);
        return TimeSpan.FromSeconds(full * (0.5 + (spread / 2)));
    }
}
