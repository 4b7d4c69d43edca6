using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Queries;

/// <summary>A column's values as people write them, to and from what is stored.</summary>
internal static class ValueText
{
    /// <summary>Reads what a column is compared with; false with what is wrong with it.</summary>
    public static bool TryParse(Column column, string text, [NotNullWhen(true)] out object? value, [NotNullWhen(false)] out string? fault)
    {
        (value, fault) = column.Kind switch
        {
            ColumnKind.Integer when column.Name == "id" && RowId.TryParse(text, out var id) => (id.Value, null),
            ColumnKind.Integer when column.Name == "id" => (null, "is a block and a log such as 1234-7"),
            ColumnKind.Integer => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? ((object?)number, null) : (null, "is a whole number of up to 63 bits"),
            ColumnKind.Boolean => text is "true" or "false" ? ((object?)(text == "true"), null) : (null, "is true or false"),
            ColumnKind.Amount => UInt256.TryParse(text, out var amount) ? (amount.ToBigEndian(), null) : (null, "is a whole number"),
            ColumnKind.SignedAmount => Int256.TryParse(text, out var signed) ? (Stored(signed), null) : (null, "is a whole number"),
            ColumnKind.Address => Address.TryParse(text, out var address) ? (address.ToArray(), null) : (null, "is 0x and 40 hexadecimal digits"),
            ColumnKind.Hash => Hash32.TryParse(text, out var hash) ? (hash.ToArray(), null) : (null, "is 0x and 64 hexadecimal digits"),
            ColumnKind.Bytes => BytesOf(text) is { } bytes ? ((object?)bytes, null) : (null, "is 0x and hexadecimal digits"),
            // No stored text holds one, and PostgreSQL takes none.
            ColumnKind.Text when text.Contains('\0', StringComparison.Ordinal) => ((object?)null, "is text without zero characters"),
            ColumnKind.Text => (text, null),
            _ => ((object?)null, "cannot be compared"),
        };
        return value is not null;
    }

    /// <summary>Whether there may be such a value at all: what no row can have is not looked for in all of them. Of numbers only what has to be equal counts.</summary>
    public static bool IsKnown(Column column, string op, string text, [NotNullWhen(false)] out string? fault)
    {
        var isOutside = column.Values is { } known && (column.Kind == ColumnKind.Text || op is "=" or "IN") && !known.Contains(text, StringComparer.Ordinal);
        fault = isOutside ? $"is one of {string.Join(", ", column.Values!)}" : null;
        return !isOutside;
    }

    /// <summary>A stored signed number.</summary>
    public static Int256 SignedOf(byte[] stored)
    {
        var bytes = (byte[])stored.Clone();
        bytes[0] ^= 0x80;
        return Int256.FromBits(UInt256.FromBigEndian(bytes));
    }

    private static byte[] Stored(Int256 value)
    {
        var bytes = value.Bits.ToBigEndian();
        bytes[0] ^= 0x80;
        return bytes;
    }

    private static byte[]? BytesOf(string text)
    {
        var bytes = new byte[Math.Max(0, (text.Length - 2) / 2)];
        return Hex.TryDecode(text, bytes) ? bytes : null;
    }
}
