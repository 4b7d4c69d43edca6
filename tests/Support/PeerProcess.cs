using System.Diagnostics;

namespace OpenGradient.Support;

/// <summary>Runs another implementation (a node script, cast) and takes what it prints, for tests that compare the two.</summary>
public static class PeerProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Runs an ECMAScript module, given as text, in the repository's root, so that it can import what npm installed.</summary>
    public static Task<string> RunNodeAsync(string module, string input, CancellationToken cancellationToken) =>
        RunAsync("node", ["--input-type=module", "-e", module], input, cancellationToken);

    /// <summary>Runs a program with arguments and standard input; throws with its error output when it fails.</summary>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, string input, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                WorkingDirectory = Repository.Root,
            },
        };
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);
        process.Start();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limited.Token);
            var errors = process.StandardError.ReadToEndAsync(limited.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), limited.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limited.Token);
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{program} failed with exit code {process.ExitCode}: {await errors}");

            return await output;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
