namespace OpenGradient.Inference.Artifacts.Onnx;

/// <summary>One field of a message: a number, or a run of bytes.</summary>
internal readonly ref struct ProtobufField(int number, ProtobufKind kind, ulong value, ReadOnlySpan<byte> bytes)
{
    public int Number { get; } = number;

    public ProtobufKind Kind { get; } = kind;

    /// <summary>Of a number.</summary>
    public ulong Value { get; } = value;

    /// <summary>Of a run of bytes: text, a message, or packed numbers.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;
}

/// <summary>The kinds of fields that are on the wire. Groups, which nothing writes any more, are refused.</summary>
internal enum ProtobufKind
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>
/// Reads a protobuf message field by field. Nothing is copied or allocated; a length that leads out of the message, a number that does not end, and a
/// field with the number 0 are refused. Nesting is the caller's to bound.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private const int MaxVarintBytes = 10;
    private const int KindBits = 3;

    private ReadOnlySpan<byte> _rest = message;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>How many bytes follow what was read: a number of fixed width stands right before them.</summary>
    public readonly int Remaining => _rest.Length;

    public bool TryRead(out ProtobufField field)
    {
        field = default;
        if (!TryReadVarint(out var tag) || tag > uint.MaxValue)
            return false;
        var number = (int)(tag >> KindBits);
        var kind = (ProtobufKind)(tag & ((1 << KindBits) - 1));
        if (number == 0)
            return false;

        var value = 0UL;
        ReadOnlySpan<byte> bytes = [];
        var isRead = kind switch
        {
            ProtobufKind.Varint => TryReadVarint(out value),
            ProtobufKind.Fixed64 => TryTake(sizeof(ulong), out _),
            ProtobufKind.Fixed32 => TryTake(sizeof(uint), out _),
            ProtobufKind.Bytes => TryReadVarint(out var length) && TryTake(length, out bytes),
            _ => false,
        };
        field = new ProtobufField(number, kind, value, bytes);
        return isRead;
    }

    /// <summary>Reads one number of a packed run.</summary>
    public bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < MaxVarintBytes && i < _rest.Length; i++)
        {
            var part = _rest[i];
            // The tenth byte has one bit left to give.
            if (i == MaxVarintBytes - 1 && part > 1)
                return false;
            value |= (ulong)(part & 0x7f) << (7 * i);
            if (part < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private bool TryTake(ulong length, out ReadOnlySpan<byte> taken)
    {
        taken = [];
        if (length > (ulong)_rest.Length)
            return false;
        taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }
}
