namespace OpenGradient.Cli.Testing;

/// <summary>What all suites together found.</summary>
public sealed record TestReport(int Passed, int Failed, int Skipped, double Seconds, IReadOnlyList<SuiteResult> Suites)
{
    public static TestReport Of(IReadOnlyList<SuiteResult> suites, TimeSpan elapsed) => new(
        suites.Sum(suite => suite.Passed),
        suites.Sum(suite => suite.Failed),
        suites.Sum(suite => suite.Skipped.Count),
        Math.Round(elapsed.TotalSeconds, 1),
        suites);

    /// <summary>The line that closes a run, for people and for machines.</summary>
    public string ClosingLine => $"{Passed} passed, {Failed} failed" + (Skipped > 0 ? $", {Skipped} skipped" : string.Empty);
}

/// <summary>What one suite found. Skipped tests are named, with their reason.</summary>
public sealed record SuiteResult(
    string Name, int Passed, int Failed, IReadOnlyList<string> Skipped, IReadOnlyList<TestFailure> Failures, double Seconds)
{
    /// <summary>A suite that could not say what it found: one failure, with what was printed.</summary>
    public static SuiteResult Broken(string name, string message, TimeSpan elapsed) =>
        new(name, 0, 1, [], [new TestFailure(name, message)], Math.Round(elapsed.TotalSeconds, 1));

    /// <summary>The same, but a suite in which nothing ran has failed: a filter or a build that finds no test must not pass.</summary>
    public SuiteResult OrFailedIfEmpty() =>
        Passed + Failed > 0 ? this : this with { Failed = 1, Failures = [new TestFailure(Name, "The suite ran no test.")] };
}

public sealed record TestFailure(string Test, string Message);
