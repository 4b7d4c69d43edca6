namespace OpenGradient.Foundry;

/// <summary>A program that is needed is not installed; says what to do about it.</summary>
public sealed class MissingProgramException(string problem, string remedy, Exception? cause = null) : Exception($"{problem} {remedy}", cause)
{
    public string Problem { get; } = problem;

    public string Remedy { get; } = remedy;
}
