using System.Globalization;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Relayer;

/// <summary>What .NET cannot send to a process.</summary>
internal static class ProcessSignals
{
    public static async Task TerminateAsync(int processId, CancellationToken cancellationToken)
    {
        var sent = await ProgramRunner.RunAsync(
            new ProgramRun("kill", ["-TERM", processId.ToString(CultureInfo.InvariantCulture)], Repository.Root), cancellationToken);
        Assert.True(sent.Succeeded);
    }
}
