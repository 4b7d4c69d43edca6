using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

// Each method sends the call of the same name in Eth, which documents it, and throws RpcException when there is no result.
public sealed partial class EthereumClient
{
    /// <inheritdoc cref="Eth.ChainId"/>
    public Task<ChainId> GetChainIdAsync(CancellationToken cancellationToken = default) => SendAsync(Eth.ChainId(), cancellationToken);

    /// <inheritdoc cref="Eth.BlockNumber"/>
    public Task<BlockNumber> GetBlockNumberAsync(CancellationToken cancellationToken = default) =>
        SendAsync(Eth.BlockNumber(), cancellationToken);

    /// <inheritdoc cref="Eth.GetBlock(BlockTag)"/>
    public Task<Block?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken = default) =>
        SendAsync(Eth.GetBlock(block), cancellationToken);

    /// <inheritdoc cref="Eth.GetBlockWithTransactions"/>
    public Task<Block?> GetBlockWithTransactionsAsync(BlockTag block, CancellationToken cancellationToken = default) =>
        SendAsync(Eth.GetBlockWithTransactions(block), cancellationToken);

    /// <inheritdoc cref="Eth.GetHeader"/>
    public Task<SealedHeader?> GetHeaderAsync(BlockTag block, CancellationToken cancellationToken = default) =>
        SendAsync(Eth.GetHeader(block), cancellationToken);

    /// <inheritdoc cref="Eth.GetBlockReceipts"/>
    public Task<IReadOnlyList<TransactionReceipt>?> GetBlockReceiptsAsync(BlockTag block, CancellationToken cancellationToken = default) =>
        SendAsync(Eth.GetBlockReceipts(block), cancellationToken);

    /// <inheritdoc cref="Eth.GetTransactionByHash"/>
    public Task<TransactionInfo?> GetTransactionByHashAsync(Hash32 hash, CancellationToken cancellationToken = default) =>
        SendAsync(Eth.GetTransactionByHash(hash), cancellationToken);

    /// <inheritdoc cref="Eth.GetTransactionReceipt"/>
    public Task<TransactionReceipt?> GetTransactionReceiptAsync(Hash32 hash, CancellationToken cancellationToken = default) =>
        SendAsync(Eth.GetTransactionReceipt(hash), cancellationToken);

    /// <inheritdoc cref="Eth.GetLogs(BlockRange, LogFilter)"/>
    public Task<IReadOnlyList<LocatedLog>> GetLogsAsync(BlockRange range, LogFilter filter, CancellationToken cancellationToken = default) =>
        SendAsync(Eth.GetLogs(range, filter), cancellationToken);

    /// <inheritdoc cref="Eth.GetLogs(BlockTag, BlockTag, LogFilter)"/>
    public Task<IReadOnlyList<LocatedLog>> GetLogsAsync(
        BlockTag from, BlockTag to, LogFilter filter, CancellationToken cancellationToken = default) =>
        SendAsync(Eth.GetLogs(from, to, filter), cancellationToken);

    /// <inheritdoc cref="Eth.GetLogs(Hash32, LogFilter)"/>
    public Task<IReadOnlyList<LocatedLog>> GetLogsAsync(Hash32 blockHash, LogFilter filter, CancellationToken cancellationToken = default) =>
        SendAsync(Eth.GetLogs(blockHash, filter), cancellationToken);

    /// <inheritdoc cref="Eth.Call"/>
    public Task<ReadOnlyMemory<byte>> CallAsync(
        CallRequest request,
        BlockTag block,
        IReadOnlyDictionary<Address, StateOverride>? overrides = null,
        CancellationToken cancellationToken = default) =>
        SendAsync(Eth.Call(request, block, overrides), cancellationToken);

    /// <inheritdoc cref="Eth.EstimateGas"/>
    public Task<ulong> EstimateGasAsync(
        CallRequest request,
        BlockTag block,
        IReadOnlyDictionary<Address, StateOverride>? overrides = null,
        CancellationToken cancellationToken = default) =>
        SendAsync(Eth.EstimateGas(request, block, overrides), cancellationToken);

    /// <inheritdoc cref="Eth.GasPrice"/>
    public Task<Wei> GetGasPriceAsync(CancellationToken cancellationToken = default) => SendAsync(Eth.GasPrice(), cancellationToken);

    /// <inheritdoc cref="Eth.MaxPriorityFeePerGas"/>
    public Task<Wei> GetMaxPriorityFeePerGasAsync(CancellationToken cancellationToken = default) =>
        SendAsync(Eth.MaxPriorityFeePerGas(), cancellationToken);

    /// <inheritdoc cref="Eth.BlobBaseFee"/>
    public Task<Wei> GetBlobBaseFeeAsync(CancellationToken cancellationToken = default) => SendAsync(Eth.BlobBaseFee(), cancellationToken);

    /// <inheritdoc cref="Eth.FeeHistory"/>
    public Task<FeeHistory> GetFeeHistoryAsync(
        int blockCount, BlockTag newest, IReadOnlyList<double>? rewardPercentiles = null, CancellationToken cancellationToken = default) =>
        SendAsync(Eth.FeeHistory(blockCount, newest, [.. rewardPercentiles ?? []]), cancellationToken);

    /// <inheritdoc cref="Eth.GetBalance"/>
    public Task<Wei> GetBalanceAsync(Address account, BlockTag block, CancellationToken cancellationToken = default) =>
        SendAsync(Eth.GetBalance(account, block), cancellationToken);

    /// <inheritdoc cref="Eth.GetCode"/>
    public Task<ReadOnlyMemory<byte>> GetCodeAsync(Address account, BlockTag block, CancellationToken cancellationToken = default) =>
        SendAsync(Eth.GetCode(account, block), cancellationToken);

    /// <inheritdoc cref="Eth.GetStorageAt"/>
    public Task<Hash32> GetStorageAtAsync(Address account, Hash32 slot, BlockTag block, CancellationToken cancellationToken = default) =>
        SendAsync(Eth.GetStorageAt(account, slot, block), cancellationToken);

    /// <inheritdoc cref="Eth.GetTransactionCount"/>
    public Task<ulong> GetTransactionCountAsync(Address account, BlockTag block, CancellationToken cancellationToken = default) =>
        SendAsync(Eth.GetTransactionCount(account, block), cancellationToken);

    /// <inheritdoc cref="Eth.SendRawTransaction"/>
    public Task<Hash32> SendRawTransactionAsync(ReadOnlyMemory<byte> signedTransaction, CancellationToken cancellationToken = default) =>
        SendAsync(Eth.SendRawTransaction(signedTransaction), cancellationToken);

    /// <inheritdoc cref="Eth.GetProof"/>
    public Task<AccountProof> GetProofAsync(
        Address account, IReadOnlyCollection<Hash32> slots, BlockTag block, CancellationToken cancellationToken = default) =>
        SendAsync(Eth.GetProof(account, slots, block), cancellationToken);

    /// <inheritdoc cref="Eth.ClientVersion"/>
    public Task<string> GetClientVersionAsync(CancellationToken cancellationToken = default) =>
        SendAsync(Eth.ClientVersion(), cancellationToken);
}
