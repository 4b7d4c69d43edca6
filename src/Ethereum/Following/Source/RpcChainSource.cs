using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Ethereum.Following;

/// <summary>An endpoint over JSON-RPC.</summary>
/// <param name="client">
/// Asks the endpoint; not disposed with this source. Give it one attempt per call (<see cref="RpcOptions.MaxAttempts"/> of 1), since the
/// follower has its own patience, and other endpoints to ask meanwhile.
/// </param>
/// <param name="name">How the endpoint is called; its scheme, host and port when null, so that two endpoints on one host need names.</param>
public sealed class RpcChainSource(EthereumClient client, string? name = null) : IChainSource
{
    private const long MethodNotFound = -32601;
    private const long ResourceNotFound = -32001;
    private const long UnknownBlock = -39001;

    // What nodes say that have no such block, or do not have it yet: geth, Erigon, Nethermind, Besu, reth and anvil each in their own words.
    private static readonly string[] UnknownBlockWords =
        ["unknown block", "block not found", "header not found", "header for hash not found", "not available yet", "missing block"];

    private static readonly string[] UnsupportedWords =
        ["method not found", "not supported", "unsupported", "does not exist/is not available", "invalid block tag",
            "hex string without 0x prefix"];

    public string Name { get; } = name ?? client.Endpoint.Name;

    public async ValueTask<Answer<SealedHeader>> ReadHeaderAsync(BlockTag block, CancellationToken cancellationToken) =>
        HeaderOf(await client.TrySendAsync(Eth.GetHeader(block), cancellationToken), block);

    public async ValueTask<Answer<IReadOnlyList<SealedHeader>>> ReadHeadersAsync(BlockRange range, CancellationToken cancellationToken)
    {
        var numbers = Enumerable.Range(0, checked((int)range.Count)).Select(i => range.First + (ulong)i).ToArray();
        var results = await client.TrySendAllAsync(numbers.Select(number => Eth.GetHeader(number)), cancellationToken);
        var headers = new SealedHeader[results.Count];
        for (var i = 0; i < headers.Length; i++)
        {
            if (!HeaderOf(results[i], numbers[i]).TryGet(out var header, out var failure))
                return failure;
            headers[i] = header;
        }

        return Answer.Of<IReadOnlyList<SealedHeader>>(headers);
    }

    public async ValueTask<Answer<IReadOnlyList<LocatedLog>>> ReadLogsAsync(
        Hash32 blockHash, LogFilter filter, CancellationToken cancellationToken)
    {
        var result = await client.TrySendAsync(Eth.GetLogs(blockHash, filter), cancellationToken);
        if (result.TryGet(out var logs, out var error))
            return Answer.Of(logs);
        return LogRangeLimit.Of(error) is null
            ? FailureOf(error, BlockTag.At(blockHash))
            : new SourceFailure.RangeTooLarge(null, error.Explanation);
    }

    public async ValueTask<Answer<IReadOnlyList<Receipt>>> ReadReceiptsAsync(Hash32 blockHash, CancellationToken cancellationToken)
    {
        var block = BlockTag.At(blockHash);
        var result = await client.TrySendAsync(Eth.GetBlockReceipts(block), cancellationToken);
        if (!result.TryGet(out var receipts, out var error))
            return FailureOf(error, block);
        return receipts is null
            ? new SourceFailure.UnknownBlock(block)
            : Answer.Of<IReadOnlyList<Receipt>>([.. receipts.Select(receipt => receipt.Consensus)]);
    }

    public async ValueTask<Answer<RangeLogs>> ReadLogsAsync(BlockRange range, LogFilter filter, CancellationToken cancellationToken)
    {
        var batch = client.CreateBatch();
        var asked = batch.Add(Eth.GetLogs(range, filter));
        var last = batch.Add(Eth.GetHeader(range.Last));
        await batch.SendAsync(cancellationToken);
        if (!asked.Result.TryGet(out var logs, out var error))
            return RefusalOf(error, range) ?? FailureOf(error, range.Last);
        return HeaderOf(last.Result, range.Last).TryGet(out var header, out var failure)
            ? Answer.Of(new RangeLogs(header, logs))
            : failure;
    }

    private static Answer<SealedHeader> HeaderOf(RpcResult<SealedHeader?> result, BlockTag block)
    {
        if (!result.TryGet(out var header, out var error))
            return FailureOf(error, block);
        return header is null ? new SourceFailure.UnknownBlock(block) : Answer.Of(header);
    }

    // The endpoint's words about how much it would answer, as a number of blocks from the range's first where they come to that.
    private static SourceFailure.RangeTooLarge? RefusalOf(RpcError error, BlockRange range) => LogRangeLimit.Of(error) switch
    {
        null => null,
        LogRangeLimit.Blocks blocks => new SourceFailure.RangeTooLarge(blocks.Count, error.Explanation),
        LogRangeLimit.Suggested { Range: var suggested } when suggested.Contains(range.First) =>
            new SourceFailure.RangeTooLarge(new BlockRange(range.First, suggested.Last).Count, error.Explanation),
        _ => new SourceFailure.RangeTooLarge(null, error.Explanation),
    };

    private static SourceFailure FailureOf(RpcError error, BlockTag block) => error switch
    {
        RpcError.RateLimited limit => new SourceFailure.RateLimited(limit.RetryAfter, error.Explanation),
        RpcError.Malformed or RpcError.Oversize => new SourceFailure.Malformed(error.Explanation),
        RpcError.Provider { Code: UnknownBlock or ResourceNotFound } => new SourceFailure.UnknownBlock(block),
        RpcError.Provider provider when Says(provider, UnknownBlockWords) => new SourceFailure.UnknownBlock(block),
        RpcError.Provider { Code: MethodNotFound } => new SourceFailure.Unsupported(error.Explanation),
        RpcError.Provider provider when Says(provider, UnsupportedWords) => new SourceFailure.Unsupported(error.Explanation),
        _ => new SourceFailure.Unavailable(error.Explanation),
    };

    private static bool Says(RpcError.Provider error, string[] phrases) =>
        Array.Exists(phrases, phrase => error.Message.Contains(phrase, StringComparison.OrdinalIgnoreCase));
}
