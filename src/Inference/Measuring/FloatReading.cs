using System.Buffers.Binary;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Measuring;

/// <summary>Reads the floats of a tensor, whatever their width; other types have none.</summary>
internal static class FloatReading
{
    public static IEnumerable<double> ToDoubles(Tensor tensor)
    {
        var size = tensor.DataType.SizeInBytes();
        if (tensor.DataType is not (DataType.Float or DataType.Double or DataType.Float16 or DataType.Bfloat16))
            yield break;
        for (var at = 0; at < tensor.Data.Length; at += size)
        {
            var bytes = tensor.Data.Span.Slice(at, size);
            yield return tensor.DataType switch
            {
                DataType.Double => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
                DataType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
                DataType.Bfloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
                _ => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            };
        }
    }
}
