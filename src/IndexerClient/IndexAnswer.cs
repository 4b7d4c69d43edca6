namespace OpenGradient.IndexerClient;

/// <summary>What became of a question.</summary>
public abstract record IndexAnswer<T>
{
    private IndexAnswer()
    {
    }

    /// <summary>The answer.</summary>
    public sealed record Given(T Value) : IndexAnswer<T>;

    /// <summary>The indexer does not answer this, and says why.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Title">What is wrong.</param>
    /// <param name="Detail">In more words.</param>
    public sealed record Refused(int Status, string Title, string Detail) : IndexAnswer<T>;

    /// <summary>Nothing that is an indexer of this version answers there.</summary>
    public sealed record Unreachable(string Reason) : IndexAnswer<T>;

    /// <summary>The same answer of another kind.</summary>
    public IndexAnswer<TOther> Select<TOther>(Func<T, TOther> change) => this switch
    {
        Given(var value) => new IndexAnswer<TOther>.Given(change(value)),
        Refused(var status, var title, var detail) => new IndexAnswer<TOther>.Refused(status, title, detail),
        Unreachable(var reason) => new IndexAnswer<TOther>.Unreachable(reason),
        _ => throw new InvalidOperationException("There are three kinds of answers."),
    };
}
