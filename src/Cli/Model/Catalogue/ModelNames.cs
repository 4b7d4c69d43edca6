using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace OpenGradient.Cli.Model.Catalogue;

/// <summary>What the register of models takes, so that what it would refuse is said before anything is sent.</summary>
internal static class ModelNames
{
    public const int MostUris = 8;
    public const int MostUriBytes = 256;
    public const int MostReasonBytes = 256;
    public const string Rule = "1 to 64 of a-z, 0-9, '-', '_' and '.', the first a letter or digit.";

    private const int MostLetters = 64;

    public static bool IsName(string name) =>
        name.Length is > 0 and <= MostLetters && char.IsAsciiLetterOrDigit(name[0])
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_' or '.');

    public static bool IsUri(string uri) => Encoding.UTF8.GetByteCount(uri) is > 0 and <= MostUriBytes;

    /// <summary>The nearest name to a file's.</summary>
    public static string Suggest(string file)
    {
        var letters = Path.GetFileNameWithoutExtension(file).ToLowerInvariant()
            .Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '-');
        var name = string.Concat(letters).TrimStart('-', '_', '.');
        name = name.Length <= MostLetters ? name : name[..MostLetters];
        return IsName(name) ? name : "my-model";
    }
}

/// <summary>The number of a version.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct VersionNumber(uint Major, uint Minor) : IComparable<VersionNumber>
{
    public static bool TryParse(string text, out VersionNumber number)
    {
        number = default;
        var parts = text.Split('.');
        if (parts.Length != 2 || !TryRead(parts[0], out var major) || !TryRead(parts[1], out var minor))
            return false;
        number = new VersionNumber(major, minor);
        return true;
    }

    public static bool operator <(VersionNumber left, VersionNumber right) => left.CompareTo(right) < 0;

    public static bool operator >(VersionNumber left, VersionNumber right) => left.CompareTo(right) > 0;

    public static bool operator <=(VersionNumber left, VersionNumber right) => left.CompareTo(right) <= 0;

    public static bool operator >=(VersionNumber left, VersionNumber right) => left.CompareTo(right) >= 0;

    public int CompareTo(VersionNumber other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public override string ToString() => $"{Major}.{Minor}";

    private static bool TryRead(string part, out uint number) =>
        uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
