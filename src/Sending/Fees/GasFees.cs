using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Sending.Fees;

/// <summary>What is offered for a unit of gas. On a chain without a base fee both are its one price.</summary>
/// <param name="Max">The most that is paid at all.</param>
/// <param name="Tip">The most of it that goes to whoever proposes the block.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct GasFees(Wei Max, Wei Tip);

/// <summary>What gas costs now.</summary>
/// <param name="Fees">What to offer for a new transaction.</param>
/// <param name="BaseFee">What the next block asks at least; null on a chain without base fees.</param>
internal sealed record Market(GasFees Fees, Wei? BaseFee)
{
    public bool IsLegacy => BaseFee is null;
}
