namespace OpenGradient.Benchmarks.Measuring;

/// <summary>A suite that can be told to measure a GPU beside the CPU.</summary>
public interface ICudaSuite
{
    /// <summary>The same suite on CUDA too. It fails where CUDA is not to be had: figures of a GPU that nobody asked are worse than none.</summary>
    /// <param name="cudaFolder">Where the provider library lies.</param>
    BenchmarkSuite On(string cudaFolder);
}
