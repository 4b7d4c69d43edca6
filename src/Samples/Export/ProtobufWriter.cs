using System.Buffers.Binary;
using System.Text;

namespace OpenGradient.Samples.Export;

/// <summary>Writes a protobuf message, field by field.</summary>
internal sealed class ProtobufWriter
{
    private const int VarintKind = 0;
    private const int BytesKind = 2;

    private readonly List<byte> _message = [];

    public ProtobufWriter Number(int field, long value)
    {
        Varint(((ulong)field << 3) | VarintKind);
        Varint(unchecked((ulong)value));
        return this;
    }

    public ProtobufWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)field << 3) | BytesKind);
        Varint((ulong)value.Length);
        _message.AddRange(value);
        return this;
    }

    public ProtobufWriter Message(int field, ProtobufWriter inner) => Bytes(field, inner.ToArray());

    /// <summary>Numbers in a row, packed.</summary>
    public ProtobufWriter Packed(int field, IEnumerable<long> values)
    {
        var packed = new ProtobufWriter();
        foreach (var value in values)
            packed.Varint(unchecked((ulong)value));
        return Bytes(field, packed.ToArray());
    }

    public byte[] ToArray() => [.. _message];

    public static byte[] LittleEndian(ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return bytes;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _message.Add((byte)((value & 0x7f) | 0x80));
        _message.Add((byte)value);
    }
}
