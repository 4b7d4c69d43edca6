using System.Text;
using OpenGradient.Ethereum.Abi;

namespace OpenGradient.Indexer.Schema;

/// <summary>Names of columns, made from names in Solidity.</summary>
internal static class ColumnNames
{
    // What both engines, or one of them, would take for a word of the language.
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "all", "and", "any", "as", "asc", "between", "both", "by", "case", "cast", "check", "collate", "column", "commit", "constraint", "create", "cross",
        "current_date", "current_time", "current_timestamp", "current_user", "default", "deferrable", "delete", "desc", "distinct", "do", "drop", "else",
        "end", "except", "exists", "false", "fetch", "for", "foreign", "from", "full", "grant", "group", "having", "in", "index", "initially", "inner",
        "insert", "intersect", "into", "is", "join", "lateral", "leading", "left", "like", "limit", "localtime", "localtimestamp", "natural", "not", "null",
        "offset", "on", "only", "or", "order", "outer", "placing", "primary", "references", "returning", "right", "select", "session_user", "set", "some",
        "symmetric", "table", "then", "to", "trailing", "transaction", "true", "union", "unique", "update", "user", "using", "values", "variadic", "view",
        "when", "where", "window", "with",
    };

    /// <summary><c>versionId</c> as <c>version_id</c>; a word of SQL gets its type behind it.</summary>
    public static string Of(string name, AbiType type)
    {
        var snake = Snake(name);
        if (!Reserved.Contains(snake))
            return snake;
        return snake + (type is AbiType.Address ? "_address" : "_value");
    }

    public static string Snake(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsAsciiLetterUpper(name[i]) && i > 0 && name[i - 1] != '_' && (!char.IsAsciiLetterUpper(name[i - 1]) || (i + 1 < name.Length && char.IsAsciiLetterLower(name[i + 1]))))
                text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }
}
