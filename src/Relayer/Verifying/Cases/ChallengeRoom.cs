using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Verifying.Duties;

namespace OpenGradient.Relayer.Verifying.Cases;

/// <summary>What other challenges of ours leave for one more.</summary>
/// <param name="Open">How many are sealed and not judged.</param>
/// <param name="AtRisk">What they put at risk together.</param>
/// <param name="Balance">What we have at the court.</param>
/// <param name="LossesInRow">How many of the last ones were lost, one after another.</param>
/// <param name="LastLoss">When the last of those was.</param>
public sealed record ChallengeRoom(int Open, UInt256 AtRisk, UInt256 Balance, int LossesInRow, DateTimeOffset? LastLoss)
{
    private const int MostRead = 1_000;

    /// <summary>Of no interest: the seal is down already.</summary>
    public static ChallengeRoom Taken { get; } = new(0, UInt256.Zero, UInt256.Zero, 0, LastLoss: null);

    /// <summary>
    /// Whether none is brought for now, and until when: after some losses in a row we may be the one who is wrong. Once the time is over one is brought, and
    /// the next only when that was judged.
    /// </summary>
    public DateTimeOffset? StoppedUntil(VerifyingOptions options, DateTimeOffset now)
    {
        if (LossesInRow < options.LossesToStop || LastLoss is not { } last)
            return null;
        var until = last + options.StopTime;
        return now < until ? until
            : Open > 0 ? now + options.LookAgain
            : null;
    }

    /// <summary>Whether one more fits.</summary>
    public bool Fits(UInt256 risk, VerifyingOptions options) =>
        Open < options.MostOpenChallenges && risk <= Balance && risk <= options.MostAtRisk && AtRisk <= options.MostAtRisk - risk;

    /// <summary>As <see cref="ReadAsync"/>; until the transaction ends nobody else takes of it. The balance was looked at before.</summary>
    internal static async Task<ChallengeRoom> LockAsync(DatabaseSession session, Hash32 requestId)
    {
        // One row for all, that whoever reviews has made; where one writes at a time it locks nothing more.
        await session.ExecuteAsync("UPDATE sampling_secrets SET id = id");
        return await ReadAsync(session, requestId, UInt256.MaxValue);
    }

    /// <summary>The room beside one challenge, from the duties themselves: replicas and restarts count the same.</summary>
    internal static async Task<ChallengeRoom> ReadAsync(DatabaseSession session, Hash32 requestId, UInt256 balance)
    {
        var open = await session.QueryAsync<UInt256>(
            "SELECT stake FROM duties WHERE kind = @Challenge AND ended = 0 AND stake IS NOT NULL AND request_id <> @requestId LIMIT @MostRead",
            new { Challenge = (int)DutyKind.Challenge, requestId, MostRead });
        var judged = await session.QueryAsync<Judged>(
            """
            SELECT ended AS Ended, ended_at AS EndedAt FROM duties
            WHERE kind = @Challenge AND ended IN (@Won, @WonForOthers, @Lost) ORDER BY ended_at DESC LIMIT @MostRead
            """,
            new { Challenge = (int)DutyKind.Challenge, Won = (int)DutyEnd.Won, WonForOthers = (int)DutyEnd.WonForOthers, Lost = (int)DutyEnd.Lost, MostRead });
        var losses = judged.TakeWhile(entry => entry.Ended == (int)DutyEnd.Lost).ToList();
        return new ChallengeRoom(
            open.Count, open.Aggregate(UInt256.Zero, (sum, stake) => sum + stake), balance, losses.Count, losses.Count == 0 ? null : losses[0].EndedAt);
    }

    private sealed class Judged
    {
        public int Ended { get; init; }

        public DateTimeOffset EndedAt { get; init; }
    }
}
