using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Abi;

/// <summary>
/// Writes ABI-encoded values in the order of their types: the counterpart of <see cref="AbiReader"/>, and what generated code uses. It
/// starts in memory of the caller, usually on the stack, and rents more when that is full. A value that does not fit its type throws
/// <see cref="AbiException"/>.
/// </summary>
public ref partial struct AbiWriter
{
    private const int WordLength = AbiReader.WordLength;
    private const string MoreThanDeclared = "More words were written than the head was declared to have.";
    private const string FewerThanDeclared = "Fewer words were written than the head was declared to have.";

    private Span<byte> _buffer;
    private byte[]? _rented;
    private AbiFrame _head;
    private int _next;
    private int _length;

    /// <summary>Starts a sequence of values whose heads take <paramref name="headBytes"/> together.</summary>
    /// <param name="initial">Memory to start in; any size will do.</param>
    /// <param name="headBytes">The sum of the values' head sizes: 32 for each dynamic one, the full size of each static one.</param>
    public AbiWriter(Span<byte> initial, int headBytes)
        : this(initial, [], headBytes)
    {
    }

    /// <summary>Starts calldata or an error: the selector, then the values.</summary>
    public AbiWriter(Span<byte> initial, Selector selector, int headBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(headBytes);
        _buffer = initial;
        Reserve((long)Selector.ByteLength + headBytes);
        selector.CopyTo(_buffer);
        Enter(Selector.ByteLength, headBytes);
    }

    /// <summary>Starts after <paramref name="prefix"/>, which offsets do not count: a selector, or a contract's creation code.</summary>
    public AbiWriter(Span<byte> initial, scoped ReadOnlySpan<byte> prefix, int headBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(headBytes);
        _buffer = initial;
        Reserve((long)prefix.Length + headBytes);
        prefix.CopyTo(_buffer);
        Enter(prefix.Length, headBytes);
    }

    public void WriteBool(bool value) => Word()[WordLength - 1] = value ? (byte)1 : (byte)0;

    /// <summary>Writes a <c>uint</c> of at most 64 bits.</summary>
    public void WriteUInt64(ulong value, int bits = 64, [CallerArgumentExpression(nameof(value))] string path = "")
    {
        if (bits < 64 && value >> bits != 0)
            throw DoesNotFit(path, value.ToString(), $"uint{bits}");
        BinaryPrimitives.WriteUInt64BigEndian(Word()[24..], value);
    }

    /// <summary>Writes a <c>uint</c> of any size.</summary>
    public void WriteUInt256(UInt256 value, int bits = 256, [CallerArgumentExpression(nameof(value))] string path = "")
    {
        if (value.BitLength > bits)
            throw DoesNotFit(path, value.ToString(), $"uint{bits}");
        value.WriteBigEndian(Word());
    }

    /// <summary>Writes an <c>int</c> of at most 64 bits.</summary>
    public void WriteInt64(long value, int bits = 64, [CallerArgumentExpression(nameof(value))] string path = "")
    {
        if (value >> (bits - 1) != value >> 63)
            throw DoesNotFit(path, value.ToString(), $"int{bits}");

        var word = Word();
        if (value < 0)
            word.Fill(0xff);
        BinaryPrimitives.WriteInt64BigEndian(word[24..], value);
    }

    /// <summary>Writes an <c>int</c> of any size.</summary>
    public void WriteInt256(Int256 value, int bits = 256, [CallerArgumentExpression(nameof(value))] string path = "")
    {
        var magnitude = value.IsNegative ? ~value.Bits : value.Bits;
        if (magnitude.BitLength >= bits)
            throw DoesNotFit(path, value.ToString(), $"int{bits}");
        value.Bits.WriteBigEndian(Word());
    }

    public void WriteAddress(Address value) => value.CopyTo(Word()[12..]);

    public void WriteBytes32(Hash32 value) => value.CopyTo(Word());

    /// <summary>Writes a <c>bytes1</c> to <c>bytes32</c>; no other length than the type's is taken.</summary>
    public void WriteFixedBytes(FixedBytes value, int length, [CallerArgumentExpression(nameof(value))] string path = "") =>
        WriteLeftAligned(value.Bytes, length, path);

    /// <summary>Writes a <c>function</c>.</summary>
    public void WriteFunction(ExternalFunction value) => value.CopyTo(Word());

    /// <summary>Copies what was written into an array of its own, and gives rented memory back: the last call.</summary>
    public byte[] ToArray()
    {
        var encoded = Written().ToArray();
        GiveBack();
        return encoded;
    }

    /// <summary>Copies what was written to <paramref name="destination"/>, and gives rented memory back: the last call.</summary>
    public void CopyTo(IBufferWriter<byte> destination)
    {
        destination.Write(Written());
        GiveBack();
    }

    internal void WriteLeftAligned(scoped ReadOnlySpan<byte> value, int length, string path)
    {
        if (value.Length != length)
            throw new AbiException(path, $"The type has {length} bytes, and the value {value.Length}.");
        value.CopyTo(Word());
    }

    private readonly ReadOnlySpan<byte> Written() =>
        _next == _head.End ? _buffer[.._length] : throw new InvalidOperationException(FewerThanDeclared);

    // The next word of the head, cleared.
    private Span<byte> Word()
    {
        if (_next > _head.End - WordLength)
            throw new InvalidOperationException(MoreThanDeclared);

        var word = _buffer.Slice(_next, WordLength);
        word.Clear();
        _next += WordLength;
        return word;
    }

    // Makes room for so many bytes after what was written, and counts them as written.
    private void Reserve(long bytes)
    {
        var needed = _length + bytes;
        if (needed > Array.MaxLength)
            throw new AbiException(string.Empty, $"An encoding of {needed} bytes is more than an array can hold.");
        if (needed > _buffer.Length)
            Grow((int)needed);
        _length = (int)needed;
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _buffer.Length)));
        _buffer[.._length].CopyTo(larger);
        GiveBack();
        _rented = larger;
        _buffer = larger;
    }

    private void GiveBack()
    {
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
        _buffer = default;
    }

    private static AbiException DoesNotFit(string path, string value, string type) => new(path, $"{value} does not fit {type}.");
}
