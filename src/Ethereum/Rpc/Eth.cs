using System.Text.Json;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// The calls of the Ethereum JSON-RPC interface, each with how its answer is read. Send one with <see cref="EthereumClient"/>, or many in an
/// <see cref="RpcBatch"/>. Blocks, transactions and receipts that a node does not have are null.
/// </summary>
public static partial class Eth
{
    public static RpcCall<ChainId> ChainId() =>
        new("eth_chainId", JsonParameters.None, static (ref Utf8JsonReader reader) => new ChainId(reader.ReadUInt64("chainId")));

    public static RpcCall<BlockNumber> BlockNumber() =>
        new("eth_blockNumber", JsonParameters.None, static (ref Utf8JsonReader reader) => reader.ReadBlockNumber("blockNumber"));

    /// <summary>A block with the hashes of its transactions.</summary>
    /// <exception cref="ArgumentException"><paramref name="block"/> is the pending block, which has no hash yet.</exception>
    public static RpcCall<Block?> GetBlock(BlockTag block) => GetBlock(block, whole: false, JsonBlock.ReadOrNull);

    /// <summary>A block with its transactions.</summary>
    /// <inheritdoc cref="GetBlock(BlockTag)"/>
    public static RpcCall<Block?> GetBlockWithTransactions(BlockTag block) => GetBlock(block, whole: true, JsonBlock.ReadWholeOrNull);

    /// <summary>A block's header, without the rest of it being kept.</summary>
    /// <inheritdoc cref="GetBlock(BlockTag)"/>
    public static RpcCall<SealedHeader?> GetHeader(BlockTag block) => GetBlock(block, whole: false, JsonBlock.ReadHeaderOrNull);

    /// <summary>All receipts of a block.</summary>
    /// <inheritdoc cref="GetBlock(BlockTag)"/>
    public static RpcCall<IReadOnlyList<TransactionReceipt>?> GetBlockReceipts(BlockTag block)
    {
        RefusePending(block);
        return new RpcCall<IReadOnlyList<TransactionReceipt>?>(
            "eth_getBlockReceipts",
            JsonParameters.Write(block, static (json, block) => json.WriteStringValue(block.ToString())),
            JsonReceipt.ReadAllOrNull)
        {
            IsHeavy = true,
        };
    }

    public static RpcCall<TransactionInfo?> GetTransactionByHash(Hash32 hash) =>
        new("eth_getTransactionByHash", OfHash(hash), JsonTransaction.ReadOrNull);

    public static RpcCall<TransactionReceipt?> GetTransactionReceipt(Hash32 hash) =>
        new("eth_getTransactionReceipt", OfHash(hash), JsonReceipt.ReadOrNull);

    /// <summary>The logs of a range of blocks of the canonical chain.</summary>
    public static RpcCall<IReadOnlyList<LocatedLog>> GetLogs(BlockRange range, LogFilter filter) =>
        GetLogs(BlockTag.At(range.First), BlockTag.At(range.Last), filter);

    /// <summary>The logs from a block to a block, both included.</summary>
    /// <exception cref="ArgumentException">An end is the pending block, whose logs have no place yet, or is named by its hash.</exception>
    public static RpcCall<IReadOnlyList<LocatedLog>> GetLogs(BlockTag from, BlockTag to, LogFilter filter)
    {
        RefusePending(from);
        RefusePending(to);
        if (from.Hash is not null || to.Hash is not null)
            throw new ArgumentException("A range's ends are numbers or names; a hash asks for one block.", nameof(from));

        return GetLogs(JsonParameters.Write((from, to, filter), static (json, query) =>
        {
            json.WriteStartObject();
            json.WriteString("fromBlock"u8, query.from.ToString());
            json.WriteString("toBlock"u8, query.to.ToString());
            WriteFilter(json, query.filter);
            json.WriteEndObject();
        }));
    }

    /// <summary>The logs of the block with this hash, and of no other at its height (EIP-234).</summary>
    public static RpcCall<IReadOnlyList<LocatedLog>> GetLogs(Hash32 blockHash, LogFilter filter) =>
        GetLogs(JsonParameters.Write((blockHash, filter), static (json, query) =>
        {
            json.WriteStartObject();
            json.WriteHex("blockHash"u8, query.blockHash.Bytes);
            WriteFilter(json, query.filter);
            json.WriteEndObject();
        }));

    /// <summary>What gas cost in the <paramref name="blockCount"/> blocks up to <paramref name="newest"/>.</summary>
    /// <param name="blockCount">From 1 to 1024.</param>
    /// <param name="newest">The last block.</param>
    /// <param name="rewardPercentiles">Which percentiles of the tips are wanted, ascending, from 0 to 100.</param>
    public static RpcCall<FeeHistory> FeeHistory(int blockCount, BlockTag newest, params ReadOnlySpan<double> rewardPercentiles)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blockCount, 1024);
        foreach (var percentile in rewardPercentiles)
        {
            if (percentile is not (>= 0 and <= 100))
                throw new ArgumentOutOfRangeException(nameof(rewardPercentiles), percentile, "A percentile lies between 0 and 100.");
        }

        return new RpcCall<FeeHistory>(
            "eth_feeHistory",
            JsonParameters.Write((blockCount, newest, percentiles: rewardPercentiles.ToArray()), static (json, query) =>
            {
                json.WriteQuantity((ulong)query.blockCount);
                json.WriteStringValue(query.newest.ToString());
                json.WriteStartArray();
                foreach (var percentile in query.percentiles)
                    json.WriteNumberValue(percentile);
                json.WriteEndArray();
            }),
            JsonState.ReadFeeHistory);
    }

    internal static void WriteFilter(Utf8JsonWriter json, LogFilter filter)
    {
        if (filter.Addresses.Count > 0)
        {
            json.WriteStartArray("address"u8);
            foreach (var address in filter.Addresses)
                json.WriteHex(address.Bytes);
            json.WriteEndArray();
        }

        if (filter.Topics.Count == 0)
            return;

        json.WriteStartArray("topics"u8);
        foreach (var position in filter.Topics)
        {
            if (position.Count == 0)
            {
                json.WriteNullValue();
                continue;
            }

            json.WriteStartArray();
            foreach (var topic in position)
                json.WriteHex(topic.Bytes);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static RpcCall<T> GetBlock<T>(BlockTag block, bool whole, RpcResultReader<T> read)
    {
        RefusePending(block);
        return new RpcCall<T>(
            block.Hash is null ? "eth_getBlockByNumber" : "eth_getBlockByHash",
            JsonParameters.Write((block, whole), static (json, query) =>
            {
                json.WriteStringValue(query.block.ToString());
                json.WriteBooleanValue(query.whole);
            }),
            read)
        {
            IsHeavy = whole,
        };
    }

    private static RpcCall<IReadOnlyList<LocatedLog>> GetLogs(ReadOnlyMemory<byte> parameters) =>
        new("eth_getLogs", parameters, static (ref Utf8JsonReader reader, ReadOnlySpan<byte> text) => JsonLog.ReadAll(ref reader, "logs", text))
        {
            IsHeavy = true,
        };

    private static ReadOnlyMemory<byte> OfHash(Hash32 hash) =>
        JsonParameters.Write(hash, static (json, hash) => json.WriteHex(hash.Bytes));

    private static void RefusePending(BlockTag block)
    {
        if (block == BlockTag.Pending)
            throw new ArgumentException("The pending block has no hash and no place yet; ask for the latest one.", nameof(block));
    }
}
