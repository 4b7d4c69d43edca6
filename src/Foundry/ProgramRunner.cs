using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace OpenGradient.Foundry;

/// <summary>
/// Runs a program to its end and takes what it prints. A cancelled run is killed with all its children; a program that cannot be started
/// is a <see cref="MissingProgramException"/>.
/// </summary>
public static class ProgramRunner
{
    /// <summary>What a program may print before the rest is dropped: enough for any log, too little to exhaust memory.</summary>
    public const int OutputLimitChars = 64 * 1024 * 1024;

    public static async Task<ProgramResult> RunAsync(ProgramRun run, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = StartInfoOf(run) };
        var output = new BoundedText();
        var errors = new BoundedText();
        process.OutputDataReceived += (_, line) => Take(line.Data, output, run.OnLine);
        process.ErrorDataReceived += (_, line) => Take(line.Data, errors, run.OnLine);
        Start(process);
        try
        {
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (run.Input is not null)
            {
                await process.StandardInput.WriteAsync(run.Input.AsMemory(), cancellationToken);
                process.StandardInput.Close();
            }

            await process.WaitForExitAsync(cancellationToken);
            return new ProgramResult(process.ExitCode, output.ToString(), errors.ToString());
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Starts a process, or throws <see cref="MissingProgramException"/> when the program is not there or not executable.</summary>
    internal static void Start(Process process)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception failure)
        {
            throw new MissingProgramException(failure.Message, $"Check that {process.StartInfo.FileName} is installed and executable.", failure);
        }
    }

    private static ProcessStartInfo StartInfoOf(ProgramRun run)
    {
        var start = new ProcessStartInfo(run.Program, run.Arguments)
        {
            WorkingDirectory = run.WorkingDirectory,
            RedirectStandardInput = run.Input is not null,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in run.Environment)
            start.Environment[name] = value;
        return start;
    }

    private static void Take(string? line, BoundedText text, Action<string>? onLine)
    {
        if (line is null)
            return;

        text.AppendLine(line);
        onLine?.Invoke(line);
    }

    // Lines of one stream come one after another, but the last may come while the result is read.
    private sealed class BoundedText
    {
        private readonly StringBuilder _text = new();

        public void AppendLine(string line)
        {
            lock (_text)
            {
                if (_text.Length + line.Length < OutputLimitChars)
                    _text.Append(line).Append('\n');
            }
        }

        public override string ToString()
        {
            lock (_text)
                return _text.ToString();
        }
    }
}

/// <summary>A program to run.</summary>
public sealed record ProgramRun(string Program, IReadOnlyList<string> Arguments, string WorkingDirectory)
{
    /// <summary>What the program reads; null leaves it without standard input of its own.</summary>
    public string? Input { get; init; }

    /// <summary>Variables set on top of the inherited ones.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Called with each line as it is printed, from a pool thread.</summary>
    public Action<string>? OnLine { get; init; }
}

/// <summary>How a program ended and what it printed, with lines ended by a line feed.</summary>
public sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    public bool Succeeded => ExitCode == 0;
}
