using System.Globalization;

namespace OpenGradient.Ethereum.Primitives;

/// <summary>The number that keeps a signature of one chain from being used on another (EIP-155). Fits 64 bits on every known chain.</summary>
public readonly record struct ChainId(ulong Value)
{
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
