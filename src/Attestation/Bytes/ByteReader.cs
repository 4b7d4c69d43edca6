using System.Buffers.Binary;

namespace OpenGradient.Attestation.Bytes;

/// <summary>
/// Reads fields one after the other. A field that is not there reads as zeros and sets <see cref="Failed"/>, which the caller asks for once, at the
/// end: no field is used before.
/// </summary>
internal struct ByteReader(ReadOnlyMemory<byte> source)
{
    private ReadOnlyMemory<byte> _rest = source;

    public bool Failed { get; private set; }

    public readonly int Remaining => _rest.Length;

    public readonly ReadOnlyMemory<byte> Rest => _rest;

    public ReadOnlyMemory<byte> Take(long count)
    {
        if (Failed || count < 0 || count > _rest.Length)
        {
            Failed = true;
            return default;
        }

        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    public byte Byte() => Take(1) is { IsEmpty: false } field ? field.Span[0] : (byte)0;

    public ushort UInt16() => Take(2) is { IsEmpty: false } field ? BinaryPrimitives.ReadUInt16LittleEndian(field.Span) : (ushort)0;

    public int UInt24() => Take(3) is { IsEmpty: false } field ? field.Span[0] | (field.Span[1] << 8) | (field.Span[2] << 16) : 0;

    public uint UInt32() => Take(4) is { IsEmpty: false } field ? BinaryPrimitives.ReadUInt32LittleEndian(field.Span) : 0;
}
