using System.Text;

namespace OpenGradient.BindingGenerator.Naming;

/// <summary>Turns names of Solidity into names of C#.</summary>
internal static class Identifier
{
    private const int MaxLength = 200;

    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal",
        "default", "delegate", "do", "double", "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for",
        "foreach", "goto", "if", "implicit", "in", "int", "interface", "internal", "is", "lock", "long", "namespace", "new", "null", "object",
        "operator", "out", "override", "params", "private", "protected", "public", "readonly", "ref", "return", "sbyte", "sealed", "short",
        "sizeof", "stackalloc", "static", "string", "struct", "switch", "this", "throw", "true", "try", "typeof", "uint", "ulong", "unchecked",
        "unsafe", "ushort", "using", "virtual", "void", "volatile", "while",
    };

    /// <summary>Whether text is an identifier of Solidity: only such names may become code.</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$');

    /// <summary>
    /// PascalCase: <c>_maxFee</c> and <c>max_fee</c> are <c>MaxFee</c>, <c>DOMAIN_SEPARATOR</c> is <c>DomainSeparator</c>. What is left without a
    /// letter in front gets <paramref name="otherwise"/> there.
    /// </summary>
    public static string Pascal(string name, string otherwise)
    {
        var words = name.Split(['_', '$'], StringSplitOptions.RemoveEmptyEntries);
        var text = new StringBuilder();
        foreach (var word in words)
        {
            var isShouted = words.Length > 1 && word.Length > 1 && !word.Any(char.IsAsciiLetterLower);
            text.Append(char.ToUpperInvariant(word[0])).Append(isShouted ? word[1..].ToLowerInvariant() : word[1..]);
        }

        if (text.Length == 0 || char.IsAsciiDigit(text[0]))
            text.Insert(0, otherwise);
        return text.ToString();
    }

    /// <summary>camelCase of a PascalCase name, with an @ where it is a keyword.</summary>
    public static string Camel(string pascal)
    {
        var isShouted = pascal.Length > 1 && !pascal.Any(char.IsAsciiLetterLower);
        var camel = isShouted ? pascal.ToLowerInvariant() : char.ToLowerInvariant(pascal[0]) + pascal[1..];
        return Keywords.Contains(camel) ? "@" + camel : camel;
    }

    /// <summary>A hostile name is shown in an error, but never at length.</summary>
    public static string Shown(string name) => name.Length <= 60 ? name : name[..60] + "…";
}
