using System.Buffers.Binary;
using System.Collections.Immutable;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Backends.Onnx;

/// <summary>Inputs that nobody chose, to try models with: 0 to 1 for floats, 0 and 1 for all others, which models take as a rule.</summary>
internal static class RandomTensors
{
    /// <param name="signature">Of the model.</param>
    /// <param name="rows">The size of a first axis that is dynamic.</param>
    /// <param name="otherAxes">The size of other axes that are.</param>
    /// <param name="seed">The same seed gives the same numbers.</param>
    public static ImmutableArray<Tensor> Draw(ModelSignature signature, uint rows, uint otherAxes, ulong seed)
    {
        var state = seed;
        return [.. signature.Inputs.Select(input => Fill(input, rows, otherAxes, ref state))];
    }

    /// <summary>The same shapes and whole numbers, and other floats.</summary>
    public static ImmutableArray<Tensor> Redraw(ImmutableArray<Tensor> question, ulong seed)
    {
        var state = seed;
        return [.. question.Select(input => input.DataType is DataType.Float or DataType.Double or DataType.Float16 or DataType.Bfloat16
            ? Fill(input.Name, input.DataType, input.Dims, ref state)
            : input)];
    }

    private static Tensor Fill(TensorSignature input, uint rows, uint otherAxes, ref ulong state) => Fill(
        input.Name, input.DataType, [.. input.Axes.Select((axis, i) => !axis.IsDynamic ? axis.Size : i == 0 ? rows : otherAxes)], ref state);

    private static Tensor Fill(string name, DataType dataType, ImmutableArray<uint> dims, ref ulong state)
    {
        var size = dataType.SizeInBytes();
        var data = new byte[dims.Aggregate((long)size, (product, dim) => product * dim)];
        for (var at = 0; at < data.Length; at += size)
            Write(dataType, NextUnit(ref state), data.AsSpan(at, size));
        return new Tensor(name, dataType, dims, data);
    }

    private static void Write(DataType dataType, float unit, Span<byte> bytes)
    {
        switch (dataType)
        {
            case DataType.Float:
                BinaryPrimitives.WriteSingleLittleEndian(bytes, unit);
                break;
            case DataType.Double:
                BinaryPrimitives.WriteDoubleLittleEndian(bytes, unit);
                break;
            case DataType.Float16:
                BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)unit);
                break;
            case DataType.Bfloat16:
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(BitConverter.SingleToUInt32Bits(unit) >> 16));
                break;
            default:
                bytes[0] = (byte)(unit < 0.5f ? 0 : 1);
                break;
        }
    }

    // SplitMix64.
    private static float NextUnit(ref ulong state)
    {
        unchecked
        {
            state += 0x9e37_79b9_7f4a_7c15UL;
            var mixed = (state ^ (state >> 30)) * 0xbf58_476d_1ce4_e5b9UL;
            mixed = (mixed ^ (mixed >> 27)) * 0x94d0_49bb_1331_11ebUL;
            return (mixed >> 40) / (float)(1 << 24);
        }
    }
}
