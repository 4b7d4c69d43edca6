using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Contracts;

/// <summary>What a transaction that calls a contract says; who sends it, and for what gas, is the sender's affair.</summary>
/// <param name="To">The contract.</param>
/// <param name="Data">The selector and the arguments.</param>
/// <param name="Value">What is paid to the contract along with the call.</param>
public sealed record ContractCall(Address To, ReadOnlyMemory<byte> Data, Wei Value = default);

/// <summary>What a transaction that creates a contract says.</summary>
/// <param name="InitCode">The creation code and the constructor's arguments.</param>
/// <param name="Value">What the contract is given at its creation.</param>
public sealed record ContractDeployment(ReadOnlyMemory<byte> InitCode, Wei Value = default);
