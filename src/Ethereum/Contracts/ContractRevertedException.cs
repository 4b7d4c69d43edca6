using OpenGradient.Ethereum.Abi;

namespace OpenGradient.Ethereum.Contracts;

/// <summary>A contract refused a call. The reason is what it said, in its own words where it has any.</summary>
public sealed class ContractRevertedException(RevertReason reason) : Exception($"The contract {reason}.")
{
    public RevertReason Reason { get; } = reason;
}
