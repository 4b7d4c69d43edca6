namespace OpenGradient.Cli.Testing;

/// <summary>Tests that run, and are reported, together.</summary>
internal interface ISuite
{
    string Name { get; }

    Task<SuiteResult> RunAsync(CancellationToken cancellationToken);
}
