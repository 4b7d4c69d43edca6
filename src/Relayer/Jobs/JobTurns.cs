namespace OpenGradient.Relayer.Jobs;

/// <summary>
/// In which order due jobs are taken. What is answered comes first, by its deadline: it needs no worker, and the bond of a claim may lie on it. What is to be run comes in
/// rounds, one of each requester, the earliest deadline first: who asks ten thousand times stands in nobody's way. Nor does it make a look dearer, since of each
/// requester no more is read than may be taken.
/// </summary>
internal static class JobTurns
{
    /// <summary>
    /// How many requesters take part in a round on either side of where it starts. That is chosen anew each time, by chance: where more of them wait, none is passed over for good.
    /// </summary>
    public const int RequestersAside = 512;

    // So many times more of each requester a look takes than the one before it, until there is enough.
    private const int Growth = 4;

    private const string Take = "UPDATE jobs SET lease_owner = @Owner, lease_epoch = lease_epoch + 1, lease_until = @Until";
    private const string Due = "due_at <= @Now AND lease_until <= @Now";

    /// <summary>The requesters that have something due which is to be run: found from one to the next, so that it costs as much as there are of them.</summary>
    private const string Asking =
        $"""
        WITH RECURSIVE above(requester, place) AS (
          SELECT (SELECT requester FROM jobs WHERE answer_commit IS NULL AND {Due} AND requester >= @Start ORDER BY requester LIMIT 1), 1
          UNION ALL
          SELECT (SELECT jobs.requester FROM jobs WHERE answer_commit IS NULL AND {Due} AND jobs.requester > above.requester
            ORDER BY jobs.requester LIMIT 1), place + 1
          FROM above WHERE above.requester IS NOT NULL AND place < @Requesters
        ), below(requester, place) AS (
          SELECT (SELECT requester FROM jobs WHERE answer_commit IS NULL AND {Due} AND requester < @Start ORDER BY requester LIMIT 1), 1
          UNION ALL
          SELECT (SELECT jobs.requester FROM jobs WHERE answer_commit IS NULL AND {Due} AND jobs.requester > below.requester AND jobs.requester < @Start
            ORDER BY jobs.requester LIMIT 1), place + 1
          FROM below WHERE below.requester IS NOT NULL AND place < @Requesters
        ), asking AS (
          SELECT requester FROM above WHERE requester IS NOT NULL UNION ALL SELECT requester FROM below WHERE requester IS NOT NULL
        )
        """;

    private const string SqliteTurns =
        $"""
        {Asking}, turns AS (
          SELECT jobs.request_id, jobs.deadline, ROW_NUMBER() OVER (PARTITION BY jobs.requester ORDER BY jobs.deadline) AS turn
          FROM asking CROSS JOIN jobs ON jobs.rowid IN (
            SELECT own.rowid FROM jobs AS own
            WHERE own.requester = asking.requester AND own.answer_commit IS NULL AND own.due_at <= @Now AND own.lease_until <= @Now
            ORDER BY own.deadline LIMIT @Each)
        )
        """;

    private const string PostgresTurns =
        $"""
        {Asking}, turns AS (
          SELECT own.request_id, own.deadline, ROW_NUMBER() OVER (PARTITION BY asking.requester ORDER BY own.deadline) AS turn
          FROM asking CROSS JOIN LATERAL (
            SELECT jobs.request_id, jobs.deadline FROM jobs
            WHERE jobs.requester = asking.requester AND jobs.answer_commit IS NULL AND jobs.due_at <= @Now AND jobs.lease_until <= @Now
            ORDER BY jobs.deadline LIMIT @Each) AS own
        )
        """;

    /// <summary>Takes what is answered.</summary>
    public const string SqliteAnswered =
        $"""
        {Take} WHERE request_id IN (SELECT request_id FROM jobs WHERE answer_commit IS NOT NULL AND {Due} ORDER BY deadline LIMIT @Most)
        RETURNING {JobRow.Columns}
        """;

    /// <summary>The same; rows that another replica is taking just now are passed over.</summary>
    public const string PostgresAnswered =
        $"""
        WITH free AS (
          SELECT request_id FROM jobs WHERE answer_commit IS NOT NULL AND {Due} ORDER BY deadline LIMIT @Most FOR UPDATE SKIP LOCKED
        )
        {Take} WHERE request_id IN (SELECT request_id FROM free)
        RETURNING {JobRow.Columns}
        """;

    /// <summary>Takes what is to be run, so many of each requester at the most.</summary>
    public const string SqliteUnanswered =
        $"""
        {SqliteTurns}
        {Take} WHERE request_id IN (SELECT request_id FROM turns ORDER BY turn, deadline LIMIT @Most)
        RETURNING {JobRow.Columns}
        """;

    /// <summary>The same; rows that another replica is taking just now are passed over.</summary>
    public const string PostgresUnanswered =
        $"""
        {PostgresTurns}, free AS (
          SELECT jobs.request_id FROM jobs JOIN turns ON turns.request_id = jobs.request_id
          WHERE jobs.due_at <= @Now AND jobs.lease_until <= @Now
          ORDER BY turns.turn, turns.deadline LIMIT @Most FOR UPDATE OF jobs SKIP LOCKED
        )
        {Take} WHERE request_id IN (SELECT request_id FROM free)
        RETURNING {JobRow.Columns}
        """;

    /// <summary>How many of each requester the looks take, one after the other, where so many are wanted: the first takes one of each, which is enough where many ask.</summary>
    public static IEnumerable<int> Looks(int wanted)
    {
        for (var (each, before) = (1, 0); before < wanted; (each, before) = (each * Growth, before + each))
            yield return Math.Min(each, wanted - before);
    }
}
