namespace OpenGradient.Ethereum.Abi;

/// <summary>Why bytes are not the encoding of what was expected.</summary>
public enum AbiFault
{
    None = 0,

    /// <summary>The data end before what should be there.</summary>
    DataTooShort,

    /// <summary>Bytes are left over after the last value.</summary>
    TrailingData,

    /// <summary>An offset points outside the data.</summary>
    OffsetOutOfRange,

    /// <summary>An offset points into the data, but not to where the canonical encoding puts the value: a gap, an overlap, or a step back.</summary>
    OffsetNotCanonical,

    /// <summary>A length or a count promises more than the data hold.</summary>
    LengthOutOfRange,

    /// <summary>Bytes that only fill up a word are not zero.</summary>
    DirtyPadding,

    /// <summary>A number has bits beyond its type.</summary>
    ValueOutOfRange,

    /// <summary>A bool is neither 0 nor 1.</summary>
    NotABoolean,

    /// <summary>Values share their bytes so often that decoding would take many times the memory of the data.</summary>
    TooMuchSharing,
}

/// <summary>How much an encoding may differ from the canonical one.</summary>
public enum AbiDecoding
{
    /// <summary>
    /// Exactly the bytes that encoding the decoded values gives again: tails in order without gap or overlap, clean padding, nothing left
    /// over. What solc's encoder writes is like this: what contracts return, emit and revert with.
    /// </summary>
    Canonical = 0,

    /// <summary>
    /// What solc's decoder takes: offsets may point anywhere in the data, and bytes behind a string or behind the data do not matter. Values must
    /// still fit their types. For calldata that others composed, where one wants to see what the contract saw.
    /// </summary>
    AsSolidity,
}

/// <summary>
/// The one exception of this folder: bytes that do not decode, a value that does not fit its type, a type or an interface description that
/// cannot be read. <see cref="Path"/> says where.
/// </summary>
public sealed class AbiException : FormatException
{
    public AbiException(string path, string reason)
        : base(Compose(path, reason))
    {
        Path = path;
        Reason = reason;
    }

    public AbiException(string path, string reason, Exception inner)
        : base(Compose(path, reason), inner)
    {
        Path = path;
        Reason = reason;
    }

    /// <summary>Where: a parameter with its members and indices, such as <c>orders[3].amount</c>; empty where there is no inside.</summary>
    public string Path { get; }

    /// <summary>Why, as a sentence without its place.</summary>
    public string Reason { get; }

    /// <summary>Which rule bytes broke; <see cref="AbiFault.None"/> when it was not about decoding.</summary>
    public AbiFault Fault { get; private init; }

    /// <summary>At which byte decoding stopped; null when it was not about decoding.</summary>
    public int? Position { get; private init; }

    internal static AbiException Decoding(string path, AbiFault fault, int position) =>
        new(path, $"{Describe(fault)} (at byte {position}).") { Fault = fault, Position = position };

    /// <summary>The same, seen from the value that holds the one at fault.</summary>
    internal AbiException Within(string step) => Within(step, Path);

    /// <summary>The same for a path of generated code, where what is written is called <c>item</c>, which says nothing.</summary>
    internal AbiException WithinGenerated(string step)
    {
        const string Item = "item";
        var isItem = Path.StartsWith(Item, StringComparison.Ordinal) && (Path.Length == Item.Length || Path[Item.Length] is '[' or '.');
        return Within(step, isItem ? Path[Item.Length..].TrimStart('.') : Path);
    }

    private AbiException Within(string step, string path) =>
        new(path.Length == 0 || path[0] == '[' ? step + path : $"{step}.{path}", Reason, InnerException ?? this)
        {
            Fault = Fault,
            Position = Position,
        };

    private static string Compose(string path, string reason) => path.Length == 0 ? reason : $"{path}: {reason}";

    private static string Describe(AbiFault fault) => fault switch
    {
        AbiFault.DataTooShort => "The data end before this value",
        AbiFault.TrailingData => "Bytes are left over after the last value",
        AbiFault.OffsetOutOfRange => "The offset points outside the data",
        AbiFault.OffsetNotCanonical => "The offset does not point to where the canonical encoding puts the value",
        AbiFault.LengthOutOfRange => "The length promises more than the data hold",
        AbiFault.DirtyPadding => "The padding is not zero",
        AbiFault.ValueOutOfRange => "The number has bits beyond its type",
        AbiFault.NotABoolean => "A bool must be 0 or 1",
        AbiFault.TooMuchSharing => "Values share their bytes too often",
        _ => "The data could not be decoded",
    };
}
