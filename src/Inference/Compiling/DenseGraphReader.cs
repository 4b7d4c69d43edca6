using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using OpenGradient.Inference.Artifacts.Onnx;

namespace OpenGradient.Inference.Compiling;

/// <summary>
/// Reads the graph of an ONNX file for the compiler: what it knows of nodes and constants, nothing of nested graphs. The file was inspected before, so
/// that counts and lengths are bounded, and every constant has the data that its shape says.
/// </summary>
internal static class DenseGraphReader
{
    private const int ModelGraph = 7;
    private const int Float = 1;

    /// <summary>The graph, or null where a field is not of the kind that ONNX has.</summary>
    public static DenseGraph? TryRead(ReadOnlySpan<byte> model)
    {
        var nodes = ImmutableArray.CreateBuilder<DenseNode>();
        var constants = new Dictionary<string, DenseConstant>(StringComparer.Ordinal);
        var inputs = ImmutableArray.CreateBuilder<string>();
        var outputs = ImmutableArray.CreateBuilder<string>();
        var reader = new ProtobufReader(FieldOf(model, ModelGraph));
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out var field))
                return null;
            if (field.Kind != ProtobufKind.Bytes)
                continue;
            switch (field.Number)
            {
                case 1:
                    if (ReadNode(field.Bytes) is not { } node)
                        return null;
                    nodes.Add(node);
                    break;
                case 5:
                    if (ReadConstant(field.Bytes) is not var (name, constant))
                        return null;
                    constants[name] = constant;
                    break;
                case 11:
                    inputs.Add(TextOf(FieldOf(field.Bytes, 1)));
                    break;
                case 12:
                    outputs.Add(TextOf(FieldOf(field.Bytes, 1)));
                    break;
                default:
                    break;
            }
        }

        // Older files list their constants as inputs too.
        return new DenseGraph(nodes.ToImmutable(), constants, [.. inputs.Where(input => !constants.ContainsKey(input))], outputs.ToImmutable());
    }

    private static DenseNode? ReadNode(ReadOnlySpan<byte> bytes)
    {
        var inputs = ImmutableArray.CreateBuilder<string>();
        var outputs = ImmutableArray.CreateBuilder<string>();
        var floats = ImmutableDictionary.CreateBuilder<string, float>(StringComparer.Ordinal);
        var integers = ImmutableDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        var (name, type) = (string.Empty, string.Empty);
        var reader = new ProtobufReader(bytes);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out var field))
                return null;
            if (field.Kind != ProtobufKind.Bytes)
                continue;
            switch (field.Number)
            {
                case 1:
                    inputs.Add(TextOf(field.Bytes));
                    break;
                case 2:
                    outputs.Add(TextOf(field.Bytes));
                    break;
                case 3:
                    name = TextOf(field.Bytes);
                    break;
                case 4:
                    type = TextOf(field.Bytes);
                    break;
                case 5:
                    if (!TryReadAttribute(field.Bytes, floats, integers))
                        return null;
                    break;
                default:
                    break;
            }
        }

        return new DenseNode(name, type, inputs.ToImmutable(), outputs.ToImmutable(), floats.ToImmutable(), integers.ToImmutable());
    }

    private static bool TryReadAttribute(
        ReadOnlySpan<byte> bytes, ImmutableDictionary<string, float>.Builder floats, ImmutableDictionary<string, long>.Builder integers)
    {
        var name = TextOf(FieldOf(bytes, 1));
        var reader = new ProtobufReader(bytes);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out var field))
                return false;
            if (field is { Number: 2, Kind: ProtobufKind.Fixed32 })
                floats[name] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(bytes.Length - reader.Remaining - sizeof(float))..]);
            else if (field is { Number: 3, Kind: ProtobufKind.Varint })
                integers[name] = unchecked((long)field.Value);
        }

        return true;
    }

    private static (string Name, DenseConstant Constant)? ReadConstant(ReadOnlySpan<byte> bytes)
    {
        var dims = ImmutableArray.CreateBuilder<long>();
        var type = 0UL;
        var name = string.Empty;
        var values = new List<float>();
        var reader = new ProtobufReader(bytes);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out var field))
                return null;
            switch (field.Number, field.Kind)
            {
                case (1, ProtobufKind.Varint):
                    dims.Add((long)field.Value);
                    break;
                case (1, ProtobufKind.Bytes):
                    var packed = new ProtobufReader(field.Bytes);
                    while (!packed.IsAtEnd && packed.TryReadVarint(out var dim))
                        dims.Add((long)dim);
                    break;
                case (2, ProtobufKind.Varint):
                    type = field.Value;
                    break;
                case (4, ProtobufKind.Fixed32):
                    values.Add(BinaryPrimitives.ReadSingleLittleEndian(bytes[(bytes.Length - reader.Remaining - sizeof(float))..]));
                    break;
                case (4 or 9, ProtobufKind.Bytes) when field.Number == 4 || type is Float or 0:
                    AddFloats(field.Bytes, values);
                    break;
                case (8, ProtobufKind.Bytes):
                    name = TextOf(field.Bytes);
                    break;
                default:
                    break;
            }
        }

        var isFloat = type == Float && values.Count == dims.Aggregate(1L, (product, dim) => product * dim);
        return (name, new DenseConstant(dims.ToImmutable(), isFloat, isFloat ? values.ToArray() : default));
    }

    private static void AddFloats(ReadOnlySpan<byte> packed, List<float> values)
    {
        values.EnsureCapacity(values.Count + (packed.Length / sizeof(float)));
        for (; packed.Length >= sizeof(float); packed = packed[sizeof(float)..])
            values.Add(BinaryPrimitives.ReadSingleLittleEndian(packed));
    }

    // The inspection made sure that what stands once does not stand twice.
    private static ReadOnlySpan<byte> FieldOf(ReadOnlySpan<byte> message, int number)
    {
        var reader = new ProtobufReader(message);
        while (!reader.IsAtEnd && reader.TryRead(out var field))
        {
            if (field.Number == number && field.Kind == ProtobufKind.Bytes)
                return field.Bytes;
        }

        return [];
    }

    private static string TextOf(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
