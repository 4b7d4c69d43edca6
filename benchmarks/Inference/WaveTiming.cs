using System.Diagnostics;

namespace OpenGradient.Benchmarks.Inference;

/// <summary>Questions that are asked at once, wave after wave: how many are answered a second, and how long it takes until all of a wave are.</summary>
internal sealed class WaveTiming(int questions, TimeSpan roundTime)
{
    // Of fewer waves the hundredth part is the slowest one, and says nothing.
    private const int FewestForTail = 200;

    private readonly List<double> _rates = [];
    private readonly List<double> _waitsMs = [];

    /// <summary>Questions answered a second: the median of the rounds.</summary>
    public double Rate => Quantile(_rates, 0.5);

    /// <summary>The middle half of the rounds, relative to their median.</summary>
    public double Spread => (Quantile(_rates, 0.75) - Quantile(_rates, 0.25)) / Rate;

    /// <summary>Until a wave is answered, in milliseconds.</summary>
    public double WaitMs => Quantile(_waitsMs, 0.5);

    /// <summary>The same, of the slowest hundredth; null where there were too few.</summary>
    public double? TailMs => _waitsMs.Count < FewestForTail ? null : Quantile(_waitsMs, 0.99);

    /// <summary>Waves for about so long, one at the least.</summary>
    public async Task RoundAsync(Func<Task> wave)
    {
        var started = Stopwatch.GetTimestamp();
        var count = 0;
        do
        {
            var asked = Stopwatch.GetTimestamp();
            await wave();
            _waitsMs.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            count++;
        }
        while (Stopwatch.GetElapsedTime(started) < roundTime);
        _rates.Add(questions * count / Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>How many times as many a second as the other, by the rounds' pairs.</summary>
    public double RatioTo(WaveTiming other) => Quantile([.. _rates.Zip(other._rates, (ours, theirs) => ours / theirs)], 0.5);

    private static double Quantile(List<double> values, double share) => values.Order().ElementAt((int)(share * (values.Count - 1)));
}
