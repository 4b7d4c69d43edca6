using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Search;

namespace OpenGradient.Indexer.Hosting;

/// <summary>What is asked of a node beside following: for proofs and certificates, and about transactions.</summary>
internal static class NodeReading
{
    public const int HeadersAtOnce = 100;

    public static async Task<(BlockHeader Header, IReadOnlyList<Receipt> Receipts)?> ReadBlockAsync(EthereumClient client, Hash32 hash, CancellationToken cancellationToken)
    {
        var header = await client.TrySendAsync(Eth.GetHeader(BlockTag.At(hash)), cancellationToken);
        var receipts = await client.TrySendAsync(Eth.GetBlockReceipts(BlockTag.At(hash)), cancellationToken);
        return Told(header) is { } found && Told(receipts) is { } all ? (found.Header, [.. all.Select(receipt => receipt.Consensus)]) : null;
    }

    public static async Task<IReadOnlyList<BlockHeader?>> ReadHeadersAsync(EthereumClient client, BlockRange range, CancellationToken cancellationToken)
    {
        var headers = new List<BlockHeader?>();
        foreach (var part in Enumerable.Range(0, (int)range.Count).Chunk(HeadersAtOnce))
        {
            var answers = await client.TrySendAllAsync(part.Select(i => Eth.GetHeader(BlockTag.At(range.First + (ulong)i))), cancellationToken);
            headers.AddRange(answers.Select(answer => Told(answer)?.Header));
        }

        return headers;
    }

    public static async Task<TransactionPlace> FindTransactionAsync(EthereumClient client, Hash32 hash, CancellationToken cancellationToken)
    {
        var receipt = await client.TrySendAsync(Eth.GetTransactionReceipt(hash), cancellationToken);
        return receipt.TryGet(out var found, out _) ? new TransactionPlace(true, found?.Block.Number) : new TransactionPlace(false, null);
    }

    // What the node does not have is nothing; that it has no time passes, and says nothing of what it has.
    private static T? Told<T>(RpcResult<T?> answer)
        where T : class
    {
        if (answer.TryGet(out var told, out var error))
            return told;
        if (error is RpcError.RateLimited or RpcError.Overloaded or RpcError.Timeout or RpcError.Transport { HttpStatus: null or 408 or >= 500 })
            throw new NodeBusyException(error.Explanation);
        return null;
    }
}
