namespace OpenGradient.Benchmarks.Measuring;

/// <summary>Rounds of ours and theirs in turn, A B A B …, and what they come to.</summary>
public sealed class PairedTiming
{
    /// <summary>Enough for a median that one disturbed round does not move.</summary>
    public const int Rounds = 9;

    private readonly List<double> _ours = [];
    private readonly List<double> _theirs = [];

    public void Add(double ours, double theirs)
    {
        _ours.Add(ours);
        _theirs.Add(theirs);
    }

    public BenchmarkRow ToRow(string name, string unit, string baselineName, double? goal)
    {
        var ratio = Median(_ours.Zip(_theirs, (ours, theirs) => theirs / ours));
        return new BenchmarkRow(
            name,
            unit,
            Rounded(Median(_ours)),
            Rounded(Spread(_ours)),
            Rounded(Median(_theirs)),
            Rounded(Spread(_theirs)),
            baselineName,
            Rounded(ratio),
            goal,
            Limit: null,
            goal is null ? null : ratio >= goal);
    }

    private static double Median(IEnumerable<double> values) => Quantile([.. values.Order()], 0.5);

    private static double Spread(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (Quantile(sorted, 0.75) - Quantile(sorted, 0.25)) / Quantile(sorted, 0.5);
    }

    private static double Quantile(double[] sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var below = (int)Math.Floor(position);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }

    // Three digits after the point are far below the noise of any machine.
    private static double Rounded(double value) => Math.Round(value, 3);
}
