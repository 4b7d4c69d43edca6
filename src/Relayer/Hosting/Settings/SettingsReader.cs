using System.Globalization;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Hosting;

/// <summary>Reads settings one by one, and remembers all that is wrong instead of stopping at the first.</summary>
/// <param name="find">A setting's text by its name; null where it is not set.</param>
/// <param name="folder">Relative paths start there.</param>
internal sealed class SettingsReader(Func<string, string?> find, string folder)
{
    private const string Yes = "yes";
    private const int MostInList = 1_000;

    private readonly List<SettingFault> _faults = [];
    private readonly List<SettingFault> _idle = [];

    /// <summary>What keeps a relayer from starting.</summary>
    public IReadOnlyList<SettingFault> Faults => _faults;

    /// <summary>What is set and changes nothing.</summary>
    public IReadOnlyList<SettingFault> Idles => _idle;

    public void Wrong(string name, string problem, string remedy) => _faults.Add(new SettingFault(name, problem, remedy));

    /// <summary>
    /// Says of a setting that was told that it changes nothing. It keeps nobody from starting: whoever turns a role off in a hurry leaves the rest of its settings for when it is on again.
    /// </summary>
    /// <param name="name">Which.</param>
    /// <param name="isTold">Whether it says something else than its default.</param>
    /// <param name="wanted">What it needs to have an effect.</param>
    public void Idle(string name, bool isTold, string wanted)
    {
        if (isTold)
            _idle.Add(IdleFault(name, wanted));
    }

    /// <summary>As <see cref="Idle"/>, of a setting that promises protection: whoever told it would go on without.</summary>
    public void Unprotected(string name, bool isTold, string wanted)
    {
        if (isTold)
            _faults.Add(IdleFault(name, wanted));
    }

    /// <summary>Null where it is not set, or only of blanks.</summary>
    public string? Text(string name) => find(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    public long Number(string name, long defaultValue, long least, long most)
    {
        if (Text(name) is not { } text)
            return defaultValue;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            return value;

        Wrong(name, $"'{text}' is no whole number from {least} to {most}.", $"Give one, or leave it out for {defaultValue}.");
        return defaultValue;
    }

    /// <summary>A number of so many decimals, as a whole one of the smallest unit.</summary>
    public UInt256 Amount(string name, string defaultValue, int decimals)
    {
        var text = Text(name) ?? defaultValue;
        if (Units.TryParse(text, decimals, out var value))
            return value;

        Wrong(name, $"'{text}' is no amount.", $"Give a number with at most {decimals} decimals, or leave it out for {defaultValue}.");
        return Units.Parse(defaultValue, decimals);
    }

    public bool Flag(string name)
    {
        var text = Text(name);
        if (text is not (null or Yes or "no"))
            Wrong(name, $"'{text}' is neither yes nor no.", "Give yes, or leave it out for no.");
        return text == Yes;
    }

    public string Path(string name, string defaultPath) => PathOf(Text(name) ?? defaultPath);

    public string PathOf(string path) => System.IO.Path.GetFullPath(path, folder);

    /// <summary>Addresses of servers. They may hold keys, and are not repeated.</summary>
    public IReadOnlyList<Uri> Urls(string name, string? text, params IReadOnlyList<string> schemes)
    {
        List<Uri> urls = [];
        foreach (var part in List(name, text))
        {
            if (Uri.TryCreate(part, UriKind.Absolute, out var url) && schemes.Contains(url.Scheme, StringComparer.Ordinal) && url.Host.Length > 0)
                urls.Add(url);
            else
                Wrong(name, $"Its {Ordinal(urls.Count)} entry is no address.", $"Give addresses that start with {string.Join(" or ", schemes.Select(scheme => scheme + "://"))}, separated by commas.");
        }

        return urls;
    }

    public Uri? Url(string name)
    {
        var urls = Urls(name, Text(name), "http", "https");
        if (urls.Count > 1)
            Wrong(name, "It holds more than one address.", "Give one.");
        return urls.Count == 1 ? urls[0] : null;
    }

    public IReadOnlyList<string> List(string name, string? text)
    {
        var parts = (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length <= MostInList)
            return parts;

        Wrong(name, $"It has {parts.Length} entries.", $"Give at most {MostInList}.");
        return [];
    }

    private static SettingFault IdleFault(string name, string wanted) =>
        new(name, $"It is set, and has no effect without {wanted}.", $"Set {wanted}, or leave it out.");

    private static string Ordinal(int index) => index switch
    {
        0 => "first",
        1 => "second",
        2 => "third",
        _ => $"{index + 1}th",
    };
}
