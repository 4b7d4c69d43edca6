namespace OpenGradient.Cli.Terminal;

/// <summary>What strangers wrote, fit for a terminal: in one line, and without what would move its cursor.</summary>
internal static class PlainText
{
    private const int MostShown = 256;

    public static string Of(string text)
    {
        var plain = string.Concat(text.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) || char.GetUnicodeCategory(letter) == System.Globalization.UnicodeCategory.Format ? '?' : letter));
        return plain.Length <= MostShown ? plain : plain[..MostShown] + "…";
    }
}
