using System.Globalization;

namespace OpenGradient.Ethereum.TypedData;

internal enum FieldKind
{
    Address,
    Bool,
    String,
    Bytes,
    FixedBytes,
    Unsigned,
    Signed,
    Struct,
    Array,
}

/// <summary>A field's type, taken apart: <c>Person[2][]</c> is an array of arrays of two structures.</summary>
internal sealed record FieldType
{
    public required FieldKind Kind { get; init; }

    /// <summary>As it was written, and as it enters the type's hash.</summary>
    public required string Text { get; init; }

    /// <summary>The bytes of <see cref="FieldKind.FixedBytes"/>, or the bits of an integer.</summary>
    public int Size { get; init; }

    /// <summary>What an array holds.</summary>
    public FieldType? Element { get; init; }

    /// <summary>How many elements an array has; null where the value decides.</summary>
    public int? Length { get; init; }

    /// <summary>What a structure's field refers to.</summary>
    public StructType? Struct { get; init; }

    /// <summary>The structure at the bottom of any arrays, if there is one.</summary>
    public StructType? Innermost
    {
        get
        {
            var type = this;
            while (type.Element is { } element)
                type = element;
            return type.Struct;
        }
    }

    /// <summary>Reads a type's text; null with a <paramref name="problem"/> when it is none.</summary>
    public static FieldType? Parse(string text, IReadOnlyDictionary<string, StructType> structs, out string problem)
    {
        var bracket = text.IndexOf('[', StringComparison.Ordinal);
        var baseText = bracket < 0 ? text : text[..bracket];
        problem = "";
        var type = structs.TryGetValue(baseText, out var declared)
            ? new FieldType { Kind = FieldKind.Struct, Text = baseText, Struct = declared }
            : ParseAtomic(baseText);
        if (type is null)
        {
            problem = baseText is "uint" or "int"
                ? $"EIP-712 has no alias '{baseText}': write {baseText}256."
                : $"the type '{Quoted.Short(baseText)}' is neither declared nor one of Solidity's.";
            return null;
        }

        var rest = text.AsSpan(baseText.Length);
        for (var dimension = 1; !rest.IsEmpty; dimension++)
        {
            var end = rest.IndexOf(']');
            int? length = null;
            if (rest[0] != '[' || end < 0 || dimension > TypedDataLimits.ArrayDimensions || !TryParseLength(rest[1..end], out length))
            {
                problem = $"'{Quoted.Short(text)}' is not a type: after its name come at most {TypedDataLimits.ArrayDimensions} dimensions,"
                    + " each [] or a positive number in brackets.";
                return null;
            }

            rest = rest[(end + 1)..];
            type = new FieldType { Kind = FieldKind.Array, Text = text[..^rest.Length], Element = type, Length = length };
        }

        return type;
    }

    /// <summary>Whether a structure must not have this name, because it is, or looks like, a type of Solidity.</summary>
    public static bool IsReserved(string name) =>
        name is "address" or "bool" or "string"
        || IsNumbered(name, "bytes") || IsNumbered(name, "uint") || IsNumbered(name, "int");

    private static bool IsNumbered(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && !name.AsSpan(prefix.Length).ContainsAnyExceptInRange('0', '9');

    private static FieldType? ParseAtomic(string text) => text switch
    {
        "address" => new FieldType { Kind = FieldKind.Address, Text = text },
        "bool" => new FieldType { Kind = FieldKind.Bool, Text = text },
        "string" => new FieldType { Kind = FieldKind.String, Text = text },
        "bytes" => new FieldType { Kind = FieldKind.Bytes, Text = text },
        _ => Sized(text, "bytes", FieldKind.FixedBytes, 1, 32)
            ?? Sized(text, "uint", FieldKind.Unsigned, 8, 256)
            ?? Sized(text, "int", FieldKind.Signed, 8, 256),
    };

    private static FieldType? Sized(string text, string prefix, FieldKind kind, int step, int largest) =>
        text.StartsWith(prefix, StringComparison.Ordinal)
        && TryParseLength(text.AsSpan(prefix.Length), out var size)
        && size is { } known && known <= largest && known % step == 0
            ? new FieldType { Kind = kind, Text = text, Size = known }
            : null;

    // A positive number without leading zeros, or nothing at all.
    private static bool TryParseLength(ReadOnlySpan<char> digits, out int? length)
    {
        length = null;
        if (digits.IsEmpty)
            return true;
        if (digits[0] == '0' || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;

        length = number;
        return true;
    }
}
