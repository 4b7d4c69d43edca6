using System.Diagnostics.CodeAnalysis;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rlp;

/// <summary>
/// Reads items of recursive length prefix encoding from a span, one after another, without copying or allocating. Strict: only the
/// shortest form of a length and of a number is taken. Every method that reads throws <see cref="RlpException"/>, and nothing else, when
/// the input is not what it asks for.
/// </summary>
public ref struct RlpReader
{
    /// <summary>
    /// Lists inside lists, at most: far more than any structure of Ethereum has, and little enough for a recursive caller's stack.
    /// </summary>
    public const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> _input;
    private readonly int _end;
    private readonly int _depth;
    private int _position;

    /// <summary>Starts at the first byte.</summary>
    public RlpReader(ReadOnlySpan<byte> input)
        : this(input, 0, input.Length, 0)
    {
    }

    /// <summary>
    /// Starts behind <paramref name="start"/> bytes that are not RLP, such as the type of a transaction; offsets count them.
    /// </summary>
    internal RlpReader(ReadOnlySpan<byte> input, int start)
        : this(input, start, input.Length, 0)
    {
    }

    private RlpReader(ReadOnlySpan<byte> input, int start, int end, int depth)
    {
        _input = input;
        _position = start;
        _end = end;
        _depth = depth;
    }

    /// <summary>Where the next item starts, counted from the start of the outermost input.</summary>
    public readonly int Offset => _position;

    /// <summary>Whether nothing is left in the input, or in the list that this reader reads.</summary>
    public readonly bool IsAtEnd => _position == _end;

    /// <summary>Whether the next item is a list; false at the end.</summary>
    public readonly bool NextIsList => !IsAtEnd && _input[_position] >= RlpPrefix.EmptyList;

    /// <summary>The content of a byte string: a part of the input, not a copy.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        var prefix = ReadPrefix(isList: false);
        var bytes = _input.Slice(_position + prefix.PrefixLength, prefix.PayloadLength);
        _position += prefix.ItemLength;
        return bytes;
    }

    /// <summary>The content of a byte string of exactly this length.</summary>
    public ReadOnlySpan<byte> ReadBytes(int length)
    {
        var offset = _position;
        var bytes = ReadBytes();
        if (bytes.Length != length)
            throw new RlpException(RlpFault.WrongLength, offset, $"{length} bytes belong here, and these are {bytes.Length}.");

        return bytes;
    }

    /// <summary>A reader of the items of a list; this reader goes on behind the list.</summary>
    public RlpReader ReadList()
    {
        var prefix = ReadPrefix(isList: true);
        if (_depth == MaxDepth)
            throw new RlpException(RlpFault.TooDeep, _position);

        var start = _position + prefix.PrefixLength;
        _position += prefix.ItemLength;
        return new RlpReader(_input, start, _position, _depth + 1);
    }

    /// <summary>The whole encoding of the next item, of either kind. What a list holds is not looked at.</summary>
    public ReadOnlySpan<byte> ReadItem()
    {
        var item = _input.Slice(_position, PeekPrefix().ItemLength);
        _position += item.Length;
        return item;
    }

    public ulong ReadUInt64()
    {
        var value = 0UL;
        foreach (var digit in ReadNumber(sizeof(ulong)))
            value = (value << 8) | digit;
        return value;
    }

    public UInt256 ReadUInt256() => UInt256.FromShortBigEndian(ReadNumber(UInt256.ByteLength));

    public Wei ReadWei() => new(ReadUInt256());

    public byte ReadByte()
    {
        var number = ReadNumber(sizeof(byte));
        return number.IsEmpty ? (byte)0 : number[0];
    }

    /// <summary>The number 0 or 1.</summary>
    public bool ReadBool()
    {
        var offset = _position;
        return ReadByte() switch
        {
            0 => false,
            1 => true,
            var other => throw new RlpException(RlpFault.InvalidValue, offset, $"0 or 1 belongs here, not {other}."),
        };
    }

    public Hash32 ReadHash32() => new(ReadBytes(Hash32.ByteLength));

    public Address ReadAddress() => new(ReadBytes(Address.ByteLength));

    /// <summary>An address, or null for the empty byte string: how a transaction says that it creates a contract.</summary>
    public Address? ReadOptionalAddress()
    {
        if (IsAtEnd || _input[_position] != RlpPrefix.EmptyBytes)
            return ReadAddress();

        _position++;
        return null;
    }

    /// <summary>Refuses whatever is left over.</summary>
    public readonly void ReadEnd()
    {
        if (!IsAtEnd)
            throw new RlpException(RlpFault.TrailingBytes, _position);
    }

    private ReadOnlySpan<byte> ReadNumber(int maxLength)
    {
        var offset = _position;
        var digits = ReadBytes();
        if (digits.Length > 0 && digits[0] == 0)
            throw new RlpException(RlpFault.LeadingZero, offset);
        if (digits.Length > maxLength)
            throw new RlpException(RlpFault.NumberTooLarge, offset);

        return digits;
    }

    private readonly RlpPrefix ReadPrefix(bool isList)
    {
        var prefix = PeekPrefix();
        if (prefix.IsList != isList)
            ThrowWrongKind(isList);
        return prefix;
    }

    private readonly RlpPrefix PeekPrefix()
    {
        var fault = RlpPrefix.Read(_input[_position.._end], out var prefix);
        if (fault != RlpFault.None)
            ThrowFault(fault);
        return prefix;
    }

    [DoesNotReturn]
    private readonly void ThrowFault(RlpFault fault) => throw new RlpException(fault, _position);

    [DoesNotReturn]
    private readonly void ThrowWrongKind(bool listWanted) =>
        throw new RlpException(listWanted ? RlpFault.ExpectedList : RlpFault.ExpectedBytes, _position);
}
