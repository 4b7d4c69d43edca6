using System.Text;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Ethereum.Tests.Rpc.Json;

/// <summary>A result for each kind of answer, as a node of today writes it, and how it is read.</summary>
internal static class Samples
{
    public const string A = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed";
    public const string H1 = "0x1111111111111111111111111111111111111111111111111111111111111111";
    public const string H2 = "0x2222222222222222222222222222222222222222222222222222222222222222";

    public static string NoBloom { get; } = "0x" + new string('0', 512);

    public static string Log { get; } =
        $$"""{"address":"{{A}}","topics":["{{H1}}","{{H2}}"],"data":"0xabcdef","blockNumber":"0x10","transactionHash":"{{H2}}","transactionIndex":"0x1","blockHash":"{{H1}}","blockTimestamp":"0x65","logIndex":"0x2","removed":false}""";

    public static string Receipt { get; } =
        $$"""{"blockHash":"{{H1}}","blockNumber":"0x10","contractAddress":null,"cumulativeGasUsed":"0x5208","effectiveGasPrice":"0x3b9aca07","from":"{{A}}","gasUsed":"0x5208","logs":[{{Log}}],"logsBloom":"{{NoBloom}}","status":"0x1","to":"{{A}}","transactionHash":"{{H2}}","transactionIndex":"0x1","type":"0x2"}""";

    public static string Transaction { get; } =
        $$"""{"accessList":[{"address":"{{A}}","storageKeys":["{{H1}}"]}],"blockHash":"{{H1}}","blockNumber":"0x10","chainId":"0x1","from":"{{A}}","gas":"0x5208","gasPrice":"0x7","hash":"{{H2}}","input":"0x","maxFeePerGas":"0x9","maxPriorityFeePerGas":"0x1","nonce":"0x3","r":"0x1","s":"0x0002","to":null,"transactionIndex":"0x0","type":"0x2","v":"0x1","value":"0xde0b6b3a7640000","yParity":"0x1"}""";

    public static string Authorizing { get; } =
        $$"""{"authorizationList":[{"chainId":"0x0","address":"{{A}}","nonce":"0x5","yParity":"0x0","r":"0x7","s":"0x8"}],"blobVersionedHashes":["{{H1}}"],"maxFeePerBlobGas":"0x1","blockHash":null,"blockNumber":null,"chainId":"0x1","from":"{{A}}","gas":"0x5208","hash":"{{H2}}","input":"0x01","maxFeePerGas":"0x9","maxPriorityFeePerGas":"0x1","nonce":"0x3","r":"0x1","s":"0x2","to":"{{A}}","transactionIndex":null,"type":"0x4","v":"0x0","value":"0x0"}""";

    public static string Block { get; } =
        $$"""{"baseFeePerGas":"0x7","blobGasUsed":"0x0","difficulty":"0x0","excessBlobGas":"0x0","extraData":"0x6f67","gasLimit":"0x1c9c380","gasUsed":"0x5208","hash":"{{H1}}","logsBloom":"{{NoBloom}}","miner":"{{A}}","mixHash":"{{H2}}","nonce":"0x0000000000000001","number":"0x10","parentBeaconBlockRoot":"{{H2}}","parentHash":"{{H2}}","receiptsRoot":"{{H2}}","requestsHash":"{{H2}}","sha3Uncles":"{{H2}}","size":"0x220","stateRoot":"{{H2}}","timestamp":"0x65","transactions":["{{H2}}"],"transactionsRoot":"{{H2}}","uncles":[],"withdrawals":[{"index":"0x1","validatorIndex":"0x2","address":"{{A}}","amount":"0x3"}],"withdrawalsRoot":"{{H2}}"}""";

    public static string WholeBlock { get; } = Block.Replace($"\"transactions\":[\"{H2}\"]", $"\"transactions\":[{Transaction}]", StringComparison.Ordinal);

    public const string FeeHistory =
        """{"oldestBlock":"0x10","baseFeePerGas":["0x7","0x8","0x9"],"gasUsedRatio":[0.5,1],"reward":[["0x1","0x2"],["0x3","0x4"]],"baseFeePerBlobGas":["0x1","0x1","0x1"],"blobGasUsedRatio":[0,0]}""";

    public static string Proof { get; } =
        $$"""{"address":"{{A}}","accountProof":["0xf871"],"balance":"0x1","codeHash":"{{H1}}","nonce":"0x2","storageHash":"{{H2}}","storageProof":[{"key":"0x0","value":"0x5","proof":["0xe3a1"]}]}""";

