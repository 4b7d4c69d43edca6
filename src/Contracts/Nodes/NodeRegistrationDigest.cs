using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.TypedData;

namespace OpenGradient.Contracts.Nodes;

/// <summary>What a node's hot key signs to be registered by its operator.</summary>
public static class NodeRegistrationDigest
{
    private const int Fields = 3;

    private static readonly Hash32 TypeHash = Eip712.TypeHash("NodeRegistration(address node,address operator,uint256 deadline)");

    /// <param name="chainId">The chain.</param>
    /// <param name="registry">The register of nodes.</param>
    /// <param name="node">The hot key.</param>
    /// <param name="nodeOperator">Who registers it.</param>
    /// <param name="deadline">When the signature ends, in seconds of Unix time.</param>
    public static Hash32 Of(ChainId chainId, Address registry, Address node, Address nodeOperator, UInt256 deadline)
    {
        var writer = new StructWriter(stackalloc byte[StructWriter.LengthOf(Fields)], TypeHash);
        writer.Add(node);
        writer.Add(nodeOperator);
        writer.Add(deadline);
        return Eip712.Digest(ContractDomain.SeparatorOf(chainId, registry), writer.Hash());
    }
}
