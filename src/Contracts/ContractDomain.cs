using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.TypedData;

namespace OpenGradient.Contracts;

/// <summary>One of our contracts on one chain, as signatures are bound to it under EIP-712: the hub, or a register.</summary>
public static class ContractDomain
{
    private const string Name = "OpenGradient.Relayer";
    private const string Version = "1";

    /// <summary>The same for all that is signed for the contract: compute it once.</summary>
    public static Hash32 SeparatorOf(ChainId chainId, Address contract) =>
        new Eip712Domain { Name = Name, Version = Version, ChainId = chainId, VerifyingContract = contract }.Separator();
}
