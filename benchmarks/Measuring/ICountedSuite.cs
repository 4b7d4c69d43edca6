namespace OpenGradient.Benchmarks.Measuring;

/// <summary>A suite that can be told how much to do.</summary>
public interface ICountedSuite
{
    /// <summary>The same suite for so many.</summary>
    BenchmarkSuite Of(int count);
}
