using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Contracts.Deployments;

/// <summary>Where all contracts stand on a chain, and what they were built with. <see cref="DeploymentFile"/> reads it.</summary>
public sealed record Deployment
{
    public required ChainId ChainId { get; init; }

    /// <summary>Whether it takes emulated roots and stand-in verifiers: such a deployment must never meet value.</summary>
    public required bool IsDevelopment { get; init; }

    /// <summary>Who deployed; with <see cref="Salt"/> all addresses follow from it.</summary>
    public required Address Deployer { get; init; }

    /// <summary>What the contracts were deployed by.</summary>
    public required Address Factory { get; init; }

    public required Hash32 Salt { get; init; }

    public required DeploymentOwners Owners { get; init; }

    public required HubTerms HubTerms { get; init; }

    public required CourtTerms CourtTerms { get; init; }

    public required KeyTerms KeyTerms { get; init; }

    /// <summary>By their names in Solidity; those of a development deployment have more of them.</summary>
    public required IReadOnlyDictionary<string, DeployedContract> Contracts { get; init; }

    /// <summary>What fees and stakes are paid in.</summary>
    public Address Token => Owners.Token;

    public Address Hub => AddressOf(ContractNames.Hub);

    public Address Models => AddressOf(ContractNames.Models);

    public Address Nodes => AddressOf(ContractNames.Nodes);

    public Address Keys => AddressOf(ContractNames.Keys);

    public Address Verifiers => AddressOf(ContractNames.Verifiers);

    /// <summary>Where proofs are verified. On a development deployment whoever knows the setup's secret proves anything.</summary>
    public Address Proofs => AddressOf(ContractNames.Proofs);

    public Address Court => AddressOf(ContractNames.Court);

    public Address Timelock => AddressOf(ContractNames.Timelock);

    /// <summary>The first block with any of the contracts: no event is older.</summary>
    public BlockNumber FirstBlock => new(Contracts.Values.Min(contract => contract.Block.Value));

    /// <summary>The address of a contract that this deployment has. Throws <see cref="KeyNotFoundException"/> for another.</summary>
    public Address AddressOf(string contract) => Contracts[contract].Address;
}

/// <summary>One contract that was deployed.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Block">The block in which it was deployed.</param>
/// <param name="CodeHash">Keccak-256 of its code on the chain, immutables included.</param>
/// <param name="Arguments">Its constructor's arguments, encoded.</param>
public sealed record DeployedContract(Address Address, BlockNumber Block, Hash32 CodeHash, ReadOnlyMemory<byte> Arguments);
