using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Following;

/// <summary>What can be wrong with an answer, found without asking again. Each check returns null where nothing is.</summary>
internal static class AnswerChecks
{
    public static SourceFailure? Header(BlockTag asked, SealedHeader header, Func<SealedHeader, bool>? headerCheck)
    {
        if (asked.Number is { } number && header.Number != number)
            return Refuse(Inconsistency.OtherNumber, $"Asked for block {number}, it answered with block {header.Ref}.");
        if (asked.Hash is { } hash && header.Hash != hash)
            return Refuse(Inconsistency.OtherHash, $"Asked for block {hash}, it answered with block {header.Ref}.");
        if (headerCheck is not null && !headerCheck(header))
            return Refuse(Inconsistency.ForgedHash, $"The contents of header {header.Ref} do not hash to that: it is forged, or the chain has headers of its own kind.");
        return null;
    }

    public static SourceFailure? Headers(BlockRange asked, IReadOnlyList<SealedHeader> headers, Func<SealedHeader, bool>? headerCheck)
    {
        if ((ulong)headers.Count != asked.Count)
            return Refuse(Inconsistency.BrokenLink, $"Asked for the {asked.Count} headers of {asked}, it answered with {headers.Count}.");
        for (var i = 0; i < headers.Count; i++)
        {
            if (Header(asked.First + (ulong)i, headers[i], headerCheck) is { } refusal)
                return refusal;
            if (i > 0 && headers[i].ParentHash != headers[i - 1].Hash)
            {
                return Refuse(
                    Inconsistency.BrokenLink,
                    $"Block {headers[i].Ref} has the parent {headers[i].ParentHash}, and before it came {headers[i - 1].Ref}.");
            }
        }

        return null;
    }

    /// <summary>Each log on its own, and against the question. <paramref name="blockAt"/> gives the known hash of a height, if any.</summary>
    public static SourceFailure? Logs(
        BlockRange asked, LogFilter filter, IReadOnlyList<LocatedLog> logs, Func<BlockNumber, Hash32?> blockAt)
    {
        var blocks = new Dictionary<BlockNumber, Hash32>();
        var (before, isAscending) = ((LocatedLog?)null, true);
        foreach (var log in logs)
        {
            if (log.Removed)
                return Refuse(Inconsistency.RemovedLog, $"{Name(log)} is marked as removed.");
            if (log.Block != before?.Block && WrongBlock(asked, log, blocks, blockAt) is { } otherBlock)
                return otherBlock;
            if (!filter.Matches(log.Content))
                return Refuse(Inconsistency.UnaskedLog, $"{Name(log)} does not match the filter.");
            isAscending &= before is null || Compare(before, log) < 0;
            before = log;
        }

        // Nodes answer in order as a rule, and what rises cannot hold anything twice.
        if (isAscending)
            return null;
        var identities = new HashSet<(BlockNumber, uint)>(logs.Count);
        return logs.FirstOrDefault(log => !identities.Add((log.Block.Number, log.LogIndex))) is { } twice
            ? Refuse(Inconsistency.DuplicateLogIndex, $"{Name(twice)} came twice.")
            : null;
    }

    /// <summary>
    /// Brings the answers to several filters together, each log once, by block number and log index. Endpoints owe no order, so that theirs
    /// is not judged; but within a block log and transaction indices must rise together.
    /// </summary>
    public static Answer<IReadOnlyList<LocatedLog>> Merge(IReadOnlyList<IReadOnlyList<LocatedLog>> answers)
    {
        var merged = new List<LocatedLog>(answers.Sum(logs => logs.Count));
        foreach (var logs in answers)
            merged.AddRange(logs);
        if (!IsAscending(merged))
            merged.Sort(Compare);

        var kept = 0;
        for (var i = 0; i < merged.Count; i++)
        {
            var log = merged[i];
            if (kept > 0 && merged[kept - 1] is var before && before.Block.Number == log.Block.Number)
            {
                if (before.Block != log.Block)
                    return Refuse(Inconsistency.TwoBlocksAtOneNumber, $"{Name(log)} and {Name(before)} are at one height.");
                if (before.LogIndex == log.LogIndex)
                {
                    if (LogsDigest.Of([before]) != LogsDigest.Of([log]))
                        return Refuse(Inconsistency.DuplicateLogIndex, $"{Name(log)} has two contents.");
                    continue;
                }

                var sameTransaction = before.TransactionIndex == log.TransactionIndex;
                if (before.TransactionIndex > log.TransactionIndex || sameTransaction != (before.TransactionHash == log.TransactionHash))
                    return Refuse(Inconsistency.TransactionOrder, $"{Name(log)} contradicts {Name(before)} about their transactions.");
            }

            merged[kept++] = log;
        }

        merged.RemoveRange(kept, merged.Count - kept);
        return Answer.Of<IReadOnlyList<LocatedLog>>(merged);
    }

