using OpenGradient.Contracts;
using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Verifying.Dossiers;

namespace OpenGradient.Relayer.Chain;

/// <summary>The logs that may still be taken back, or that open work rests on. All views are made from them.</summary>
internal static class ChainLogs
{
    private const int SubjectsPerQuery = 500;

    /// <summary>What a log is about: the request, the version, or the seal of a challenge; null for what we do not follow.</summary>
    public static Hash32? SubjectOf(Log log) => log.Topics switch
    {
        [var signature, _, var seal, ..] when signature == IChallengeCourtContract.ChallengeSealedEvent.Topic0
            || signature == IChallengeCourtContract.SealForfeitedEvent.Topic0 => seal,
        [var signature, _, _, var requestId] when signature == IChallengeCourtContract.SealWithdrawnEvent.Topic0 => requestId,
        [var signature, _, var versionId, ..] when signature == IModelRegistryContract.VersionPublishedEvent.Topic0 => versionId,
        [_, var subject, ..] => subject,
        _ => null,
    };

    public static Task AddAsync(DatabaseSession session, IEnumerable<(Hash32 Subject, LocatedLog Log)> logs) => session.ExecuteManyAsync(
        """
        INSERT INTO chain_logs (block_hash, log_index, block_number, transaction_hash, subject, emitter, topics, data)
        VALUES (@BlockHash, @LogIndex, @BlockNumber, @TransactionHash, @Subject, @Emitter, @Topics, @Data)
        ON CONFLICT (block_hash, log_index) DO NOTHING
        """,
        logs.Select(entry => new
        {
            BlockHash = entry.Log.Block.Hash,
            LogIndex = (int)entry.Log.LogIndex,
            BlockNumber = entry.Log.Block.Number,
            entry.Log.TransactionHash,
            entry.Subject,
            Emitter = entry.Log.Content.Address,
            Topics = Join(entry.Log.Content.Topics),
            entry.Log.Content.Data,
        }).ToList());

    /// <summary>Forgets what blocks told that the chain has replaced, and says what it was about.</summary>
    public static async Task<IReadOnlyList<Hash32>> RemoveAsync(DatabaseSession session, IReadOnlyList<BlockRef> orphaned)
    {
        HashSet<Hash32> subjects = [];
        foreach (var block in orphaned)
            subjects.UnionWith(await session.QueryAsync<Hash32>("DELETE FROM chain_logs WHERE block_hash = @Hash RETURNING subject", new { block.Hash }));
        return [.. subjects];
    }

    /// <summary>All that is kept about some subjects, in the order in which the chain told it.</summary>
    public static async Task<ILookup<Hash32, Log>> OfAsync(DatabaseSession session, IReadOnlyCollection<Hash32> subjects)
    {
        List<LogRow> rows = [];
        foreach (var part in subjects.Chunk(SubjectsPerQuery))
        {
            rows.AddRange(await session.QueryAsync<LogRow>(
                $"""
                SELECT subject AS Subject, emitter AS Emitter, topics AS Topics, data AS Data
                FROM chain_logs WHERE subject {session.Sql("IN @Part", "= ANY(@Part)")} ORDER BY block_number, log_index
                """,
                new { Part = part.Select(subject => subject.ToArray()).ToArray() }));
        }

        return rows.ToLookup(row => row.Subject, row => new Log(row.Emitter, Split(row.Topics), row.Data));
    }

    /// <summary>All that is kept about one subject, in order, with where it stands.</summary>
    public static async Task<IReadOnlyList<ToldLog>> ToldAsync(DatabaseSession session, Hash32 subject)
    {
        var rows = await session.QueryAsync<LogRow>(
            """
            SELECT emitter AS Emitter, topics AS Topics, data AS Data, block_number AS BlockNumber, transaction_hash AS TransactionHash
            FROM chain_logs WHERE subject = @subject ORDER BY block_number, log_index
            """,
            new { subject });
        return [.. rows.Select(row => new ToldLog(row.BlockNumber, row.TransactionHash, new Log(row.Emitter, Split(row.Topics), row.Data)))];
    }

    private static byte[] Join(LogTopics topics)
    {
        var joined = new byte[topics.Count * Hash32.ByteLength];
        for (var i = 0; i < topics.Count; i++)
            topics[i].CopyTo(joined.AsSpan(i * Hash32.ByteLength));
        return joined;
    }

    private static Hash32[] Split(byte[] topics) =>
        [.. topics.Chunk(Hash32.ByteLength).Select(topic => new Hash32(topic))];

    private sealed class LogRow
    {
        public Hash32 Subject { get; init; }

        public BlockNumber BlockNumber { get; init; }

        public Hash32 TransactionHash { get; init; }

        public Address Emitter { get; init; }

        public byte[] Topics { get; init; } = [];

        public byte[] Data { get; init; } = [];
    }
}
