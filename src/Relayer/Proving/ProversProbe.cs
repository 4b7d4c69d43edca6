using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Scheduling;

namespace OpenGradient.Relayer.Proving;

/// <summary>
/// Whether anybody proves for a relayer that leaves it to other processes. What it has claimed meanwhile is not settled, and its bonds are lost when the claims end: while answers
/// wait, work does not go on without a prover.
/// </summary>
public sealed class ProversProbe(IDatabase database, InstanceRegister register) : IHealthProbe
{
    private const string Name = "prover";

    private static readonly string Waiting =
        $"""
        SELECT (SELECT COUNT(*) FROM jobs WHERE assurance = {(int)Assurance.Proven} AND ended = 0 AND proof_id IS NULL AND answer_commit IS NOT NULL AND turned_away = 0
          AND stage IN ({(int)Stage.Open}, {(int)Stage.Claimed}))
          + (SELECT COUNT(*) FROM jobs WHERE proof_id IN (SELECT proof_id FROM proofs WHERE due_at IS NOT NULL))
        """;

    public async Task<IReadOnlyList<HealthCheck>> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var living = (await register.ListAsync(cancellationToken)).Count(instance => instance is { IsAlive: true, Role: InstanceRole.Prover });
            if (living > 0)
                return [HealthCheck.Good(Name, $"{living} processes live that prove", living)];
            var waiting = await database.ReadAsync(session => session.QuerySingleAsync<long>(Waiting), cancellationToken);
            const string Remedy = "Start `og relayer prove` on this database: claims of proven requests lose their bonds when nobody proves.";
            return
            [
                waiting > 0
                    ? HealthCheck.Bad(Name, $"no process lives that proves, and {waiting} answers wait for one", Remedy, 0)
                    : HealthCheck.Warning(Name, "no process lives that proves", Remedy, 0),
            ];
        }
        catch (DatabaseException failure)
        {
            return [HealthCheck.Warning(Name, failure.Message, "See the database's check.")];
        }
    }
}
