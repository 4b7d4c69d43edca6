using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Following;

/// <summary>
/// All logs of a block, shown by one endpoint in a way that the block's header proves. There are two: a list of logs that makes the header's
/// bloom filter bit for bit, and receipts that make its receipts root. The second is the stronger, and carries the most; it is for
/// endpoints that refuse to list logs without an address.
/// </summary>
internal sealed class LogCensus(IChainSource source)
{
    /// <summary>The block's logs, with transaction hashes left out: receipts do not prove these.</summary>
    public async ValueTask<Answer<IReadOnlyList<LocatedLog>>> TakeAsync(SealedHeader block, CancellationToken cancellationToken)
    {
        var listed = await source.ReadLogsAsync(block.Hash, LogFilter.All, cancellationToken);
        if (listed.TryGet(out var logs, out var refusal))
        {
            var range = new BlockRange(block.Number, block.Number);
            var wrong = AnswerChecks.Logs(range, LogFilter.All, logs, _ => block.Hash) ?? AnswerChecks.ExplainBloom(block, logs);
            return wrong is not null
                ? wrong
                : Answer.Of<IReadOnlyList<LocatedLog>>([.. logs.Select(Anonymous)]);
        }

        // These would meet the receipts too.
        if (refusal is SourceFailure.UnknownBlock or SourceFailure.RateLimited)
            return refusal;

        var carried = await source.ReadReceiptsAsync(block.Hash, cancellationToken);
        if (!carried.TryGet(out var receipts, out var silence))
        {
            return silence is SourceFailure.UnknownBlock or SourceFailure.RateLimited
                ? silence
                : new SourceFailure.Unavailable(
                    $"The bloom filter of block {block.Ref} cannot be accounted for: the endpoint neither lists all of its logs ({refusal}) "
                    + $"nor gives its receipts ({silence}). Use one that does either, or {nameof(BloomUse)}.{nameof(BloomUse.None)} to trust its answers.");
        }

        return BlockCommitments.ReceiptsRoot(receipts) == block.Header.ReceiptsRoot
            ? Answer.Of<IReadOnlyList<LocatedLog>>(LogsOf(block.Ref, receipts))
            : AnswerChecks.Refuse(
                Inconsistency.MissingLogs,
                $"The {receipts.Count} receipts that it has for block {block.Ref} do not make the receipts root of that block. "
                + "Some are missing or false, or the chain's receipts have fields of their own.");
    }

    /// <summary>A log as a census has it.</summary>
    public static LocatedLog Anonymous(LocatedLog log) => log with { TransactionHash = Hash32.Zero };

    private static List<LocatedLog> LogsOf(BlockRef block, IReadOnlyList<Receipt> receipts)
    {
        var logs = new List<LocatedLog>();
        for (var transaction = 0; transaction < receipts.Count; transaction++)
        {
            foreach (var log in receipts[transaction].Logs)
                logs.Add(new LocatedLog(block, Hash32.Zero, (uint)transaction, (uint)logs.Count, log));
        }

        return logs;
    }
}
