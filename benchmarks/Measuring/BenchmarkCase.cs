namespace OpenGradient.Benchmarks.Measuring;

/// <summary>
/// One thing that we and a peer both do, on the same data. Both give a digest of what they computed: a comparison of different results
/// would be worthless, so it stops the benchmark.
/// </summary>
/// <param name="Name">What is measured, the same on both sides.</param>
/// <param name="BaselineName">The peer and its call, as people know them.</param>
/// <param name="Goal">The least ratio asked for, or null.</param>
/// <param name="OperationsPerCall">How many operations one call of <paramref name="Run"/> does: figures are per operation.</param>
/// <param name="Run">Does the work once and gives something that depends on all of it.</param>
public sealed record BenchmarkCase(string Name, string BaselineName, double? Goal, int OperationsPerCall, Func<ulong> Run)
{
    /// <summary>The peer's name for the case when several of ours are held against one of theirs.</summary>
    public string? PeerCase { get; init; }

    /// <summary>What both sides must have computed; compared before anything is timed.</summary>
    public required Func<string> Digest { get; init; }
}
