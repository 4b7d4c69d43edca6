using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace OpenGradient.Cli.Terminal;

/// <summary>
/// Where a command writes. With <c>--json</c> standard output carries one JSON document and nothing else, and whatever tells people about
/// progress goes to standard error.
/// </summary>
public sealed class CommandOutput
{
    private const int RedirectedWidth = 180;

    public CommandOutput(bool json, TextWriter standardOutput, TextWriter standardError)
    {
        Json = json;
        StandardOutput = standardOutput;
        Screen = ConsoleOver(json ? standardError : standardOutput);
        Errors = ConsoleOver(standardError);
    }

    public bool Json { get; }

    /// <summary>The stream itself, for what writes its own text.</summary>
    public TextWriter StandardOutput { get; }

    /// <summary>For people: tables, progress, links.</summary>
    public IAnsiConsole Screen { get; }

    /// <summary>For people, whatever becomes of standard output.</summary>
    public IAnsiConsole Errors { get; }

    /// <summary>Writes the report: as JSON when it was asked for, else by <paramref name="show"/>.</summary>
    public void Report<T>(T report, JsonTypeInfo<T> jsonType, Action<IAnsiConsole> show)
    {
        if (Json)
            StandardOutput.WriteLine(JsonSerializer.Serialize(report, jsonType));
        else
            show(Screen);
    }

    /// <summary>Names of things, one a line; a JSON array when that was asked for.</summary>
    public void ReportNames(IReadOnlyList<string> names)
    {
        if (Json)
            StandardOutput.WriteLine(JsonSerializer.Serialize(names, CliJson.Default.IReadOnlyListString));
        else
            foreach (var name in names)
                StandardOutput.WriteLine(name);
    }

    /// <summary>A plain line on standard output, for other programs to read.</summary>
    public void WritePlainLine(string line) => StandardOutput.WriteLine(line);

    /// <summary>Writes words that change nothing when nobody can be told: a closed terminal, or a full disk, takes none.</summary>
    public static void TryTell(Action tell)
    {
        try
        {
            tell();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The exit code says it all the same.
        }
    }

    private static IAnsiConsole ConsoleOver(TextWriter writer)
    {
        var destination = new AnsiConsoleOutput(writer);
        if (destination.IsTerminal)
            return AnsiConsole.Create(new AnsiConsoleSettings { Out = destination });

        // A file or pipe takes no colours, and has no width of its own: 80 columns would break tables in logs.
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = destination, Ansi = AnsiSupport.No });
        console.Profile.Width = RedirectedWidth;
        return console;
    }
}
