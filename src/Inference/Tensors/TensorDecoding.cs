using System.Collections.Immutable;

namespace OpenGradient.Inference.Tensors;

/// <summary>Why tensors cannot be encoded, or bytes are no encoding. The names are those of the errors of Tensors in Solidity.</summary>
public enum TensorFault
{
    None = 0,
    EncodingVersionUnknown,
    TensorCountInvalid,
    NameLengthInvalid,
    NameCharacterInvalid,

    /// <summary>A name is not greater than the one before it.</summary>
    NamesNotAscending,
    DataTypeUnknown,
    RankInvalid,
    DimensionZero,

    /// <summary>A byte of a <see cref="DataType.Bool"/> is neither 0 nor 1.</summary>
    BoolInvalid,

    /// <summary>To encode: dims and type ask for another length of the data.</summary>
    DataLengthInvalid,

    /// <summary>To decode: bytes are missing at the end.</summary>
    Truncated,

    /// <summary>To decode: something follows the last tensor.</summary>
    TrailingBytes,
}

/// <summary>What came of reading bytes as tensors.</summary>
public abstract record TensorDecoding
{
    private TensorDecoding()
    {
    }

    /// <summary>The bytes are the one encoding of these.</summary>
    public sealed record Decoded(ImmutableArray<Tensor> Tensors) : TensorDecoding;

    /// <summary>The bytes are no encoding.</summary>
    /// <param name="Fault">What is wrong.</param>
    /// <param name="TensorIndex">In which tensor; zero where it is in none.</param>
    public sealed record Refused(TensorFault Fault, int TensorIndex) : TensorDecoding;
}
