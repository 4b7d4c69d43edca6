using OpenGradient.Samples.Training;

namespace OpenGradient.Samples.Data;

/// <summary>What is known at one hour, and what the process makes of the next.</summary>
/// <param name="Returns">The last returns, oldest first, in percent.</param>
/// <param name="Volatility">The standard deviation, in percent, of the return of the next hour; and the mean one over the next 5 and 24 hours.</param>
internal sealed record VolatilitySample(float[] Returns, float[] Volatility);

/// <summary>
/// Hourly returns by GARCH(1,1): a quiet market that is now and then stirred, and calms down again. It is synthetic, so that the true volatility is known and
/// a forecast can be held against it: variance = Base + Shock × return² + Memory × variance.
/// </summary>
internal static class GarchSeries
{
    public const int Window = 16;

    /// <summary>The hours that the forecasts look ahead.</summary>
    public static readonly int[] Horizons = [1, 5, 24];

    // In percent squared: the long-run standard deviation is 1 % an hour.
    private const double Base = 0.05;
    private const double Shock = 0.15;
    private const double Memory = 0.80;
    private const double LongRun = Base / (1 - Shock - Memory);
    private const int WarmUp = 500;

    public static IReadOnlyList<VolatilitySample> Draw(int count, ulong seed)
    {
        var random = new DeterministicRandom(seed);
        var returns = new Queue<float>(Window);
        var samples = new List<VolatilitySample>(count);
        var variance = LongRun;
        for (var hour = 0; samples.Count < count; hour++)
        {
            var change = Math.Sqrt(variance) * random.NextNormal();
            variance = Base + (Shock * change * change) + (Memory * variance);
            if (returns.Count == Window)
                returns.Dequeue();
            returns.Enqueue((float)change);
            if (hour >= WarmUp)
                samples.Add(new VolatilitySample([.. returns], [.. Horizons.Select(horizon => (float)Math.Sqrt(MeanVariance(variance, horizon)))]));
        }

        return samples;
    }

    // What is expected of the variance falls back to the long run by a fixed factor an hour.
    private static double MeanVariance(double next, int hours)
    {
        var sum = 0.0;
        var distance = next - LongRun;
        for (var hour = 0; hour < hours; hour++, distance *= Shock + Memory)
            sum += LongRun + distance;
        return sum / hours;
    }
}
