namespace OpenGradient.Ethereum.Primitives;

/// <summary>An amount of the chain's own currency in its smallest unit. Adding and subtracting never wraps.</summary>
public readonly record struct Wei(UInt256 Value) : IComparable<Wei>
{
    private const int EtherDecimals = 18;
    private const int GweiDecimals = 9;

    public static Wei Zero => default;

    /// <summary>Reads a decimal amount of ether: "0.05".</summary>
    public static Wei FromEther(ReadOnlySpan<char> amount) => new(Units.Parse(amount, EtherDecimals));

    /// <summary>Reads a decimal amount of gwei, the unit of gas prices: "1.5".</summary>
    public static Wei FromGwei(ReadOnlySpan<char> amount) => new(Units.Parse(amount, GweiDecimals));

    public string ToEther() => Units.Format(Value, EtherDecimals);

    public string ToGwei() => Units.Format(Value, GweiDecimals);

    public static Wei operator +(Wei left, Wei right) => new(checked(left.Value + right.Value));

    public static Wei operator -(Wei left, Wei right) => new(checked(left.Value - right.Value));

    public static Wei operator *(Wei price, UInt256 quantity) => new(checked(price.Value * quantity));

    public static bool operator <(Wei left, Wei right) => left.Value < right.Value;

    public static bool operator >(Wei left, Wei right) => left.Value > right.Value;

    public static bool operator <=(Wei left, Wei right) => left.Value <= right.Value;

    public static bool operator >=(Wei left, Wei right) => left.Value >= right.Value;

    public int CompareTo(Wei other) => Value.CompareTo(other.Value);

    public override string ToString() => $"{ToEther()} ether";
}
