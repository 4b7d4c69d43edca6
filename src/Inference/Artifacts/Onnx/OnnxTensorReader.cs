using System.Runtime.InteropServices;

namespace OpenGradient.Inference.Artifacts.Onnx;

/// <summary>Reads ONNX's TensorProto: whether a constant's bytes are here, and are as many as its shape says.</summary>
internal static class OnnxTensorReader
{
    private const int MaxDims = 64;

    public static bool TryRead(ReadOnlySpan<byte> tensor, OnnxInspection inspection, out string name)
    {
        name = string.Empty;
        var shape = new Shape();
        var dataType = 0;
        var data = new Data();
        var reader = new ProtobufReader(tensor);
        var once = new FieldsOnce();
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out var field))
                return inspection.Malformed("a constant");
            if (field.Number is TensorField.DataType or TensorField.Name or TensorField.Raw or TensorField.Location && !once.TryAdd(field.Number))
                return inspection.Refuse(ArtifactFault.FieldRepeated, "A constant has a field twice.");

            var isTaken = (field.Number, field.Kind) switch
            {
                (TensorField.Dims, ProtobufKind.Varint) => shape.TryAdd(field.Value),
                (TensorField.Dims, ProtobufKind.Bytes) => shape.TryAddPacked(field.Bytes),
                (TensorField.DataType, ProtobufKind.Varint) => field.Value <= int.MaxValue && (dataType = (int)field.Value) >= 0,
                (TensorField.Name, ProtobufKind.Bytes) => OnnxInspection.ReadText(field.Bytes) is { } text && (name = text).Length >= 0,
                (TensorField.Raw, ProtobufKind.Bytes) => data.TryAddRaw(field.Bytes.Length),
                (TensorField.Float or TensorField.Int32 or TensorField.Int64 or TensorField.Double or TensorField.Uint64 or TensorField.String, _) =>
                    data.TryAddTyped(field),
                (TensorField.External, _) => inspection.Refuse(ArtifactFault.ExternalData, $"The constant {ModelSignature.Printable(name)} lies in another file."),
                (TensorField.Location, ProtobufKind.Varint) => field.Value == 0
                    || inspection.Refuse(ArtifactFault.ExternalData, $"The constant {ModelSignature.Printable(name)} lies in another file."),
                (TensorField.Segment, _) => false,
                (TensorField.Dims or TensorField.DataType or TensorField.Name or TensorField.Raw or TensorField.Location, _) => false,
                _ => true,
            };
            if (!isTaken)
                return inspection.Malformed("a constant");
        }

        if (!data.Fits(dataType, shape.Elements))
            return inspection.Refuse(ArtifactFault.ConstantInvalid, $"The constant {ModelSignature.Printable(name)} has not the data that its shape says.");
        return inspection.TryAddConstant(shape.Elements, data.Bytes);
    }

    /// <summary>Reads a SparseTensorProto: its values and where they are, both constants of their own.</summary>
    public static bool TryReadSparse(ReadOnlySpan<byte> sparse, OnnxInspection inspection)
    {
        const int Values = 1;
        const int Indices = 2;
        var reader = new ProtobufReader(sparse);
        var once = new FieldsOnce();
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out var field))
                return inspection.Malformed("a sparse constant");
            if (field.Number is not (Values or Indices))
                continue;
            if (field.Kind != ProtobufKind.Bytes || !once.TryAdd(field.Number))
                return inspection.Malformed("a sparse constant");
            if (!TryRead(field.Bytes, inspection, out _))
                return false;
        }

        return true;
    }

    /// <summary>The bits of one element by ONNX's numbers, which go on after those that tensors of ours have; zero for text and unknown types.</summary>
    private static int BitsOf(int dataType) => dataType switch
    {
        2 or 3 or 9 or 17 or 18 or 19 or 20 or 24 => 8,
        4 or 5 or 10 or 16 => 16,
        1 or 6 or 12 => 32,
        7 or 11 or 13 or 14 => 64,
        15 => 128,
        21 or 22 or 23 => 4,
        25 or 26 => 2,
        _ => 0,
    };

    [StructLayout(LayoutKind.Auto)]
    private ref struct Shape()
    {
        private int _count;

        public long Elements { get; private set; } = 1;

        public bool TryAdd(ulong dim)
        {
            if (++_count > MaxDims || dim > long.MaxValue)
                return false;
            // A shape of so many elements has no data in any artifact.
            var product = (UInt128)dim * (ulong)Elements;
            if (product > int.MaxValue * 16UL)
                return false;
            Elements = (long)product;
            return true;
        }

        public bool TryAddPacked(ReadOnlySpan<byte> dims)
        {
            var reader = new ProtobufReader(dims);
            while (!reader.IsAtEnd)
            {
                if (!reader.TryReadVarint(out var dim) || !TryAdd(dim))
                    return false;
            }

            return true;
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private ref struct Data
    {
        private int _field;
        private long _numbers;

        public long Bytes { get; private set; }

        public bool TryAddRaw(int length)
        {
            Bytes = length;
            return TryUse(TensorField.Raw);
        }

        public bool TryAddTyped(in ProtobufField field)
        {
            Bytes += Math.Max(1, field.Bytes.Length);
            if (!TryUse(field.Number))
                return false;
            var isPacked = field.Kind == ProtobufKind.Bytes;
            switch (field.Number)
            {
                case TensorField.String:
                    _numbers++;
                    return isPacked;
                case TensorField.Float:
                    _numbers += isPacked ? field.Bytes.Length / sizeof(float) : 1;
                    return isPacked ? field.Bytes.Length % sizeof(float) == 0 : field.Kind == ProtobufKind.Fixed32;
                case TensorField.Double:
                    _numbers += isPacked ? field.Bytes.Length / sizeof(double) : 1;
                    return isPacked ? field.Bytes.Length % sizeof(double) == 0 : field.Kind == ProtobufKind.Fixed64;
                default:
                    return isPacked ? TryCount(field.Bytes) : ++_numbers > 0 && field.Kind == ProtobufKind.Varint;
            }
        }

        /// <summary>Whether there is as much data, in the field that the type is kept in, as the shape says.</summary>
        public readonly bool Fits(int dataType, long elements)
        {
            const int Text = 8;
            var bits = BitsOf(dataType);
            if (bits == 0)
                return dataType == Text && (_field == TensorField.String || elements == 0) && _numbers == elements;
            if (_field == 0)
                return elements == 0;
            if (_field == TensorField.Raw)
                return Bytes == ((elements * bits) + 7) / 8;

            var home = dataType switch
            {
                1 or 14 => TensorField.Float,
                11 or 15 => TensorField.Double,
                7 => TensorField.Int64,
                12 or 13 => TensorField.Uint64,
                _ => TensorField.Int32,
            };
            var parts = dataType is 14 or 15 ? 2 * elements : bits < 8 ? ((elements * bits) + 7) / 8 : elements;
            return _field == home && _numbers == parts;
        }

        // Data in two places could be read as either.
        private bool TryUse(int field)
        {
            var isSame = _field == 0 || _field == field;
            _field = field;
            return isSame;
        }

        private bool TryCount(ReadOnlySpan<byte> packed)
        {
            var reader = new ProtobufReader(packed);
            while (!reader.IsAtEnd)
            {
                if (!reader.TryReadVarint(out _))
                    return false;
                _numbers++;
            }

            return true;
        }
    }

    private static class TensorField
    {
        public const int Dims = 1;
        public const int DataType = 2;
        public const int Segment = 3;
        public const int Float = 4;
        public const int Int32 = 5;
        public const int String = 6;
        public const int Int64 = 7;
        public const int Name = 8;
        public const int Raw = 9;
        public const int Double = 10;
        public const int Uint64 = 11;
        public const int External = 13;
        public const int Location = 14;
    }
}
