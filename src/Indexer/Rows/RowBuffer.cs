using System.Buffers.Binary;
using System.Text;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Rows;

/// <summary>
/// Rows of one table in their canonical encoding: the number of fields in two bytes, then for each field its length in four, or -1 for
/// nothing, and its bytes. Numbers are eight bytes, booleans one, all big-endian. It is what the state hash is over, and on purpose also
/// what PostgreSQL's binary COPY reads, so that a row is written once and sent as it is.
/// </summary>
internal sealed class RowBuffer
{
    private const int LengthBytes = sizeof(int);

    private byte[] _bytes = new byte[8 * 1024];
    private int _length;

    public int Rows { get; private set; }

    /// <summary>All rows, one behind the other.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, _length);

    /// <summary>Begins a row, and gives the place where it begins.</summary>
    public int StartRow(int fields)
    {
        var start = _length;
        BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), (short)fields);
        Rows++;
        return start;
    }

    /// <summary>Takes the last row back.</summary>
    public void Undo(int start)
    {
        _length = start;
        Rows--;
    }

    public ReadOnlySpan<byte> Since(int start) => _bytes.AsSpan(start, _length - start);

    public void Write(long value) => BinaryPrimitives.WriteInt64BigEndian(Field(sizeof(long)), value);

    /// <summary>A number beyond 2^63 - 1 becomes that.</summary>
    public void WriteSaturated(ulong value) => Write((long)Math.Min(value, long.MaxValue));

    public void Write(bool value) => Field(1)[0] = value ? (byte)1 : (byte)0;

    public void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Field(bytes.Length));

    public void Write(UInt256 value) => value.WriteBigEndian(Field(Hash32.ByteLength));

    public void Write(Int256 value)
    {
        var field = Field(Hash32.ByteLength);
        value.Bits.WriteBigEndian(field);
        field[0] ^= 0x80;
    }

    /// <summary>Bytes that should be text. PostgreSQL has no zero character in a text.</summary>
    public void WriteText(ReadOnlySpan<byte> utf8)
    {
        if (!utf8.Contains((byte)0) && System.Text.Unicode.Utf8.IsValid(utf8))
            Write(utf8);
        else
            Write(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8).Replace('\0', '\uFFFD')));
    }

    public void WriteNull() => BinaryPrimitives.WriteInt32BigEndian(Take(LengthBytes), -1);

    public void Clear() => (_length, Rows) = (0, 0);

    private Span<byte> Field(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(LengthBytes), length);
        return Take(length);
    }

    private Span<byte> Take(int count)
    {
        if (count > _bytes.Length - _length)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max((long)_bytes.Length * 2, (long)_length + count)));
        var place = _bytes.AsSpan(_length, count);
        _length += count;
        return place;
    }
}

/// <summary>Reads the fields of encoded rows, one after the other.</summary>
internal ref struct RowReader(ReadOnlySpan<byte> rows)
{
    private ReadOnlySpan<byte> _rest = rows;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Enters a row, and gives the number of its fields.</summary>
    public int StartRow()
    {
        var fields = BinaryPrimitives.ReadInt16BigEndian(_rest);
        _rest = _rest[sizeof(short)..];
        return fields;
    }

    /// <summary>Reads a field; false when it holds nothing.</summary>
    public bool TryRead(out ReadOnlySpan<byte> field)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(_rest);
        _rest = _rest[sizeof(int)..];
        field = length < 0 ? default : _rest[..length];
        _rest = _rest[field.Length..];
        return length >= 0;
    }
}
