using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace OpenGradient.Inference.Tensors;

/// <summary>
/// The canonical encoding of tensors, as docs/tensors.md has it: the same tensors have one encoding only. The twin of Tensors in Solidity, with
/// the same faults found in the same order; a test holds the two together.
/// </summary>
public static class TensorEncoding
{
    public const byte Version = 1;
    public const int MaxTensors = 16;
    public const int MaxNameLength = 64;
    public const int MaxRank = 8;

    private const int HeaderLength = 2;
    private const int DimLength = sizeof(uint);

    /// <summary>Encodes tensors, which must be valid and in the order of their names.</summary>
    /// <returns><see cref="TensorFault.None"/>, and then the encoding is not empty.</returns>
    public static TensorFault TryEncode(IReadOnlyList<Tensor> tensors, out byte[] encoded)
    {
        encoded = [];
        if (FindFault(tensors, out var length) is var fault and not TensorFault.None)
            return fault;

        encoded = new byte[length];
        encoded[0] = Version;
        encoded[1] = (byte)tensors.Count;
        var rest = encoded.AsSpan(HeaderLength);
        foreach (var tensor in tensors)
            rest = Write(tensor, rest);
        return TensorFault.None;
    }

    /// <summary>What <see cref="TryEncode"/> would say, without writing anything.</summary>
    public static TensorFault FindFault(IReadOnlyList<Tensor> tensors) => FindFault(tensors, out _);

    private static TensorFault FindFault(IReadOnlyList<Tensor> tensors, out long length)
    {
        length = HeaderLength;
        if (tensors.Count is 0 or > MaxTensors)
            return TensorFault.TensorCountInvalid;

        ReadOnlySpan<byte> former = [];
        foreach (var tensor in tensors)
        {
            // What is not ASCII becomes a character that no name has.
            ReadOnlySpan<byte> name = Encoding.ASCII.GetBytes(tensor.Name);
            if (FindFault(tensor, former, name) is var fault and not TensorFault.None)
                return fault;

            former = name;
            length += 1 + name.Length + 1 + 1 + (DimLength * tensor.Dims.Length) + tensor.Data.Length;
        }

        return TensorFault.None;
    }

    /// <summary>Reads an encoding, and refuses anything else. Work and memory are in proportion to the bytes given.</summary>
    public static TensorDecoding Decode(ReadOnlyMemory<byte> encoded)
    {
        var header = encoded.Span;
        if (header.Length < 1)
            return Refused(TensorFault.Truncated);
        if (header[0] != Version)
            return Refused(TensorFault.EncodingVersionUnknown);
        if (header.Length < HeaderLength)
            return Refused(TensorFault.Truncated);
        int count = header[1];
        if (count is 0 or > MaxTensors)
            return Refused(TensorFault.TensorCountInvalid);

        var tensors = ImmutableArray.CreateBuilder<Tensor>(count);
        var rest = encoded[HeaderLength..];
        ReadOnlySpan<byte> former = [];
        for (var i = 0; i < count; i++)
        {
            if (Read(ref rest, former, out var name, out var tensor) is var fault and not TensorFault.None)
                return Refused(fault, i);

            former = name;
            tensors.Add(tensor!);
        }

        return rest.IsEmpty ? new TensorDecoding.Decoded(tensors.MoveToImmutable()) : Refused(TensorFault.TrailingBytes);
    }

