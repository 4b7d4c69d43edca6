namespace OpenGradient.Relayer.Hosting;

/// <summary>A relayer does not start, for a reason that its operator can mend.</summary>
public sealed class RelayerStartException(string problem, string remedy) : Exception($"{problem} {remedy}")
{
    public string Problem { get; } = problem;

    public string Remedy { get; } = remedy;
}
