using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Inference.Tensors;

/// <summary>How far apart floats may be that count as the same: |left − right| ≤ Absolute + Relative × |right|, both in units of 1e-18.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Tolerance(UInt128 Absolute, UInt128 Relative);

/// <summary>
/// When two answers to one question count as the same. The twin of Agreement in Solidity, which says why it is as it is; a test holds the two
/// together.
/// </summary>
public static class Agreement
{
    /// <summary>The longest answer in bytes that is compared number by number. What is longer agrees with nothing.</summary>
    public const int MaxLength = 4096;

    private static readonly BigInteger One = FixedPoint.One;

    /// <summary>Answers of a version that is not Float: they agree if they are equal.</summary>
    public static bool AgreeExactly(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceEqual(right);

    /// <summary>Answers of a Float version. Bytes that are no encoding, NaN and infinities agree with nothing, not even with themselves.</summary>
    public static bool Agree(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right, Tolerance tolerance)
    {
        if (left.Length > MaxLength || right.Length > MaxLength)
            return false;
        return TensorEncoding.Decode(left) is TensorDecoding.Decoded(var lefts)
            && TensorEncoding.Decode(right) is TensorDecoding.Decoded(var rights)
            && lefts.Length == rights.Length
            && lefts.Zip(rights).All(pair => Agree(pair.First, pair.Second, tolerance));
    }

    private static bool Agree(Tensor left, Tensor right, Tolerance tolerance)
    {
        if (left.Name != right.Name || left.DataType != right.DataType || !left.Dims.AsSpan().SequenceEqual(right.Dims.AsSpan()))
            return false;
        if (left.DataType is not (DataType.Float or DataType.Double or DataType.Float16 or DataType.Bfloat16))
            return left.Data.Span.SequenceEqual(right.Data.Span);

        var size = left.DataType.SizeInBytes();
        for (var offset = 0; offset < left.Data.Length; offset += size)
        {
            if (!AgreeNumbers(left.DataType, left.Data.Span.Slice(offset, size), right.Data.Span.Slice(offset, size), tolerance))
                return false;
        }

        return true;
    }

    private static bool AgreeNumbers(DataType dataType, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Tolerance tolerance)
    {
        var (leftFinite, leftFits, leftValue) = Read(dataType, left);
        var (rightFinite, rightFits, rightValue) = Read(dataType, right);
        if (!leftFinite || !rightFinite)
            return false;
        if (left.SequenceEqual(right))
            return true;
        if (!leftFits || !rightFits)
            return false;

        var distance = BigInteger.Abs((BigInteger)leftValue - (BigInteger)rightValue);
        var relative = (BigInteger)tolerance.Relative * BigInteger.Abs((BigInteger)rightValue);
        return distance * One <= ((BigInteger)tolerance.Absolute * One) + relative;
    }

    /// <summary>A float as it is in fixed point. Floats with fewer bits than a single are singles too, exactly.</summary>
    private static (bool IsFinite, bool Fits, Int256 Value) Read(DataType dataType, ReadOnlySpan<byte> bytes)
    {
        if (dataType == DataType.Double)
        {
            var wide = BinaryPrimitives.ReadDoubleLittleEndian(bytes);
            var isBounded = FixedPoint.TryFromDouble(wide, out var ofWide);
            return (double.IsFinite(wide), isBounded, ofWide);
        }

        var value = dataType switch
        {
            DataType.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            DataType.Bfloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
            _ => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        };
        var fits = FixedPoint.TryFromSingle(value, out var result);
        return (float.IsFinite(value), fits, result);
    }
}
