using OpenGradient.Contracts.Hub;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Admission.Rules;

/// <summary>
/// Somebody makes the proof that is asked for: a claim that nobody proves loses its bond. One may be started while there is time. What is assigned to us needs no claim.
/// </summary>
public sealed class ProverLives : IAdmissionRule
{
    public TurnedAway? Judge(AdmissionCase request) => request.Job.Assurance == Assurance.Proven && !request.HasProver && request.Job.Ask.Request.Assignee != request.Node
        ? new TurnedAway(TurnAwayReason.NoProver, "A proof is asked for, and no process lives that makes proofs for this relayer, or none would be in time before the version's cache is filled.") { MayPass = true }
        : null;
}
