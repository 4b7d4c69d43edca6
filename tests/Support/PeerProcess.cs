using OpenGradient.Foundry;

namespace OpenGradient.Support;

/// <summary>Runs another implementation (a node script, cast) and takes what it prints, for tests that compare the two.</summary>
public static class PeerProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs an ECMAScript module, given as text, in the repository's root, so that it can import what npm installed.</summary>
    public static Task<string> RunNodeAsync(string module, string input, CancellationToken cancellationToken) =>
        RunAsync("node", ["--input-type=module", "-e", module], input, cancellationToken);

    /// <summary>Runs a program with arguments and standard input; throws with its error output when it fails.</summary>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, string input, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);
        var result = await ProgramRunner.RunAsync(
            new ProgramRun(program, [.. arguments], Repository.Root) { Input = input }, limited.Token);
        return result.Succeeded
            ? result.Output
            : throw new InvalidOperationException($"{program} failed with exit code {result.ExitCode}: {result.Errors}");
    }
}
