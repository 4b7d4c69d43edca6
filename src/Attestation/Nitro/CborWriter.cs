using System.Buffers.Binary;
using System.Text;

namespace OpenGradient.Attestation.Nitro;

/// <summary>Writes CBOR in its shortest form.</summary>
internal sealed class CborWriter
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public void Tag(ulong tag) => Head(6, tag);

    public void Number(ulong value) => Head(0, value);

    public void Negative(long value) => Head(1, (ulong)(-1 - value));

    public void Array(int count) => Head(4, (ulong)count);

    public void Map(int count) => Head(5, (ulong)count);

    public void Null() => _bytes.Add(0xF6);

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Head(2, (ulong)value.Length);
        _bytes.AddRange(value);
    }

    public void Text(string value)
    {
        var utf8 = Encoding.UTF8.GetBytes(value);
        Head(3, (ulong)utf8.Length);
        _bytes.AddRange(utf8);
    }

    private void Head(int type, ulong value)
    {
        Span<byte> digits = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(digits, value);
        var (low, width) = value switch
        {
            < 24 => ((int)value, 0),
            <= byte.MaxValue => (24, 1),
            <= ushort.MaxValue => (25, 2),
            <= uint.MaxValue => (26, 4),
            _ => (27, 8),
        };
        _bytes.Add((byte)((type << 5) | low));
        _bytes.AddRange(digits[(sizeof(ulong) - width)..]);
    }
}
