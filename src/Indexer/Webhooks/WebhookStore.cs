using OpenGradient.Database;
using OpenGradient.Database.Migrations;
using OpenGradient.Indexer.Api.Endpoints;

namespace OpenGradient.Indexer.Webhooks;

/// <summary>How far each webhook has been told, and what nobody took.</summary>
internal static class WebhookStore
{
    // Old ones go when there are more of one hook.
    private const int KeptLetters = 200;

    public static MigrationSet Migrations { get; } = MigrationSet.FromResources("webhooks", typeof(WebhookStore).Assembly);

    /// <summary>Where a hook stands. One that is new, or wants other rows than it did, begins with what comes next.</summary>
    public static async Task<WebhookPlace> ReadAsync(DatabaseSession session, Webhook hook)
    {
        var known = await session.QuerySingleOrDefaultAsync<WebhookPlace>(
            """
            SELECT fingerprint AS Fingerprint, last AS Last, reorg AS Reorg, offered AS Offered, attempts AS Attempts, next_at AS NextAt, delivered AS Delivered,
              fault AS Fault, missed_from AS MissedFrom, version AS Version
            FROM webhook_places WHERE name = @Name
            """,
            new { hook.Name });
        if (known?.Fingerprint == hook.Fingerprint)
            return known with { IsStored = true };
        var now = await StreamPlace.NowAsync(session);
        return new WebhookPlace { Fingerprint = hook.Fingerprint, Last = now.Last, Reorg = now.Reorg, Version = known?.Version ?? 0 };
    }

    /// <summary>
    /// Writes where a hook stands, and gives it as it is stored; null, and nothing is written, where somebody else has written since it was read: two
    /// processes that tell the same hook do not undo each other's work.
    /// </summary>
    public static async Task<WebhookPlace?> TryWriteAsync(DatabaseSession session, Webhook hook, WebhookPlace place)
    {
        var next = place with { IsStored = true, Version = place.Version + 1 };
        var written = await session.ExecuteAsync(
            """
            INSERT INTO webhook_places (name, fingerprint, last, reorg, offered, attempts, next_at, delivered, fault, missed_from, version)
            VALUES (@Name, @Fingerprint, @Last, @Reorg, @Offered, @Attempts, @NextAt, @Delivered, @Fault, @MissedFrom, @Version)
            ON CONFLICT (name) DO UPDATE SET fingerprint = excluded.fingerprint, last = excluded.last, reorg = excluded.reorg, offered = excluded.offered,
              attempts = excluded.attempts, next_at = excluded.next_at, delivered = excluded.delivered, fault = excluded.fault,
              missed_from = excluded.missed_from, version = excluded.version
            WHERE webhook_places.version = @Known
            """,
            new
            {
                hook.Name,
                next.Fingerprint,
                next.Last,
                next.Reorg,
                next.Offered,
                next.Attempts,
                next.NextAt,
                next.Delivered,
                next.Fault,
                next.MissedFrom,
                next.Version,
                Known = place.Version,
            });
        return written == 1 ? next : null;
    }

    /// <summary>Puts aside what was tried often enough.</summary>
    public static async Task BuryAsync(DatabaseSession session, DeadLetter letter)
    {
        await session.ExecuteAsync(
            """
            INSERT INTO webhook_letters (name, died_at, from_place, to_place, attempts, fault) VALUES (@Name, @DiedAt, @FromPlace, @ToPlace, @Attempts, @Fault)
            ON CONFLICT (name, from_place) DO UPDATE SET died_at = excluded.died_at, to_place = excluded.to_place, attempts = excluded.attempts, fault = excluded.fault
            """,
            letter);
        await session.ExecuteAsync(
            """
            DELETE FROM webhook_letters WHERE name = @Name AND died_at < (SELECT MIN(died_at) FROM
              (SELECT died_at FROM webhook_letters WHERE name = @Name ORDER BY died_at DESC LIMIT @KeptLetters) kept)
            """,
            new { letter.Name, KeptLetters });
    }

    public static Task<IReadOnlyList<DeadLetter>> LettersAsync(DatabaseSession session, string name) => session.QueryAsync<DeadLetter>(
        """
        SELECT name AS Name, died_at AS DiedAt, from_place AS FromPlace, to_place AS ToPlace, attempts AS Attempts, fault AS Fault
        FROM webhook_letters WHERE name = @name ORDER BY died_at DESC LIMIT 50
        """,
        new { name });
}

/// <summary>Where a webhook stands.</summary>
internal sealed record WebhookPlace
{
    public string Fingerprint { get; init; } = "";

    public bool IsStored { get; init; }

    public long Last { get; init; }

    public long Reorg { get; init; }

    /// <summary>The furthest row that was ever sent: the receiver may have taken it, whatever was heard of that.</summary>
    public long Offered { get; init; }

    /// <summary>How often the next delivery was tried.</summary>
    public long Attempts { get; init; }

    /// <summary>When it is tried again, in milliseconds of Unix time; while one is on its way, when another process may take it to be lost.</summary>
    public long NextAt { get; init; }

    /// <summary>How many deliveries were taken.</summary>
    public long Delivered { get; init; }

    /// <summary>What was wrong the last time.</summary>
    public string? Fault { get; init; }

    /// <summary>From which place on something was put aside that the receiver has not been told of.</summary>
    public string? MissedFrom { get; init; }

    /// <summary>How often this was written.</summary>
    public long Version { get; init; }

    /// <summary>Up to where all is told.</summary>
    public StreamPlace Place => new(Last, Reorg);
}

/// <summary>A delivery that nobody took: the rows between two places, which a stream or a list still gives.</summary>
internal sealed record DeadLetter
{
    public string Name { get; init; } = "";

    public long DiedAt { get; init; }

    public string FromPlace { get; init; } = "";

    public string ToPlace { get; init; } = "";

    public long Attempts { get; init; }

    public string Fault { get; init; } = "";
}
