using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;

namespace OpenGradient.Relayer.Jobs;

/// <summary>Makes the jobs' view of the chain from the hub's logs, within the transaction that stores those.</summary>
internal sealed class JobProjection(DatabaseSession session, Address node, DateTimeOffset now)
{
    private const int RequestsPerQuery = 500;

    private readonly List<object> _asked = [];
    private readonly List<Change> _changes = [];

    /// <summary>Adds what was told to the views.</summary>
    public async Task ContinueAsync(ILookup<Hash32, Log> told)
    {
        var known = await ReadAsync([.. told.Select(request => request.Key)]);
        foreach (var request in told)
            Apply(request.Key, known.GetValueOrDefault(request.Key) ?? RequestView.Unknown, request, isRemade: false);
        await WriteAsync();
    }

    /// <summary>Makes views anew, from all that is left of what was told.</summary>
    public async Task RemakeAsync(IReadOnlyCollection<Hash32> subjects, ILookup<Hash32, Log> left)
    {
        foreach (var subject in subjects)
            Apply(subject, RequestView.Unknown, left[subject], isRemade: true);
        await WriteAsync();
    }

    private void Apply(Hash32 requestId, RequestView view, IEnumerable<Log> logs, bool isRemade)
    {
        var change = new Change { RequestId = requestId, Now = now, IsRemade = isRemade };
        foreach (var log in logs)
        {
            if (!HubNews.TryRead(log, out var news))
                continue;

            view = view.After(news);
            if (news is HubNews.Asked asked)
                _asked.Add(Row(asked, log));
            else if (news is HubNews.Specified)
                change.Terms = log.Data.ToArray();
            else if (news is HubNews.NotTaken refused && refused.Node == node)
                change.NotTaken = (int)refused.Refusal;
            else if (news is HubNews.Claimed claimed && claimed.Node == node)
                change.ClaimedAt = now;
            else if (news is HubNews.Settled settled)
                (change.SettledAt, change.IsOurs) = (now, settled.Event.Node == node);
        }

        change.SetView(view);
        _changes.Add(change);
    }

    private async Task WriteAsync()
    {
        foreach (var row in _asked)
        {
            // What is asked anew after a reorganisation is the same request, since its id commits to all of it.
            await session.ExecuteAsync(
                """
                INSERT INTO jobs (request_id, requester, version_id, assurance, deadline, fee, asked, stage, node, until, claims, output_commit, is_delivered, found_at)
                VALUES (@RequestId, @Requester, @VersionId, @Assurance, @Deadline, @Fee, @Asked, 0, @Nobody, 0, 0, @Nothing, @No, @Now)
                ON CONFLICT (request_id) DO NOTHING
                """,
                row);
        }

        await session.ExecuteManyAsync(
            """
            UPDATE jobs SET
              stage = @Stage, node = @Node, until = @Until, claims = @Claims, output_commit = @OutputCommit, is_delivered = @IsDelivered,
              terms = COALESCE(@Terms, terms),
              not_taken = COALESCE(@NotTaken, not_taken),
              claimed_at = COALESCE(@ClaimedAt, claimed_at),
              settled_at = COALESCE(@SettledAt, settled_at),
              told = told + 1,
              ended = CASE WHEN @IsRemade OR @IsOurs THEN 0 ELSE ended END,
              ended_at = CASE WHEN @IsRemade OR @IsOurs THEN NULL ELSE ended_at END,
              due_at = CASE WHEN @IsRemade OR @IsOurs OR ended = 0 THEN @Now ELSE NULL END
            WHERE request_id = @RequestId
            """,
            _changes);
        _asked.Clear();
        _changes.Clear();
    }

    private async Task<Dictionary<Hash32, RequestView>> ReadAsync(IReadOnlyCollection<Hash32> requestIds)
    {
        Dictionary<Hash32, RequestView> views = [];
        foreach (var part in requestIds.Chunk(RequestsPerQuery))
        {
            var rows = await session.QueryAsync<JobRow>(
                $"""
                SELECT request_id AS RequestId, stage AS Stage, node AS Node, until AS Until, claims AS Claims,
                  output_commit AS OutputCommit, is_delivered AS IsDelivered
                FROM jobs WHERE request_id {session.Sql("IN @Part", "= ANY(@Part)")}
                """,
                new { Part = part.Select(id => id.ToArray()).ToArray() });
            foreach (var row in rows)
                views[row.RequestId] = row.View;
        }

        return views;
    }

    private object Row(HubNews.Asked asked, Log log) => new
    {
        asked.RequestId,
        asked.Event.Requester,
        asked.Event.Request.VersionId,
        Assurance = (int)asked.Event.Request.Assurance,
        asked.Event.Request.Deadline,
        asked.Event.Request.Fee,
        Asked = log.Data.ToArray(),
        Nobody = Address.Zero,
        Nothing = Hash32.Zero,
        No = false,
        Now = now,
    };

    private sealed class Change
    {
        public required Hash32 RequestId { get; init; }

        public required DateTimeOffset Now { get; init; }

        public required bool IsRemade { get; init; }

        /// <summary>Our answer was taken: whatever we had given up, this is followed to its end.</summary>
        public bool IsOurs { get; set; }

        public int Stage { get; private set; }

        public Address Node { get; private set; }

        public ulong Until { get; private set; }

        public int Claims { get; private set; }

        public Hash32 OutputCommit { get; private set; }

        public bool IsDelivered { get; private set; }

        public byte[]? Terms { get; set; }

        public int? NotTaken { get; set; }

        public DateTimeOffset? ClaimedAt { get; set; }

        public DateTimeOffset? SettledAt { get; set; }

        public void SetView(RequestView view) =>
            (Stage, Node, Until, Claims, OutputCommit, IsDelivered) =
            ((int)view.Stage, view.Node, view.Until, view.Claims, view.OutputCommit, view.IsDelivered);
    }
}
