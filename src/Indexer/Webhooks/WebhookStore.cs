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
            SELECT fingerprint AS Fingerprint, last AS Last, reorg AS Reorg, attempts AS Attempts, next_at AS NextAt, delivered AS Delivered, fault AS Fault
            FROM webhook_places WHERE name = @Name
            """,
            new { hook.Name });
        if (known?.Fingerprint == hook.Fingerprint)
            return known with { IsStored = true };
        var now = await StreamPlace.NowAsync(session);
        return new WebhookPlace { Fingerprint = hook.Fingerprint, Last = now.Last, Reorg = now.Reorg };
    }

    public static Task WriteAsync(DatabaseSession session, Webhook hook, WebhookPlace place) => session.ExecuteAsync(
        """
        INSERT INTO webhook_places (name, fingerprint, last, reorg, attempts, next_at, delivered, fault)
        VALUES (@Name, @Fingerprint, @Last, @Reorg, @Attempts, @NextAt, @Delivered, @Fault)
        ON CONFLICT (name) DO UPDATE SET fingerprint = excluded.fingerprint, last = excluded.last, reorg = excluded.reorg, attempts = excluded.attempts,
          next_at = excluded.next_at, delivered = excluded.delivered, fault = excluded.fault
        """,
        new { hook.Name, place.Fingerprint, place.Last, place.Reorg, place.Attempts, place.NextAt, place.Delivered, place.Fault });

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

    /// <summary>How often the next delivery was tried.</summary>
    public long Attempts { get; init; }

    /// <summary>When it is tried again, in milliseconds of Unix time.</summary>
    public long NextAt { get; init; }

    /// <summary>How many deliveries were taken.</summary>
    public long Delivered { get; init; }

    /// <summary>What was wrong the last time.</summary>
    public string? Fault { get; init; }
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
