using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Operations;

/// <summary>Whether what we have claimed is settled in time: a bond lies on each, and whoever takes the place of a claim that ran out takes that with it.</summary>
/// <param name="database">Where jobs are.</param>
/// <param name="node">Our node.</param>
/// <param name="activeTime">The hub's clock.</param>
/// <param name="inclusionSeconds">How long a transaction is planned to take.</param>
public sealed class ClaimsProbe(IDatabase database, Address node, Func<ulong> activeTime, Func<ulong> inclusionSeconds) : IHealthProbe
{
    private const string Name = "claims";

    public async Task<IReadOnlyList<HealthCheck>> LookAsync(CancellationToken cancellationToken)
    {
        var soon = activeTime() + inclusionSeconds();
        try
        {
            var claims = await database.ReadAsync(
                session => session.QuerySingleAsync<Claims>(
                    """
                    SELECT COUNT(*) AS Open, COUNT(CASE WHEN until <= @soon THEN 1 END) AS Late FROM jobs
                    WHERE claim_order IS NOT NULL AND ended = 0 AND stage = @Claimed AND node = @node
                    """,
                    new { soon, Claimed = (int)Stage.Claimed, node }),
                cancellationToken);
            return
            [
                claims.Late == 0
                    ? HealthCheck.Good(Name, $"{claims.Open} are open", claims.Open)
                    : HealthCheck.Warning(
                        Name, $"{claims.Late} of {claims.Open} end within {inclusionSeconds()} s, or have ended, and are not settled",
                        "Their bonds are lost when another node takes their place: look at lag, endpoints and sending; each job says what it waits for.", claims.Open),
            ];
        }
        catch (DatabaseException failure)
        {
            return [HealthCheck.Warning(Name, failure.Message, "See the database's check.")];
        }
    }

    private sealed class Claims
    {
        public long Open { get; init; }

        public long Late { get; init; }
    }
}
