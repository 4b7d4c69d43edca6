using OpenGradient.Database;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Scheduling;

namespace OpenGradient.Relayer.Proving;

/// <summary>Whether a process that only proves can do so: it sees the chain and the database, and a relayer is there that follows, claims and sends for it.</summary>
public sealed class ProverProbe(ChainWatch watch, InstanceRegister register) : IHealthProbe
{
    private static readonly TimeSpan OldestLook = TimeSpan.FromSeconds(30);

    public async Task<IReadOnlyList<HealthCheck>> LookAsync(CancellationToken cancellationToken)
    {
        var chain = watch.Age is { } age && age < OldestLook
            ? HealthCheck.Good("chain", $"looked at {age.TotalSeconds:0} s ago", age.TotalSeconds)
            : HealthCheck.Bad("chain", "not looked at for long", "No endpoint answers in time: look at them, and at the network.");
        try
        {
            var relayers = (await register.ListAsync(cancellationToken)).Count(instance => instance is { IsAlive: true, Role: InstanceRole.Relayer });
            return
            [
                chain,
                relayers > 0
                    ? HealthCheck.Good("relayer", $"{relayers} relayers live on this database", relayers)
                    : HealthCheck.Bad("relayer", "no relayer lives on this database", "Start the relayer: nobody follows the chain, and what is proven is not sent.", relayers),
            ];
        }
        catch (DatabaseException failure)
        {
            return [chain, HealthCheck.Bad("database", failure.Message, "There is nothing to prove without it: see that it runs and has room.")];
        }
    }
}
