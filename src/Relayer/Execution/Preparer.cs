using OpenGradient.Contracts.Deployments;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.Relayer.Admission;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Claiming;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Proving.Materials;
using OpenGradient.Relayer.Proving.Models;
using OpenGradient.Relayer.Settlement;
using OpenGradient.Relayer.Versions;

namespace OpenGradient.Relayer.Execution;

/// <summary>Admits a request by what is known of it, then gets what it needs, then runs it: what costs most comes last.</summary>
public sealed class Preparer(
    AdmissionPolicy admission, AdmissionLimits limits, PriceBoard prices, VersionShelf shelf, InputReader inputs, BackendChoice backends, HubTerms terms,
    Address node, IChainWatch chain, TimeProvider clock, ProvableModels? provable = null, KeyRing? keys = null, ServerProbe? servers = null,
    ProversWatch? provers = null, KeptInputs? kept = null, ComputePrices? compute = null, RunTimes? times = null) : IPreparer
{
    /// <summary>The longest output that travels with its answer: the hub's bound.</summary>
    public const int MaxOutput = 32 * 1024;

    public async Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken)
    {
        var published = await shelf.FindAsync(job.Ask.Request.VersionId, cancellationToken);
        // What was answered is only computed again, for who has lost the answer: by now its deadline may have passed, and gas be dear.
        if (job.Answer is null && admission.Judge(await CaseOfAsync(job, published, cancellationToken)) is { } objection)
        {
            return !objection.MayPass ? new Preparation.Refused(objection) : new Preparation.Delayed(
                $"{objection.Reason}: {objection.Details}", Reason: objection.Reason == TurnAwayReason.NoProver ? WaitingFor.Prover : WaitingFor.BetterTerms);
        }

        // Every other request of such a version was just refused.
        if (published is null)
            return new Preparation.Delayed("Its version was taken away by a reorganisation.");
        switch (await shelf.TakeAsync(published, cancellationToken))
        {
            case VersionOnShelf.Refused(var reason):
                return new Preparation.Refused(reason);
            case VersionOnShelf.Unavailable(_, var details):
                return new Preparation.Delayed(details);
            case VersionOnShelf.Ready(var version):
                // An answer that no transaction can bring is not looked for.
                if (OutputSize.LeastOf(version.Signature) is var least and > MaxOutput)
                    return new Preparation.Refused(new TurnedAway(
                        TurnAwayReason.OutputTooLarge, $"By its signature an output has {least} bytes or more, and an answer has {MaxOutput} at the most."));
                return await ObjectionAsync(job, published, version, cancellationToken) is { } unproven
                    ? unproven.MayPass ? new Preparation.Delayed($"{unproven.Reason}: {unproven.Details}", Reason: WaitingFor.Prover) : new Preparation.Refused(unproven)
                    : await RunAsync(job, version, cancellationToken);
            default:
                throw new InvalidOperationException("There is an end of taking a version that preparing does not know.");
        }
    }

    // Where a version has proofs, they decide who is right, whatever assurance was asked for: a commitment to other weights than the artifact's would
    // prove a right answer wrong, and take our stake.
    private async Task<TurnedAway?> ObjectionAsync(Job job, KnownVersion published, LoadedVersion version, CancellationToken cancellationToken) =>
        provable is not null ? await provable.ObjectionAsync(published, version, job.Assurance == Assurance.Proven, cancellationToken, job.Ask.Request.Assignee == node)
        : published.Published.ProofVerifier.IsZero ? null
        : new TurnedAway(
            TurnAwayReason.NotProvable,
            $"It was published with proofs, which could prove a right answer wrong, and there is no setup here to check them by: set {RelayerSettingNames.ProveSetup}.");

    private async Task<Preparation> RunAsync(Job job, LoadedVersion version, CancellationToken cancellationToken)
    {
        switch (await inputs.ReadAsync(job, cancellationToken))
        {
            case InputReading.Refused(var reason):
                return new Preparation.Refused(reason);
            case InputReading.Unavailable(var details):
                return new Preparation.Delayed(details);
            case InputReading.Found(var input):
                var backend = backends.For(version);
                var started = clock.GetTimestamp();
                var outcome = await backend.InferEncodedAsync(version, input, cancellationToken);
                var took = clock.GetElapsedTime(started);
                if (backends.IsServed(version.Id))
                    servers?.Tell(version.Id, outcome);
                if (outcome is CanonicalOutcome.Answered)
                    times?.Tell(version.Id, took);
                // A proof shows outputs; that there is none, only a signature says, which the hub does not take here.
                if (job.Assurance == Assurance.Proven && outcome is CanonicalOutcome.Failed(var fault, _))
                    return new Preparation.Refused(new TurnedAway(TurnAwayReason.NotProvable, $"The input cannot be run, which no proof says: {fault}."));
                // Before it is answered, and claimed: who serves it may do so only once.
                return job.Assurance == Assurance.Proven && kept is not null && outcome is CanonicalOutcome.Answered && !await kept.KeepAsync(job, input, cancellationToken)
                    ? new Preparation.Delayed("As many inputs are kept for proofs as may be at once.")
                    : Judge(outcome, took, backend.Name);
            default:
                throw new InvalidOperationException("There is an end of reading an input that preparing does not know.");
        }
    }

    internal static Preparation Judge(CanonicalOutcome outcome, TimeSpan compute, string backend) => outcome switch
    {
        CanonicalOutcome.Answered(var output) when output.Length > MaxOutput => new Preparation.Refused(new TurnedAway(
            TurnAwayReason.OutputTooLarge, $"The output has {output.Length} bytes, and an answer has {MaxOutput} at the most.")),
        CanonicalOutcome.Answered(var output) => new Preparation.Answered(new JobAnswer(Keccak256.Hash(output.Span), output, compute, backend)),
        CanonicalOutcome.Failed => new Preparation.Answered(new JobAnswer(HubDomain.Failure, ReadOnlyMemory<byte>.Empty, compute, backend)),
        // Nothing was run: nobody had the time for it, or nobody was there.
        CanonicalOutcome.Unavailable(
            var reason and (UnavailableReason.Busy or UnavailableReason.ServerUnreachable or UnavailableReason.ArtifactUnavailable), IsRetryable: true, var detail) =>
            new Preparation.Delayed($"{reason}: {detail}"),
        // No request is to blame for that, and whoever is may mend it in time.
        CanonicalOutcome.Unavailable(UnavailableReason.ServerMissetUp, _, var detail) => new Preparation.Delayed(detail, Reason: WaitingFor.ServersMending),
        CanonicalOutcome.Unavailable(var reason, IsRetryable: true, var detail) => new Preparation.Unavailable($"{reason}: {detail}"),
        CanonicalOutcome.Unavailable(var reason, _, var detail) => new Preparation.Refused(
            new TurnedAway(TurnAwayReason.CannotRun, $"{reason}: {detail}")),
        _ => throw new InvalidOperationException("There is an outcome that preparing does not know."),
    };

    private async Task<bool> HasProverAsync(Job job, CancellationToken cancellationToken) =>
        job.Assurance != Assurance.Proven
        || (provable?.WaitsForCache(job.Ask.Request.VersionId) != true && (provers is null || await provers.AreThereAsync(cancellationToken)));

    private async Task<UInt256> CostOfAsync(Job job, CancellationToken cancellationToken)
    {
        var versionId = job.Ask.Request.VersionId;
        var running = compute is null || times is null ? UInt256.Zero : compute.CostOf(versionId, await times.ExpectedAsync(versionId, cancellationToken));
        return prices.Costs.TokensFor(AnswerCost.Of(job, chain)) + running;
    }

    private async Task<AdmissionCase> CaseOfAsync(Job job, KnownVersion? published, CancellationToken cancellationToken) => new()
    {
        Job = job,
        Version = published?.Status,
        IsServed = shelf.Serves(job.Ask.Request.VersionId),
        Now = chain.Now,
        Node = node,
        Stake = chain.Standing.Stake,
        Lien = ClaimBudget.LienOf(terms, job.Ask.Request),
        Cost = await CostOfAsync(job, cancellationToken),
        Limits = limits,
        HasProver = await HasProverAsync(job, cancellationToken),
        AttestedKey = keys?.Usable(chain.Now),
    };
}
