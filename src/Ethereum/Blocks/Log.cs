using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Blocks;

/// <summary>What a contract emitted, as consensus sees it: no position, which belongs to whoever tells where it was found.</summary>
/// <param name="Address">The contract that emitted it.</param>
/// <param name="Topics">At most four; the first is the event's signature hash unless the event is anonymous.</param>
/// <param name="Data">The ABI encoding of the values that are not topics.</param>
public sealed record Log(Address Address, IReadOnlyList<Hash32> Topics, ReadOnlyMemory<byte> Data);
