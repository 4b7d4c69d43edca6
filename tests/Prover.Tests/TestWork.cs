namespace OpenGradient.Prover.Tests;

/// <summary>Work on both cores, cancelled with the test that runs.</summary>
internal static class TestWork
{
    public static Work Here => new(2, TestContext.Current.CancellationToken);
}
