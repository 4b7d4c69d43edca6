using System.Diagnostics;

namespace OpenGradient.Foundry;

/// <summary>
/// Starts a program that cannot outlive this process, whatever ends it, and that signals from the terminal do not reach. A shell stands
/// between: it holds the reading end of a pipe whose writing end only this process has, and the system closes that one even on SIGKILL.
/// (The kernel's parent-death signal would come when the thread that started the program ends, and pool threads do.)
/// </summary>
internal static class GuardedStart
{
    /// <summary>The shell's exit code when it could not run the program.</summary>
    public const int CannotRun = 126;

    /// <summary>The shell's exit code when there is no such program.</summary>
    public const int NotFound = 127;

    /// <summary>Before the program's own output stands one line: this, then the number of its process.</summary>
    public const string ProcessMarker = "og-guarded-process ";

    // Everything in the braces is, by `set -m`, a process group of its own: neither Ctrl-C nor a signal to our whole group reaches it, and the
    // program and the reader that ends it come and go together. What stays in our group ignores those signals and only passes on the exit code.
    private const string Script = $$"""
        set -m
        trap '' HUP INT QUIT TERM
        {
          trap - HUP INT QUIT TERM
          "$@" </dev/null &
          program=$!
          { read -r _; kill -KILL "$program"; } <&0 >/dev/null 2>&1 &
          echo "{{ProcessMarker}}$program"
          wait "$program" 2>/dev/null
          ended=$?
          kill -KILL "$!" 2>/dev/null
          exit "$ended"
        } &
        exec 2>/dev/null
        wait "$!"
        """;

    /// <summary>How to start it. Closing the standard input ends the program, and the process started here ends after it.</summary>
    public static ProcessStartInfo Of(string program, IEnumerable<string> arguments) =>
        new("bash", ["-c", Script, Path.GetFileName(program), program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
}
