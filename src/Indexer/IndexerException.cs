namespace OpenGradient.Indexer;

/// <summary>The indexer cannot go on, for a reason that its operator can mend.</summary>
public sealed class IndexerException(string problem, string remedy) : Exception($"{problem} {remedy}")
{
    public string Problem { get; } = problem;

    public string Remedy { get; } = remedy;
}
