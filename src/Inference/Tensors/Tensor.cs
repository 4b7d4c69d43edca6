using System.Collections.Immutable;

namespace OpenGradient.Inference.Tensors;

/// <summary>A tensor as it is encoded. Whether it can be is told by <see cref="TensorEncoding.TryEncode"/>; what was decoded always can.</summary>
/// <param name="Name">1 to 64 of A-Z, a-z, 0-9, '_', '.', '/', ':' and '-'.</param>
/// <param name="DataType">The type of the elements.</param>
/// <param name="Dims">At most 8, each at least 1; none for a scalar.</param>
/// <param name="Data">Row-major, little-endian, packed. Of a decoded tensor, a part of what was decoded and not a copy.</param>
public sealed record Tensor(string Name, DataType DataType, ImmutableArray<uint> Dims, ReadOnlyMemory<byte> Data)
{
    public bool Equals(Tensor? other) =>
        other is not null && Name == other.Name && DataType == other.DataType && Dims.AsSpan().SequenceEqual(other.Dims.AsSpan())
        && Data.Span.SequenceEqual(other.Data.Span);

    public override int GetHashCode() => HashCode.Combine(Name, DataType, Dims.Length, Data.Length);
}
