namespace OpenGradient.Cli.Settings;

/// <summary>
/// Settings by name: the process's environment first, then the file <c>.env</c>. The file has <c>NAME=value</c> lines, blank lines and
/// <c>#</c> comments; a value may stand in double quotes.
/// </summary>
public sealed class EnvironmentFile
{
    private const long SizeLimitBytes = 1 << 20;

    private readonly Dictionary<string, string> _values;
    private readonly Func<string, string?> _environment;

    private EnvironmentFile(Dictionary<string, string> values, Func<string, string?> environment)
    {
        _values = values;
        _environment = environment;
    }

    public static EnvironmentFile Load(string path) => Load(path, Environment.GetEnvironmentVariable);

    public static EnvironmentFile Load(string path, Func<string, string?> environment)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            return new EnvironmentFile([], environment);
        if (file.Length > SizeLimitBytes)
            throw Wrong($"{path} has {file.Length} bytes.", "A settings file holds NAME=value lines, at most 1 MiB.");

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            var text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
                continue;

            var equals = text.IndexOf('=', StringComparison.Ordinal);
            // The line itself is not shown: it may hold a secret.
            if (equals <= 0)
                throw Wrong($"Line {number} of {path} is not NAME=value.", "Write NAME=value, or start the line with # for a comment.");
            if (!values.TryAdd(text[..equals].TrimEnd(), Unquote(text[(equals + 1)..].Trim())))
                throw Wrong($"Line {number} of {path} sets {text[..equals].TrimEnd()} a second time.", "Keep one of the two lines.");
        }

        return new EnvironmentFile(values, environment);
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

    private static string Unquote(string value) => value.Length >= 2 && value[0] == '"' && value[^1] == '"' ? value[1..^1] : value;

    private static ExpectedFailureException Wrong(string problem, string remedy) => new(ExitCode.Usage, problem, remedy);
}
