using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Foundry;

/// <summary>What a development deployment's timelock does: it waits for nothing, so that its proposer schedules a batch and executes it at once.</summary>
public static class DevelopmentTimelock
{
    private static readonly AbiFunction Schedule = AbiFunction.Parse("scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)");
    private static readonly AbiFunction Execute = AbiFunction.Parse("executeBatch(address[],uint256[],bytes[],bytes32,bytes32)");

    /// <summary>The two calls that have the timelock make these, one after the other.</summary>
    /// <param name="timelock">Where it is.</param>
    /// <param name="salt">Tells the same batch from one of another time.</param>
    /// <param name="calls">What it is to do.</param>
    public static (ContractCall Schedule, ContractCall Execute) CallsOf(Address timelock, Hash32 salt, params IReadOnlyList<ContractCall> calls)
    {
        var targets = AbiValue.ArrayOf([.. calls.Select(call => (AbiValue)call.To)]);
        var values = AbiValue.ArrayOf([.. calls.Select(call => (AbiValue)call.Value.Value)]);
        var payloads = AbiValue.ArrayOf([.. calls.Select(call => (AbiValue)call.Data.ToArray())]);
        return (
            new ContractCall(timelock, Schedule.Encode(targets, values, payloads, Hash32.Zero, salt, 0UL)),
            new ContractCall(timelock, Execute.Encode(targets, values, payloads, Hash32.Zero, salt)));
    }
}
