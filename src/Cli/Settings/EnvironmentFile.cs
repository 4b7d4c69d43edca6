using OpenGradient.Foundry;

namespace OpenGradient.Cli.Settings;

/// <summary>
/// Settings by name: the process's environment first, then the file <c>.env</c>. The file has <c>NAME=value</c> lines, blank lines and
/// <c>#</c> comments; a value may stand in double quotes, and <c>export</c> before a name, for files that a shell reads too.
/// </summary>
public sealed class EnvironmentFile
{
    private const long SizeLimitBytes = 1 << 20;
    private const string Remedy = "A settings file holds NAME=value lines, at most 1 MiB.";
    private const string ExportWord = "export";

    private readonly Dictionary<string, string> _values;
    private readonly Func<string, string?> _environment;

    private EnvironmentFile(Dictionary<string, string> values, Func<string, string?> environment)
    {
        _values = values;
        _environment = environment;
    }

    /// <summary>The names that the file sets.</summary>
    public IReadOnlyCollection<string> Names => _values.Keys;

    public static Task<EnvironmentFile> LoadAsync(string path, CancellationToken cancellationToken) =>
        LoadAsync(path, Environment.GetEnvironmentVariable, cancellationToken);

    public static async Task<EnvironmentFile> LoadAsync(string path, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        // A link has a length of its own: what counts is where it leads.
        var file = new FileInfo(path);
        if (file.LinkTarget is not null)
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        if (Directory.Exists(path) || (file.Exists && file.Length == 0 && !await IsRegularAsync(path, cancellationToken)))
            throw Wrong($"{path} is no regular file.", Remedy);
        if (!file.Exists || file.Length == 0)
            return new EnvironmentFile([], environment);
        if (file.Length > SizeLimitBytes)
            throw Wrong($"{path} has {file.Length} bytes.", Remedy);

        return new EnvironmentFile(Parse(path, await File.ReadAllLinesAsync(path, cancellationToken)), environment);
    }

    /// <summary>The setting's text; null when it is not set or empty.</summary>
    public string? Find(string name)
    {
        var value = _environment(name) ?? _values.GetValueOrDefault(name);
        return string.IsNullOrWhiteSpace(value) ? null : value;
    }

    /// <summary>A whole number inside a range, or the default.</summary>
    public int Number(string name, int defaultValue, int minimum, int maximum)
    {
        if (Find(name) is not { } text)
            return defaultValue;
        if (int.TryParse(text, out var value) && value >= minimum && value <= maximum)
            return value;

        throw Wrong($"{name} is '{text}'.", $"Give a whole number from {minimum} to {maximum}; without it {defaultValue} is taken.");
    }

    private static Dictionary<string, string> Parse(string path, string[] lines)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
                continue;

            var equals = text.IndexOf('=', StringComparison.Ordinal);
            // The line itself is not shown: it may hold a secret.
            var name = equals < 0 ? string.Empty : NameIn(text[..equals]);
            if (name.Length == 0 || name.Any(char.IsWhiteSpace))
                throw Wrong($"Line {number} of {path} is not NAME=value.", "Write NAME=value, or start the line with # for a comment.");
            if (!values.TryAdd(name, Unquote(text[(equals + 1)..].Trim())))
                throw Wrong($"Line {number} of {path} sets {name} a second time.", "Keep one of the two lines.");
        }

        return values;
    }

    // Pipes and devices have no length, as an empty file has none; to open a pipe would wait for its writer, and .NET tells it from no file.
    private static async Task<bool> IsRegularAsync(string path, CancellationToken cancellationToken) =>
        OperatingSystem.IsWindows()
        || (await ProgramRunner.RunAsync(new ProgramRun("test", ["-f", path], Environment.CurrentDirectory), cancellationToken)).Succeeded;

    private static string NameIn(string text) =>
        text.StartsWith(ExportWord, StringComparison.Ordinal) && text.Length > ExportWord.Length && char.IsWhiteSpace(text[ExportWord.Length])
            ? text[ExportWord.Length..].Trim()
            : text.TrimEnd();

    private static string Unquote(string value) => value.Length >= 2 && value[0] == '"' && value[^1] == '"' ? value[1..^1] : value;

    private static ExpectedFailureException Wrong(string problem, string remedy) => new(ExitCode.Usage, problem, remedy);
}
