using System.Collections.Immutable;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Artifacts.Onnx;

/// <summary>Reads ONNX's ValueInfoProto: the name, element type and shape of an input or output.</summary>
internal static class OnnxTypeReader
{
    private const int MaxValues = 100_000;

    public static bool TryRead(ReadOnlySpan<byte> value, OnnxInspection inspection, List<TensorSignature> values)
    {
        const int Name = 1;
        const int Type = 2;
        if (values.Count >= MaxValues)
            return inspection.Refuse(ArtifactFault.TooLarge, $"More than {MaxValues} inputs or outputs.");

        string? name = null;
        ReadOnlySpan<byte> type = default;
        var reader = new ProtobufReader(value);
        var once = new FieldsOnce();
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out var field))
                return inspection.Malformed("an input or output");
            if (field.Number is not (Name or Type))
                continue;
            if (field.Kind != ProtobufKind.Bytes || !once.TryAdd(field.Number))
                return inspection.Malformed("an input or output");
            if (field.Number == Name)
                name = OnnxInspection.ReadText(field.Bytes);
            else
                type = field.Bytes;
        }

        if (name is null || !once.Has(Type))
            return inspection.Refuse(ArtifactFault.SignatureInvalid, "An input or output has no name or no type.");
        return TryReadType(type, name, inspection, values);
    }

    private static bool TryReadType(ReadOnlySpan<byte> type, string name, OnnxInspection inspection, List<TensorSignature> values)
    {
        const int TensorType = 1;
        const int Denotation = 6;
        ReadOnlySpan<byte> tensor = default;
        var reader = new ProtobufReader(type);
        var once = new FieldsOnce();
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out var field) || !once.TryAdd(field.Number))
                return inspection.Malformed("a type");
            if (field.Number == TensorType && field.Kind == ProtobufKind.Bytes)
                tensor = field.Bytes;
            else if (field.Number != Denotation)
                return inspection.Refuse(ArtifactFault.SignatureInvalid, $"{ModelSignature.Printable(name)} is no plain tensor.");
        }

        if (!once.Has(TensorType))
            return inspection.Refuse(ArtifactFault.SignatureInvalid, $"{ModelSignature.Printable(name)} is no plain tensor.");
        return TryReadTensorType(tensor, name, inspection, values);
    }

    private static bool TryReadTensorType(ReadOnlySpan<byte> tensor, string name, OnnxInspection inspection, List<TensorSignature> values)
    {
        const int ElementType = 1;
        const int Shape = 2;
        var dataType = DataType.Undefined;
        var axes = default(ImmutableArray<Axis>);
        var reader = new ProtobufReader(tensor);
        var once = new FieldsOnce();
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out var field) || !once.TryAdd(field.Number))
                return inspection.Malformed("a tensor's type");
            switch (field.Number, field.Kind)
            {
                case (ElementType, ProtobufKind.Varint):
                    dataType = field.Value <= (ulong)DataType.Bfloat16 ? (DataType)field.Value : DataType.Undefined;
                    break;
                case (Shape, ProtobufKind.Bytes):
                    if (!TryReadShape(field.Bytes, out axes))
                        return inspection.Refuse(ArtifactFault.SignatureInvalid, $"The shape of {ModelSignature.Printable(name)} is none that a tensor can have.");
                    break;
                default:
                    return inspection.Malformed("a tensor's type");
            }
        }

        if (dataType.SizeInBytes() == 0)
            return inspection.Refuse(ArtifactFault.SignatureInvalid, $"The elements of {ModelSignature.Printable(name)} are of a type that no tensor has.");
        values.Add(new TensorSignature(name, dataType, axes));
        return true;
    }

    private static bool TryReadShape(ReadOnlySpan<byte> shape, out ImmutableArray<Axis> axes)
    {
        const int Dimension = 1;
        axes = default;
        var builder = ImmutableArray.CreateBuilder<Axis>();
        var reader = new ProtobufReader(shape);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out var field) || field.Number != Dimension || field.Kind != ProtobufKind.Bytes
                || builder.Count == TensorEncoding.MaxRank || !TryReadAxis(field.Bytes, out var axis))
            {
                return false;
            }

            builder.Add(axis);
        }

        axes = builder.ToImmutable();
        return true;
    }

    private static bool TryReadAxis(ReadOnlySpan<byte> dimension, out Axis axis)
    {
        const int Size = 1;
        const int Symbol = 2;
        const int Denotation = 3;
        axis = default;
        var reader = new ProtobufReader(dimension);
        var once = new FieldsOnce();
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out var field) || !once.TryAdd(field.Number))
                return false;
            switch (field.Number, field.Kind)
            {
                // A size of zero would be dynamic to us and empty to the runtime.
                case (Size, ProtobufKind.Varint) when field.Value is > 0 and <= uint.MaxValue && !once.Has(Symbol):
                    axis = new Axis((uint)field.Value);
                    break;
                // Some exporters write -1 for an axis that is chosen.
                case (Size, ProtobufKind.Varint) when field.Value == ulong.MaxValue && !once.Has(Symbol):
                    axis = default;
                    break;
                case (Symbol, ProtobufKind.Bytes) when !once.Has(Size) && OnnxInspection.ReadText(field.Bytes) is { } text:
                    axis = new Axis(0, text.Length == 0 ? null : text);
                    break;
                case (Denotation, ProtobufKind.Bytes):
                    break;
                default:
                    return false;
            }
        }

        return true;
    }
}