    /// <summary>Each sample with the call that reads it.</summary>
    public static IReadOnlyDictionary<string, (RpcCall Call, string Result)> All { get; } = new Dictionary<string, (RpcCall, string)>(StringComparer.Ordinal)
    {
        ["chainId"] = (Eth.ChainId(), "\"0x7a69\""),
        ["blockNumber"] = (Eth.BlockNumber(), "\"0x10\""),
        ["block"] = (Eth.GetBlock(BlockTag.Latest), Block),
        ["whole block"] = (Eth.GetBlockWithTransactions(BlockTag.Latest), WholeBlock),
        ["header"] = (Eth.GetHeader(BlockTag.Latest), Block),
        ["receipts"] = (Eth.GetBlockReceipts(BlockTag.Latest), $"[{Receipt}]"),
        ["receipt"] = (Eth.GetTransactionReceipt(default), Receipt),
        ["transaction"] = (Eth.GetTransactionByHash(default), Transaction),
        ["authorising transaction"] = (Eth.GetTransactionByHash(default), Authorizing),
        ["logs"] = (Eth.GetLogs(default(Hash32), LogFilter.All), $"[{Log},{Log}]"),
        ["call"] = (Eth.Call(new CallRequest(), BlockTag.Latest), "\"0x0001\""),
        ["estimate"] = (Eth.EstimateGas(new CallRequest(), BlockTag.Latest), "\"0x5208\""),
        ["gas price"] = (Eth.GasPrice(), "\"0x3b9aca00\""),
        ["tip"] = (Eth.MaxPriorityFeePerGas(), "\"0x0\""),
        ["blob fee"] = (Eth.BlobBaseFee(), "\"0x1\""),
        ["fee history"] = (Eth.FeeHistory(2, BlockTag.Latest, 25, 75), FeeHistory),
        ["balance"] = (Eth.GetBalance(default, BlockTag.Latest), "\"0xde0b6b3a7640000\""),
        ["code"] = (Eth.GetCode(default, BlockTag.Latest), "\"0x6000\""),
        ["nonce"] = (Eth.GetTransactionCount(default, BlockTag.Pending), "\"0x9\""),
        ["slot"] = (Eth.GetStorageAt(default, default, BlockTag.Latest), $"\"{H1}\""),
        ["sent"] = (Eth.SendRawTransaction(new byte[] { 1 }), $"\"{H1}\""),
        ["proof"] = (Eth.GetProof(default, [default], BlockTag.Latest), Proof),
        ["version"] = (Eth.ClientVersion(), "\"Geth/v1.16.4\""),
    };

    public static PendingCall Begin(RpcCall call) => call switch
    {
        RpcCall<ChainId> typed => new PendingCall<ChainId>(typed),
        RpcCall<BlockNumber> typed => new PendingCall<BlockNumber>(typed),
        RpcCall<Block?> typed => new PendingCall<Block?>(typed),
        RpcCall<SealedHeader?> typed => new PendingCall<SealedHeader?>(typed),
        RpcCall<IReadOnlyList<TransactionReceipt>?> typed => new PendingCall<IReadOnlyList<TransactionReceipt>?>(typed),
        RpcCall<TransactionReceipt?> typed => new PendingCall<TransactionReceipt?>(typed),
        RpcCall<TransactionInfo?> typed => new PendingCall<TransactionInfo?>(typed),
        RpcCall<IReadOnlyList<LocatedLog>> typed => new PendingCall<IReadOnlyList<LocatedLog>>(typed),
        RpcCall<ReadOnlyMemory<byte>> typed => new PendingCall<ReadOnlyMemory<byte>>(typed),
        RpcCall<ulong> typed => new PendingCall<ulong>(typed),
        RpcCall<Wei> typed => new PendingCall<Wei>(typed),
        RpcCall<FeeHistory> typed => new PendingCall<FeeHistory>(typed),
        RpcCall<Hash32> typed => new PendingCall<Hash32>(typed),
        RpcCall<AccountProof> typed => new PendingCall<AccountProof>(typed),
        RpcCall<string> typed => new PendingCall<string>(typed),
        _ => throw new InvalidOperationException($"No sample is read by {call.Method}."),
    };

    public static T Read<T>(RpcCall<T> call, string result)
    {
        var pending = new PendingCall<T>(call);
        var fault = Answer(pending, $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{result}}}") ?? pending.Error;
        return fault is null ? pending.Value : throw new InvalidOperationException(fault.Explanation);
    }

    /// <summary>Reads an answer to a single call with the id 1.</summary>
    public static RpcError? Answer(PendingCall pending, string answer) => Answer(pending, Encoding.UTF8.GetBytes(answer));

    /// <inheritdoc cref="Answer(PendingCall, string)"/>
    public static RpcError? Answer(PendingCall pending, ReadOnlySpan<byte> answer) =>
        AnswerReader.Read(answer, [pending], firstId: 1, new RpcEndpoint(new Uri("http://node.test/")), maxDepth: 64);
}
