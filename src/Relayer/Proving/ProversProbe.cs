using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Scheduling;

namespace OpenGradient.Relayer.Proving;

/// <summary>
/// Whether anybody proves for a relayer that leaves it to other processes. What it has claimed meanwhile is not settled, and its bonds are lost when the claims end: while answers
/// wait, work does not go on without a prover.
/// </summary>
public sealed class ProversProbe(IDatabase database, InstanceRegister register, Address node) : IHealthProbe
{
    private const string Name = "prover";

    private static readonly string Waiting =
        $"""
        SELECT (SELECT COUNT(*) FROM jobs WHERE assurance = {(int)Assurance.Proven} AND ended = 0 AND proof_id IS NULL AND answer_commit IS NOT NULL AND turned_away = 0
          AND stage IN ({(int)Stage.Open}, {(int)Stage.Claimed}))
          + (SELECT COUNT(*) FROM jobs WHERE proof_id IN (SELECT proof_id FROM proofs WHERE due_at IS NOT NULL))
        """;

    // What was claimed, and is refused by all that live: see the desk. What another has claimed waits there, too, where it may be claimed after all: no bond of ours lies on it.
    private static readonly string Refused =
        $"""
        SELECT COUNT(*) FROM jobs WHERE assurance = {(int)Assurance.Proven} AND ended = 0 AND proof_id IS NULL AND answer_commit IS NOT NULL AND turned_away = 0
          AND stage = {(int)Stage.Claimed} AND node = @node AND waiting_for = {(int)WaitingFor.Prover}
        """;

    public async Task<IReadOnlyList<HealthCheck>> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var living = (await register.ListAsync(cancellationToken)).Count(instance => instance is { IsAlive: true, Role: InstanceRole.Prover });
            if (living > 0)
            {
                var refused = await database.ReadAsync(session => session.QuerySingleAsync<long>(Refused, new { node }), cancellationToken);
                return
                [
                    refused == 0 ? HealthCheck.Good(Name, $"{living} processes live that prove", living)
                        : HealthCheck.Bad(
                            Name, $"{living} processes live that prove, and {refused} answers that were claimed wait for one that does not refuse their versions",
                            "Read in the provers' logs what they refuse, and start one with what it lacks (`OG_RELAYER_PROVE_MEMORY_MIB`): the claims lose their bonds when nobody proves.", living),
                ];
            }

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
