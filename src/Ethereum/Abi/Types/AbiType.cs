namespace OpenGradient.Ethereum.Abi;

/// <summary>
/// A type of the contract ABI. The nested classes are all there are: fixed-point numbers have no values in Solidity and are refused. Two
/// types are equal when their canonical names are, so the names of a tuple's members do not count.
/// </summary>
public abstract partial class AbiType : IEquatable<AbiType>
{
    /// <summary>How deep tuples and arrays may lie in each other.</summary>
    public const int MaxNesting = 32;

    /// <summary>The largest encoding that a static type may have; solc's limits of memory are far below it.</summary>
    public const int MaxHeadBytes = 1 << 26;

    private const int WordLength = AbiReader.WordLength;

    private string? _name;

    private AbiType(bool isDynamic, int headBytes, int nesting = 0)
    {
        if (nesting > MaxNesting)
            throw new AbiException(string.Empty, $"Types may be nested {MaxNesting} deep at most.");

        IsDynamic = isDynamic;
        HeadBytes = isDynamic ? WordLength : headBytes;
        Nesting = nesting;
    }

    /// <summary>The canonical name, of which signatures are made: <c>(uint256,bytes32[])[2]</c>.</summary>
    public string Name => _name ??= Compose();

    /// <summary>Whether the size of an encoding depends on the value, so that it lies behind an offset.</summary>
    public bool IsDynamic { get; }

    /// <summary>How many bytes a value takes in the head of what surrounds it: 32 for the offset of a dynamic one, else all of it.</summary>
    public int HeadBytes { get; }

    private int Nesting { get; }

    /// <summary>
    /// Reads a type as Solidity and ABI JSON write it: <c>uint256</c>, <c>bytes32[]</c>, <c>(address to, uint256[2] amounts)[]</c>,
    /// <c>tuple(bool)</c>. <c>uint</c> and <c>int</c> mean 256 bits. Throws <see cref="AbiException"/>.
    /// </summary>
    public static AbiType Parse(ReadOnlySpan<char> text)
    {
        var parser = new AbiSyntax(text);
        var type = parser.ReadType();
        parser.ExpectEnd();
        return type;
    }

    /// <inheritdoc cref="Parse(ReadOnlySpan{char})"/>
    public static bool TryParse(ReadOnlySpan<char> text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out AbiType? type)
    {
        try
        {
            type = Parse(text);
            return true;
        }
        catch (AbiException)
        {
            type = null;
            return false;
        }
    }

    public static bool operator ==(AbiType? left, AbiType? right) => left?.Equals(right) ?? right is null;

    public static bool operator !=(AbiType? left, AbiType? right) => !(left == right);

    public bool Equals(AbiType? other) => ReferenceEquals(this, other) || string.Equals(Name, other?.Name, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as AbiType);

    public override int GetHashCode() => string.GetHashCode(Name, StringComparison.Ordinal);

    public override string ToString() => Name;

    private protected abstract string Compose();

    private static int Static(long headBytes) =>
        headBytes <= MaxHeadBytes
            ? (int)headBytes
            : throw new AbiException(string.Empty, $"A static type of {headBytes} bytes is too large; {MaxHeadBytes} are the limit.");

    private static int Sized(int bits, string name) =>
        bits is >= 8 and <= 256 && bits % 8 == 0
            ? bits
            : throw new AbiException(string.Empty, $"{name}{bits} is no type: integers have 8 to 256 bits, in steps of 8.");
}