    /// <summary>That a block's logs lie within its bloom filter.</summary>
    public static SourceFailure? WithinBloom(SealedHeader block, IReadOnlyList<LocatedLog> logs)
    {
        // All of them at once, and one by one only to name the culprit.
        var bloom = block.Header.LogsBloom;
        if (logs.Count == 0 || Lies(Blocks.Bloom.Of(logs.Select(log => log.Content)).Bytes, within: bloom.Bytes))
            return null;
        var outside = logs.First(log => !bloom.MayContain(log.Content.Address) || !log.Content.Topics.All(bloom.MayContain));
        var advice = bloom.IsEmpty ? $" A chain that leaves its bloom filters empty is followed with {nameof(BloomUse)}.{nameof(BloomUse.None)}." : "";
        return Refuse(Inconsistency.LogOutsideBloom, $"{Name(outside)} is ruled out by the bloom filter of its block.{advice}");
    }

    /// <summary>That the logs account for every bit of the block's bloom filter, which no false positive can blur.</summary>
    public static SourceFailure? ExplainBloom(SealedHeader block, IReadOnlyList<LocatedLog> all)
    {
        var explained = Blocks.Bloom.Of(all.Select(log => log.Content));
        return explained.Equals(block.Header.LogsBloom)
            ? null
            : Refuse(
                Inconsistency.MissingLogs,
                $"The {all.Count} logs that it has for block {block.Ref} do not make the bloom filter of that block.");
    }

    public static SourceFailure.Inconsistent Refuse(Inconsistency kind, string detail) => new(kind, detail);

    private static SourceFailure.Inconsistent? WrongBlock(
        BlockRange asked, LocatedLog log, Dictionary<BlockNumber, Hash32> blocks, Func<BlockNumber, Hash32?> blockAt)
    {
        if (!asked.Contains(log.Block.Number))
            return Refuse(Inconsistency.LogOfOtherBlock, $"{Name(log)} lies outside of {asked}.");
        if (blockAt(log.Block.Number) is { } known && known != log.Block.Hash)
            return Refuse(Inconsistency.LogOfOtherBlock, $"{Name(log)} does not belong to block {log.Block.Number} ({known}).");
        return blocks.TryAdd(log.Block.Number, log.Block.Hash) || blocks[log.Block.Number] == log.Block.Hash
            ? null
            : Refuse(Inconsistency.TwoBlocksAtOneNumber, $"{Name(log)} and {blocks[log.Block.Number]} are at one height.");
    }

    private static bool IsAscending(List<LocatedLog> logs)
    {
        for (var i = 1; i < logs.Count; i++)
        {
            if (Compare(logs[i - 1], logs[i]) >= 0)
                return false;
        }

        return true;
    }

    private static int Compare(LocatedLog left, LocatedLog right)
    {
        var byBlock = left.Block.Number.CompareTo(right.Block.Number);
        return byBlock != 0 ? byBlock : left.LogIndex.CompareTo(right.LogIndex);
    }

    private static bool Lies(ReadOnlySpan<byte> bits, ReadOnlySpan<byte> within)
    {
        for (var i = 0; i < bits.Length; i++)
        {
            if ((bits[i] & ~within[i]) != 0)
                return false;
        }

        return true;
    }

    private static string Name(LocatedLog log) => $"Log {log.LogIndex} of block {log.Block}";
}
