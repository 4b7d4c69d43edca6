using System.Buffers.Binary;
using System.Text;

namespace OpenGradient.Attestation.Nitro;

/// <summary>
/// Reads the part of CBOR (RFC 8949) that attestation documents use. Numbers in any width, since AWS does not write the shortest,
/// and maps that end with a mark, since its newer devices write those; all other lengths stand before what they measure. A read that does not fit sets <see cref="Failed"/> and gives nothing, from then on.
/// </summary>
internal struct CborReader(ReadOnlyMemory<byte> source)
{
    private const int UnsignedType = 0;
    private const int NegativeType = 1;
    private const int BytesType = 2;
    private const int TextType = 3;
    private const int ArrayType = 4;
    private const int MapType = 5;
    private const int TagType = 6;
    private const byte Null = 0xF6;
    private const byte EndlessMap = 0xBF;
    private const byte End = 0xFF;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlyMemory<byte> _rest = source;

    public bool Failed { get; private set; }

    public readonly ReadOnlyMemory<byte> Rest => _rest;

    public readonly bool IsNull => !_rest.IsEmpty && _rest.Span[0] == Null;

    public readonly bool IsTag => !_rest.IsEmpty && _rest.Span[0] >> 5 == TagType;

    public ulong Tag() => Head(TagType);

    public ulong Number() => Head(UnsignedType);

    /// <summary>Minus one, less what is written: -35 is written as 34.</summary>
    public long Negative()
    {
        var written = Head(NegativeType);
        if (written > long.MaxValue - 1)
            Failed = true;
        return Failed ? 0 : -1 - (long)written;
    }

    public int Array(int most) => Count(ArrayType, most);

    public int Map(int most) => Count(MapType, most);

    /// <summary>Steps into a map whose end is marked; false, and nothing is read, where the next is none.</summary>
    public bool TryEndlessMap() => TryByte(EndlessMap);

    /// <summary>Steps over the mark.</summary>
    public bool TryEnd() => TryByte(End);

    public ReadOnlyMemory<byte> Bytes(int most) => Content(BytesType, most);

    public string Text(int most)
    {
        try
        {
            return StrictUtf8.GetString(Content(TextType, most).Span);
        }
        catch (DecoderFallbackException)
        {
            Failed = true;
            return string.Empty;
        }
    }

    /// <summary>Steps over a null; bytes otherwise.</summary>
    public ReadOnlyMemory<byte>? BytesOrNull(int most)
    {
        if (!IsNull)
            return Bytes(most);
        _rest = _rest[1..];
        return null;
    }

    private bool TryByte(byte expected)
    {
        if (Failed || _rest.IsEmpty || _rest.Span[0] != expected)
            return false;
        _rest = _rest[1..];
        return true;
    }

    private ReadOnlyMemory<byte> Content(int type, int most)
    {
        var length = Count(type, most);
        if (Failed || length > _rest.Length)
        {
            Failed = true;
            return default;
        }

        var content = _rest[..length];
        _rest = _rest[length..];
        return content;
    }

    private int Count(int type, int most)
    {
        var count = Head(type);
        if (count > (ulong)most)
            Failed = true;
        return Failed ? 0 : (int)count;
    }

    private ulong Head(int type)
    {
        if (Failed || _rest.IsEmpty || _rest.Span[0] >> 5 != type)
            return Fail();
        var low = _rest.Span[0] & 0x1F;
        var width = low switch { < 24 => 0, 24 => 1, 25 => 2, 26 => 4, 27 => 8, _ => -1 };
        // 28 to 30 mean nothing, and 31 a length that is not known yet.
        if (width < 0 || _rest.Length < 1 + width)
            return Fail();
        var digits = _rest.Span.Slice(1, width);
        var value = width switch
        {
            0 => (ulong)low,
            1 => digits[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(digits),
            4 => BinaryPrimitives.ReadUInt32BigEndian(digits),
            _ => BinaryPrimitives.ReadUInt64BigEndian(digits),
        };
        _rest = _rest[(1 + width)..];
        return value;
    }

    private ulong Fail()
    {
        Failed = true;
        return 0;
    }
}
