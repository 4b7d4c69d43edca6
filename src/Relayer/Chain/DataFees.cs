using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Relayer.Chain;

/// <summary>Whether transactions pay another chain for their data, and who says how much.</summary>
public enum DataFees
{
    /// <summary>Gas is all that they pay.</summary>
    None = 0,

    /// <summary>An OP Stack chain, from Fjord on: its gas price oracle tells.</summary>
    OpStack = 1,
}

/// <summary>Asks what a byte of a transaction costs beside its gas.</summary>
internal static class DataFeeReading
{
    // Of about the size of a settlement. What is asked for is the bound for bytes that nothing compresses.
    private const ulong SampleBytes = 2_048;

    /// <summary>The predeployed oracle of every OP Stack chain.</summary>
    public static Address OpStackOracle { get; } = Address.Parse("0x420000000000000000000000000000000000000F");

    /// <summary>What a byte costs at a block, rounded up. Throws what the endpoint throws; an oracle that is not there, or is older than that, is a malformed answer.</summary>
    public static async Task<Wei> PerByteAsync(DataFees fees, EthereumClient client, BlockTag at, CancellationToken cancellationToken)
    {
        if (fees == DataFees.None)
            return new Wei(UInt256.Zero);
        var answer = await client.CallAsync(OpStackOracle, UpperBoundOf(SampleBytes), at, cancellationToken);
        return answer.Length == Hash32.ByteLength
            ? new Wei((UInt256.FromBigEndian(answer.Span) + (SampleBytes - 1)) / SampleBytes)
            : throw new RpcException(
                client.Endpoint.Name, "eth_call", new RpcError.Malformed($"At {OpStackOracle} there is no oracle that answers getL1FeeUpperBound: this is no OP Stack chain, or one from before Fjord."));
    }

    private static byte[] UpperBoundOf(ulong bytes) => [.. Keccak256.Hash("getL1FeeUpperBound(uint256)"u8).Bytes[..Selector.ByteLength], .. new UInt256(bytes).ToBigEndian()];
}
