namespace OpenGradient.Benchmarks.Measuring;

/// <summary>Measurements that belong together.</summary>
public abstract class BenchmarkSuite
{
    /// <summary>The name after <c>og bench</c>.</summary>
    public abstract string Name { get; }

    public abstract string Description { get; }

    /// <summary>Whether the suite keeps its figures in the repository, to hold later ones against.</summary>
    public virtual bool IsKept => false;

    /// <summary>Measures; <paramref name="progress"/> hears what comes before it starts.</summary>
    public abstract Task<BenchmarkReport> RunAsync(string repositoryRoot, IProgress<string> progress, CancellationToken cancellationToken);

    /// <summary>Keeps a report's figures, where the suite does so; gives the files that were written.</summary>
    public virtual Task<IReadOnlyList<string>> KeepAsync(string repositoryRoot, BenchmarkReport report, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"The figures of {Name} are those of a machine, and are not kept.");
}
