namespace OpenGradient.Inference.Tensors;

/// <summary>The element types of a tensor, by the numbers that ONNX's TensorProto gives them.</summary>
public enum DataType
{
    Undefined = 0,
    Float = 1,
    Uint8 = 2,
    Int8 = 3,
    Uint16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,

    /// <summary>Stands here for its number only: no tensor has it.</summary>
    String = 8,
    Bool = 9,
    Float16 = 10,
    Double = 11,
    Uint32 = 12,
    Uint64 = 13,

    /// <summary>Stands here for its number only: no tensor has it.</summary>
    Complex64 = 14,

    /// <summary>Stands here for its number only: no tensor has it.</summary>
    Complex128 = 15,
    Bfloat16 = 16,
}

public static class DataTypeExtensions
{
    /// <summary>The bytes of one element; zero for a type that no tensor has.</summary>
    public static int SizeInBytes(this DataType dataType) => dataType switch
    {
        DataType.Uint8 or DataType.Int8 or DataType.Bool => 1,
        DataType.Uint16 or DataType.Int16 or DataType.Float16 or DataType.Bfloat16 => 2,
        DataType.Float or DataType.Int32 or DataType.Uint32 => 4,
        DataType.Double or DataType.Int64 or DataType.Uint64 => 8,
        _ => 0,
    };

    /// <summary>Whether elements are integers, <see cref="DataType.Bool"/> not among them.</summary>
    public static bool IsInteger(this DataType dataType) =>
        dataType.IsSigned() || dataType is DataType.Uint8 or DataType.Uint16 or DataType.Uint32 or DataType.Uint64;

    public static bool IsSigned(this DataType dataType) => dataType is DataType.Int8 or DataType.Int16 or DataType.Int32 or DataType.Int64;
}
