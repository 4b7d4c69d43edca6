namespace OpenGradient.Cli;

/// <summary>What the exit code of <c>og</c> means. Documented by <c>og help</c>; scripts may rely on it.</summary>
public static class ExitCode
{
    /// <summary>Everything that was asked for was done and held.</summary>
    public const int Success = 0;

    /// <summary>The work was done and its answer is no: a test failed, a check found something, a goal was missed.</summary>
    public const int Failed = 1;

    /// <summary>The command line or a setting was wrong; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>Something that is needed is not installed or not free; `og doctor` says how to mend it.</summary>
    public const int MissingPrerequisite = 3;

    /// <summary>Stopped by Ctrl-C, SIGTERM, SIGHUP or SIGQUIT before it was done.</summary>
    public const int Cancelled = 130;
}
