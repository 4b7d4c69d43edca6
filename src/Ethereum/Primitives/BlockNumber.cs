using System.Globalization;

namespace OpenGradient.Ethereum.Primitives;

/// <summary>A block's height above the genesis block.</summary>
public readonly record struct BlockNumber(ulong Value) : IComparable<BlockNumber>
{
    public static BlockNumber operator +(BlockNumber number, ulong distance) => new(checked(number.Value + distance));

    public static BlockNumber operator -(BlockNumber number, ulong distance) => new(checked(number.Value - distance));

    public static bool operator <(BlockNumber left, BlockNumber right) => left.Value < right.Value;

    public static bool operator >(BlockNumber left, BlockNumber right) => left.Value > right.Value;

    public static bool operator <=(BlockNumber left, BlockNumber right) => left.Value <= right.Value;

    public static bool operator >=(BlockNumber left, BlockNumber right) => left.Value >= right.Value;

    public int CompareTo(BlockNumber other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
