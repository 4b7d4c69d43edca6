using System.Globalization;
using System.Numerics;
using System.Text;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Nodes;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Explorer.Parts;

/// <summary>Values as people read them.</summary>
internal static class Show
{
    public const int StrangersLetters = 120;

    private const int HeadLetters = 8;
    private const int TailLetters = 6;
    private const int MostMarks = 3;
    private const int ShownDecimals = 6;

    /// <summary>What is said of a page of a list without rows. A page looks at so many and no more: where the list goes on, there may be some.</summary>
    public static string NoneOf(string? next, string none, bool isAscending = false) =>
        next is null ? none : $"None among those that were looked at. There are {(isAscending ? "newer" : "older")} ones.";

    /// <summary>The beginning and end of a hash or an address.</summary>
    public static string Short(string id) => id.Length <= HeadLetters + TailLetters + 3 ? id : $"{id[..HeadLetters]}…{id[^TailLetters..]}";

    /// <summary>How much one number is of another, rounded down, so that only all is shown as all.</summary>
    public static string Percent(long part, long whole) => (Math.Floor(1000m * part / whole) / 10).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    public static string Count(BigInteger number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>An amount of a token, with as many of its decimals as tell something.</summary>
    public static string Money(BigInteger amount, int decimals)
    {
        var unit = BigInteger.Pow(10, decimals);
        var fraction = (amount % unit).ToString(CultureInfo.InvariantCulture).PadLeft(decimals, '0');
        var shown = decimals == 0 ? "" : fraction[..Math.Min(ShownDecimals, decimals)].TrimEnd('0');
        // Something that is too little to show is not nothing.
        if (shown.Length == 0 && !(amount % unit).IsZero && (amount / unit).IsZero)
            return $"< 0.{new string('0', Math.Min(ShownDecimals, decimals) - 1)}1";
        return Count(amount / unit) + (shown.Length > 0 ? "." + shown : "");
    }

    public static string Time(long seconds, string format = "yyyy-MM-dd HH:mm:ss") =>
        seconds is > 0 and < 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString(format, CultureInfo.InvariantCulture) : "never";

    public static string Seconds(long seconds) => seconds switch
    {
        < 120 => $"{seconds} s",
        < 7_200 => $"{seconds / 60} min {seconds % 60:00} s",
        _ => $"{seconds / 3_600} h {seconds % 3_600 / 60:00} min",
    };

    public static string AssuranceOf(long level) => level is >= 1 and <= 3 ? ((Assurance)level).ToString() : $"Assurance {level}";

    /// <summary>A label of 32 bytes: its letters where it has any, else what it is.</summary>
    public static string LabelOf(string hash)
    {
        if (!Hash32.TryParse(hash, out var label))
            return "";
        var letters = label.ToArray().AsSpan().TrimEnd((byte)0);
        return !letters.IsEmpty && !letters.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? Encoding.ASCII.GetString(letters) : Short(hash);
    }

    public static string RolesOf(long roles) => roles == 0 ? "none" : ((NodeRoles)(byte)roles).ToString();

    public static string FlagsOf(long flags) => flags == 0 ? "none" : ((RequestFlags)(byte)flags).ToString();

    public static string SemanticsOf(long kind) => kind switch { 0 => "None: nothing can be compared", 1 => "Integer: equal or wrong", 2 => "Float: within a tolerance", _ => $"{kind}" };

    /// <summary>
    /// What a stranger wrote, on one line and harmless to the text around it: letters that are not seen, or that turn the direction of
    /// others, are named instead, marks are not heaped, and it ends somewhere.
    /// </summary>
    public static string Strangers(string text, int letters = StrangersLetters)
    {
        var shown = new StringBuilder();
        var (count, marks) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (++count > letters)
                return shown.Append('…').ToString();
            var category = Rune.GetUnicodeCategory(rune);
            marks = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark ? marks + 1 : 0;
            if (marks > MostMarks)
                continue;
            if (IsUnseen(category))
                shown.Append(CultureInfo.InvariantCulture, $"⟨U+{rune.Value:X4}⟩");
            else
                shown.Append(rune.ToString());
        }

        return shown.ToString();
    }

    private static bool IsUnseen(UnicodeCategory category) => category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
