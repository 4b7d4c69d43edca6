using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.TypedData;

/// <summary>
/// Writes the fields of one EIP-712 structure, in the order of its type, into memory that the caller gives (usually of the stack), and hashes
/// them. Nothing is allocated, but for texts over a few hundred bytes.
/// <code>
/// Span&lt;byte&gt; words = stackalloc byte[StructWriter.LengthOf(fields: 2)];
/// var writer = new StructWriter(words, PersonTypeHash);
/// writer.AddString(name);
/// writer.Add(wallet);
/// var hash = writer.Hash();
/// </code>
/// </summary>
public ref struct StructWriter
{
    private const int WordLength = UInt256.ByteLength;
    private const int LargestTextOnStack = 512;

    private readonly Span<byte> _words;
    private int _length;

    /// <summary>Starts a structure of this type in memory of exactly <see cref="LengthOf"/> its fields.</summary>
    public StructWriter(Span<byte> words, Hash32 typeHash)
    {
        _words = words;
        typeHash.CopyTo(Next());
    }

    /// <summary>How many bytes a structure with this many fields takes: a word each, and one for the type.</summary>
    public static int LengthOf(int fields) => (fields + 1) * WordLength;

    /// <summary>Adds a <c>uint8</c> to <c>uint256</c>; that it fits the declared width is the caller's to know.</summary>
    public void Add(UInt256 value) => value.WriteBigEndian(Next());

    /// <inheritdoc cref="Add(UInt256)"/>
    public void Add(ulong value) => Add((UInt256)value);

    /// <summary>Adds an <c>int8</c> to <c>int256</c>; that it fits the declared width is the caller's to know.</summary>
    public void Add(Int256 value) => value.Bits.WriteBigEndian(Next());

    public void Add(bool value) => Add(value ? UInt256.One : UInt256.Zero);

    public void Add(Address value)
    {
        var word = Next();
        word[..^Address.ByteLength].Clear();
        value.CopyTo(word[^Address.ByteLength..]);
    }

    /// <summary>Adds a <c>bytes32</c>, or the hash of a structure or array that is a field of this one.</summary>
    public void Add(Hash32 value) => value.CopyTo(Next());

    /// <summary>Adds a <c>bytes1</c> to <c>bytes32</c>, which stands at the left of its word.</summary>
    public void AddFixedBytes(scoped ReadOnlySpan<byte> value)
    {
        if (value.Length is 0 or > WordLength)
            throw new ArgumentException($"Bytes of fixed length are 1 to {WordLength}, not {value.Length}.", nameof(value));

        var word = Next();
        value.CopyTo(word);
        word[value.Length..].Clear();
    }

    /// <summary>Adds a <c>bytes</c>: its hash.</summary>
    public void AddBytes(scoped ReadOnlySpan<byte> value) => Keccak256.Hash(value, Next());

    /// <summary>Adds a <c>string</c>: the hash of its UTF-8.</summary>
    public void AddString(scoped ReadOnlySpan<char> value)
    {
        var length = StrictUtf8.Encoding.GetByteCount(value);
        var utf8 = length <= LargestTextOnStack ? stackalloc byte[length] : new byte[length];
        StrictUtf8.Encoding.GetBytes(value, utf8);
        AddBytes(utf8);
    }

    /// <summary>The hash of the type and the fields. A field too few or too many is a bug, and throws.</summary>
    public readonly Hash32 Hash() =>
        _length == _words.Length
            ? Keccak256.Hash(_words)
            : throw new InvalidOperationException(
                $"The structure has {(_words.Length / WordLength) - 1} fields, of which {(_length / WordLength) - 1} were added.");

    private Span<byte> Next()
    {
        var word = _words.Slice(_length, WordLength);
        _length += WordLength;
        return word;
    }
}
