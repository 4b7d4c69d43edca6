namespace OpenGradient.Benchmarks.Measuring;

/// <summary>What a suite measured, and on what.</summary>
/// <param name="Suite">The suite.</param>
/// <param name="Machine">What it ran on.</param>
/// <param name="Rows">The figures.</param>
/// <param name="Note">How the figures are to be read.</param>
public sealed record BenchmarkReport(string Suite, Machine Machine, IReadOnlyList<BenchmarkRow> Rows, string Note)
{
    /// <summary>Whether every row that has a goal reached it.</summary>
    public bool GoalsMet => Rows.All(row => row.Met is not false);
}

/// <summary>
/// One measurement, beside a baseline where there is one. Figures are medians over the rounds, or those of the round with the median ratio: a suite's note says which.
/// <see cref="Ratio"/> is the median of the ratios of each round's pair (how many times better), so that a machine that changes speed between rounds changes it little.
/// </summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">The unit of value and baseline.</param>
/// <param name="Value">Ours.</param>
/// <param name="Spread">How far ours varied: the middle half of the rounds, relative to the median.</param>
/// <param name="Baseline">The other's: in the same run, or as it published it.</param>
/// <param name="BaselineSpread">How far the baseline varied.</param>
/// <param name="BaselineName">Whose the baseline is.</param>
/// <param name="Ratio">How many times better ours is.</param>
/// <param name="Goal">The least ratio that is asked for; null where none is.</param>
/// <param name="Limit">The most that the value may be; null where nothing is asked.</param>
/// <param name="Met">Whether the goal was reached, or the limit kept; null where there is neither.</param>
public sealed record BenchmarkRow(
    string Name,
    string Unit,
    double Value,
    double Spread,
    double? Baseline,
    double? BaselineSpread,
    string? BaselineName,
    double? Ratio,
    double? Goal,
    double? Limit,
    bool? Met);
