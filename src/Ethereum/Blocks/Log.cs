using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Blocks;

/// <summary>
/// What a contract emitted, as consensus sees it: no position, which belongs to whoever tells where it was found. Equality is by content.
/// </summary>
/// <param name="Address">The contract that emitted it.</param>
/// <param name="Topics">At most four; the first is the event's signature hash unless the event is anonymous.</param>
/// <param name="Data">The ABI encoding of the values that are not topics.</param>
public sealed record Log(Address Address, IReadOnlyList<Hash32> Topics, ReadOnlyMemory<byte> Data)
{
    public const int MaxTopics = 4;

    public bool Equals(Log? other) =>
        other is not null
        && Address == other.Address
        && Topics.SequenceEqual(other.Topics)
        && Data.Span.SequenceEqual(other.Data.Span);

    public override int GetHashCode() => HashCode.Combine(Address, Topics.Count, Topics.Count > 0 ? Topics[0] : default, Data.Length);
}
