using OpenGradient.Contracts.Keys;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Operations;

namespace OpenGradient.Relayer.Attesting;

/// <summary>Whether this node has a key that may sign attested answers, and why not.</summary>
public sealed class AttestedProbe(KeyRing ring, KeyKeeper keeper, IChainWatch chain) : IHealthProbe
{
    private const string Name = "attested";

    public Task<IReadOnlyList<HealthCheck>> LookAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<HealthCheck>>([Check()]);

    private HealthCheck Check()
    {
        var (status, last, now) = (keeper.Status, ring.Situation?.Last, chain.Now);
        if (ring.Usable(now) is { } key)
        {
            var (left, details) = ((double)(key.ValidUntil - now.ChainTime), $"epoch {key.KeyEpoch}, {key.Signer.Address}, under a root that is {key.RootLabel}");
            return status.Failure is { } trouble ? HealthCheck.Warning(Name, $"{details}; its successor is not attested: {trouble}", "Mend what it says before the key ends.", left)
                : status.Step is KeyStep.Stop(var reason) ? HealthCheck.Warning(Name, $"{details}; {reason}", "Look into it before the key ends.", left)
                : HealthCheck.Good(Name, details, left);
        }

        if (status.Step is KeyStep.Stop(var why))
            return HealthCheck.Bad(Name, why, $"Look into it; then name the epoch in {Hosting.RelayerSettingNames.AttestedResume}.");
        if (last is { State: KeyState.Revoked })
            return HealthCheck.Bad(Name, $"what the key of epoch {last.KeyEpoch} rests on was revoked{(status.Failure is { } next ? $"; no other is attested: {next}" : "")}", "No attested request is taken. Run a workload on a platform that are not revoked.");
        if (status.Failure is { } failure)
            return HealthCheck.Bad(Name, failure, "No attested request is taken until a key is attested: mend what it says.");
        return HealthCheck.Warning(
            Name,
            last is { State: KeyState.Pending } ? $"the key of epoch {last.KeyEpoch} is valid from {DateTimeOffset.FromUnixTimeSeconds((long)last.ActiveFrom):u} on" : "a key is being attested",
            "No attested request is taken until then.");
    }
}