    private static TensorFault Read(
        scoped ref ReadOnlyMemory<byte> rest, scoped ReadOnlySpan<byte> former, out ReadOnlySpan<byte> name, out Tensor? tensor)
    {
        tensor = null;
        name = [];
        var bytes = rest.Span;
        if (bytes.IsEmpty)
            return TensorFault.Truncated;
        int nameLength = bytes[0];
        if (nameLength is 0 or > MaxNameLength)
            return TensorFault.NameLengthInvalid;
        if (bytes.Length <= nameLength)
            return TensorFault.Truncated;
        name = bytes.Slice(1, nameLength);
        if (FindFault(former, name) is var nameFault and not TensorFault.None)
            return nameFault;

        var offset = 1 + nameLength;
        if (bytes.Length <= offset)
            return TensorFault.Truncated;
        var dataType = (DataType)bytes[offset++];
        long length = dataType.SizeInBytes();
        if (length == 0)
            return TensorFault.DataTypeUnknown;

        if (bytes.Length <= offset)
            return TensorFault.Truncated;
        int rank = bytes[offset++];
        if (rank > MaxRank)
            return TensorFault.RankInvalid;
        if (bytes.Length - offset < DimLength * rank)
            return TensorFault.Truncated;
        var dims = ImmutableArray.CreateBuilder<uint>(rank);
        for (var i = 0; i < rank; i++, offset += DimLength)
        {
            var dim = BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
            if (dim == 0)
                return TensorFault.DimensionZero;
            dims.Add(dim);
        }

        if (!TryMultiply(ref length, dims, bytes.Length) || length > bytes.Length - offset)
            return TensorFault.Truncated;
        var data = rest.Slice(offset, (int)length);
        if (dataType == DataType.Bool && data.Span.ContainsAnyExceptInRange((byte)0, (byte)1))
            return TensorFault.BoolInvalid;

        rest = rest[(offset + (int)length)..];
        tensor = new Tensor(Encoding.ASCII.GetString(name), dataType, dims.MoveToImmutable(), data);
        return TensorFault.None;
    }

    private static TensorFault FindFault(Tensor tensor, ReadOnlySpan<byte> former, ReadOnlySpan<byte> name)
    {
        if (FindFault(former, name) is var nameFault and not TensorFault.None)
            return nameFault;
        long length = tensor.DataType.SizeInBytes();
        if (length == 0)
            return TensorFault.DataTypeUnknown;
        if (tensor.Dims.Length > MaxRank)
            return TensorFault.RankInvalid;
        if (tensor.Dims.Contains(0u))
            return TensorFault.DimensionZero;
        if (!TryMultiply(ref length, tensor.Dims, tensor.Data.Length) || length != tensor.Data.Length)
            return TensorFault.DataLengthInvalid;
        return tensor.DataType == DataType.Bool && tensor.Data.Span.ContainsAnyExceptInRange((byte)0, (byte)1)
            ? TensorFault.BoolInvalid
            : TensorFault.None;
    }

    private static TensorFault FindFault(ReadOnlySpan<byte> former, ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > MaxNameLength)
            return TensorFault.NameLengthInvalid;

        // In one pass, as in Solidity, so that the first fault is the same: a name can have two.
        var isGreater = false;
        for (var i = 0; i < name.Length; i++)
        {
            if (!IsNameCharacter(name[i]))
                return TensorFault.NameCharacterInvalid;
            if (isGreater)
                continue;

            isGreater = i == former.Length || name[i] > former[i];
            if (!isGreater && name[i] != former[i])
                return TensorFault.NamesNotAscending;
        }

        return isGreater ? TensorFault.None : TensorFault.NamesNotAscending;
    }

    private static bool IsNameCharacter(byte character) =>
        char.IsAsciiLetterOrDigit((char)character) || character is (byte)'_' or (byte)'.' or (byte)'/' or (byte)':' or (byte)'-';

    // Both factors are small, so that the product cannot overflow before it is found to be too large.
    private static bool TryMultiply(ref long length, IReadOnlyList<uint> dims, int most)
    {
        foreach (var dim in dims)
        {
            length *= dim;
            if (length > most)
                return false;
        }

        return true;
    }

    private static Span<byte> Write(Tensor tensor, Span<byte> rest)
    {
        rest[0] = (byte)tensor.Name.Length;
        var offset = 1 + Encoding.ASCII.GetBytes(tensor.Name, rest[1..]);
        rest[offset++] = (byte)tensor.DataType;
        rest[offset++] = (byte)tensor.Dims.Length;
        foreach (var dim in tensor.Dims)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(rest[offset..], dim);
            offset += DimLength;
        }

        tensor.Data.Span.CopyTo(rest[offset..]);
        return rest[(offset + tensor.Data.Length)..];
    }

    private static TensorDecoding.Refused Refused(TensorFault fault, int index = 0) => new(fault, index);
}
