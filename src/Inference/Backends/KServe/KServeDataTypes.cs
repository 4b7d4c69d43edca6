using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Backends.KServe;

/// <summary>The protocol's names of element types.</summary>
internal static class KServeDataTypes
{
    public static string NameOf(DataType dataType) => dataType switch
    {
        DataType.Bool => "BOOL",
        DataType.Uint8 => "UINT8",
        DataType.Uint16 => "UINT16",
        DataType.Uint32 => "UINT32",
        DataType.Uint64 => "UINT64",
        DataType.Int8 => "INT8",
        DataType.Int16 => "INT16",
        DataType.Int32 => "INT32",
        DataType.Int64 => "INT64",
        DataType.Float16 => "FP16",
        DataType.Float => "FP32",
        DataType.Double => "FP64",
        DataType.Bfloat16 => "BF16",
        _ => throw new ArgumentOutOfRangeException(nameof(dataType), dataType, "No tensor has this type."),
    };
}
