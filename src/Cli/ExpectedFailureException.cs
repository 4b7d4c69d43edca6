namespace OpenGradient.Cli;

/// <summary>
/// A failure that the user can mend: shown as two lines, what was wrong and what to do, without a stack trace. Anything else that reaches
/// the top is a bug and is shown whole.
/// </summary>
public sealed class ExpectedFailureException(int exitCode, string problem, string remedy) : Exception(problem)
{
    public int ExitCode { get; } = exitCode;

    public string Remedy { get; } = remedy;
}
