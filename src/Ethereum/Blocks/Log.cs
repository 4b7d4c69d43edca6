using System.Collections;
using System.Runtime.CompilerServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Blocks;

/// <summary>
/// What a contract emitted, as consensus sees it: no position, which belongs to whoever tells where it was found. Equality is by content.
/// </summary>
/// <param name="Address">The contract that emitted it.</param>
/// <param name="Topics">At most four; the first is the event's signature hash unless the event is anonymous.</param>
/// <param name="Data">The ABI encoding of the values that are not topics. Logs of one answer may share the memory of their data and topics.</param>
public sealed record Log(Address Address, LogTopics Topics, ReadOnlyMemory<byte> Data)
{
    public const int MaxTopics = 4;

    public bool Equals(Log? other) =>
        other is not null && Address == other.Address && Topics == other.Topics && Data.Span.SequenceEqual(other.Data.Span);

    public override int GetHashCode() => HashCode.Combine(Address, Topics.GetHashCode(), Data.Length);
}

/// <summary>The topics of a log, side by side in memory that may be shared with others. Equality is by content.</summary>
[CollectionBuilder(typeof(LogTopics), nameof(Of))]
public readonly struct LogTopics : IReadOnlyList<Hash32>, IEquatable<LogTopics>
{
    private readonly Hash32[]? _hashes;
    private readonly int _start;

    /// <summary>Some of these hashes, which must not change any more.</summary>
    internal LogTopics(Hash32[] hashes, int start, int count) => (_hashes, _start, Count) = (hashes, start, count);

    public int Count { get; }

    public Hash32 this[int index] => Span[index];

    private ReadOnlySpan<Hash32> Span => _hashes.AsSpan(_start, Count);

    public static LogTopics Of(ReadOnlySpan<Hash32> hashes) => new(hashes.ToArray(), 0, hashes.Length);

    public static implicit operator LogTopics(Hash32[] hashes) => Of(hashes);

    public static bool operator ==(LogTopics left, LogTopics right) => left.Equals(right);

    public static bool operator !=(LogTopics left, LogTopics right) => !left.Equals(right);

    public ReadOnlySpan<Hash32>.Enumerator GetEnumerator() => Span.GetEnumerator();

    public bool Equals(LogTopics other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is LogTopics other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Count, Count > 0 ? this[0] : default);

    IEnumerator<Hash32> IEnumerable<Hash32>.GetEnumerator() => new ArraySegment<Hash32>(_hashes ?? [], _start, Count).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<Hash32>)this).GetEnumerator();
}
