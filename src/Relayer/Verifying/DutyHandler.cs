using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Verifying.Cases;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;
using OpenGradient.Relayer.Verifying.Proofs;
using OpenGradient.Relayer.Verifying.Quorums;
using OpenGradient.Relayer.Verifying.Reviews;

namespace OpenGradient.Relayer.Verifying;

/// <summary>Does one duty's next step: gathers what is known, asks the policy, and says what is to be filed. Only the store writes.</summary>
public sealed class DutyHandler(
    IDatabase database, DossierReader dossiers, ReviewStore reviews, Reviewer reviewer, IMeasurer measurer, OrderMaker orders, IVerifierChain chain,
    IChainWatch watch, DutyPolicies policies, VerifyingOptions options, ILogger<DutyHandler> logger, IChallengeProver? prover = null)
{
    private static readonly BackoffPolicy Backoff = new() { First = TimeSpan.FromMilliseconds(500), Longest = TimeSpan.FromSeconds(30) };

    // A chain's time may leap, and the clock here may be wrong: whatever waits for a time is looked at again by then.
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private readonly ChallengeMaterials? _materials = prover is null ? null : new ChallengeMaterials(prover, measurer);
    private Hash32? _secret;

    /// <summary>Gets what the first proof is made of that these duties ask for. It may take long: whoever asks has no turn to prove.</summary>
    public async Task FetchAsync(IReadOnlyList<Duty> due, CancellationToken cancellationToken)
    {
        if (_materials is null)
            return;
        foreach (var duty in due.Where(duty => duty.Kind == DutyKind.ProofChallenge))
        {
            var dossier = await dossiers.ReadAsync(duty.RequestId, cancellationToken);
            if (policies.Proof.Next(duty, dossier, watch.Now) is DutyStep.Send(Move.ChallengeWithProof))
            {
                await _materials.FetchAsync(dossier, cancellationToken);
                return;
            }
        }
    }

    /// <summary>What is to be filed about a duty.</summary>
    public async Task<DutyFiling> HandleAsync(LeasedDuty leased, CancellationToken cancellationToken)
    {
        var dossier = await dossiers.ReadAsync(leased.Duty.RequestId, cancellationToken);
        var (step, prepared) = await DecideAsync(leased.Duty, dossier, cancellationToken);
        if (_materials is null && IsForAProver(leased.Duty, step))
            return LeaveToAProver(leased);
        switch (step)
        {
            case DutyStep.Run:
                return leased.Duty.Kind == DutyKind.Review
                    ? await ReviewAsync(leased, dossier, cancellationToken)
                    : await FindOutAsync(leased, dossier, cancellationToken);
            case DutyStep.Abstain:
                logger.Abstained(leased.Duty.RequestId);
                return At(leased, watch.Now.Time) with { NewAnswer = OwnAnswer.Unknown };
            case DutyStep.Send(Move.ChallengeWithProof):
                return await ProveWrongAsync(_materials!, leased, dossier, cancellationToken);
            case DutyStep.Send(var move):
                var filing = await orders.MakeAsync(leased, dossier, prepared, move, cancellationToken);
                if (filing is null)
                    return At(leased, watch.Now.Time + options.LookAgain) with { WaitingFor = DutyWait.AnotherRun };
                logger.Ordered(leased.Duty.RequestId, leased.Duty.Kind, move);
                return filing with
                {
                    DueAt = watch.Now.Time + options.LookAgain,
                    StillFits = move == Move.SealChallenge ? room => room.Fits(filing.Stake!.Value, options) : null,
                };
            case DutyStep.Rest(var reason, var until):
                var latest = watch.Now.Time + LongestRest;
                return At(leased, until < latest ? until : latest) with { WaitingFor = reason };
            case DutyStep.Sleep(var reason):
                return At(leased, dueAt: null) with { WaitingFor = reason };
            case DutyStep.End(var reason):
                if (reason == DutyEnd.NoTimeToProve)
                    logger.NoTimeToProve(leased.Duty.RequestId, leased.Duty.FailedRuns);
                logger.Ended(leased.Duty.RequestId, leased.Duty.Kind, reason);
                return At(leased, dueAt: null) with { End = reason };
            default:
                throw new InvalidOperationException("There is a step that the handler does not know.");
        }
    }

    private async Task<(DutyStep Step, PreparedAnswer? Prepared)> DecideAsync(Duty duty, Dossier dossier, CancellationToken cancellationToken)
    {
        switch (duty.Kind)
        {
            case DutyKind.Review:
                _secret ??= await reviews.SecretAsync(cancellationToken);
                var reviewed = await reviews.ReviewedAsync(duty.RequestId, cancellationToken);
                return (policies.Review.Next(dossier, reviewed, _secret.Value, watch.Now), null);
            case DutyKind.Challenge:
                var seal = duty.Seal is { } made ? await dossiers.ReadSealAsync(made.Value, cancellationToken) : SealView.None;
                var room = seal.Block is null && dossier.Case.Stage == CaseStage.None ? await RoomAsync(duty, cancellationToken) : ChallengeRoom.Taken;
                return (policies.Case.Next(duty, dossier, seal, room, watch.Now), null);
            case DutyKind.ProofChallenge:
                return (policies.Proof.Next(duty, dossier, watch.Now), null);
            case DutyKind.Seat:
                return (policies.Vote.Next(duty, dossier, watch.Now), null);
            case DutyKind.Defence:
                var ours = await dossiers.ReadPreparedAsync(duty.RequestId, cancellationToken);
                var canShow = ours.Answer is { Output: { IsEmpty: false, Length: <= Inference.Tensors.Agreement.MaxLength } };
                return (policies.Defence.Next(duty, dossier, canShow, duty.Deadline, watch.Now), ours);
            case DutyKind.Quorum:
                if (dossier.Ask is null)
                    return (new DutyStep.Sleep(DutyWait.ItsReturn), null);
                var quorum = await chain.QuorumOfAsync(dossier.Ask, cancellationToken);
                var prepared = await dossiers.ReadPreparedAsync(duty.RequestId, cancellationToken);
                return (policies.Quorum.Next(duty, dossier, quorum, prepared, watch.Standing.Balance, watch.Now), prepared);
            default:
                throw new InvalidOperationException($"There is no duty of kind {duty.Kind}.");
        }
    }

    private async Task<ChallengeRoom> RoomAsync(Duty duty, CancellationToken cancellationToken)
    {
        var balance = await chain.BalanceAtCourtAsync(cancellationToken);
        return await database.ReadAsync(session => ChallengeRoom.ReadAsync(session, duty.RequestId, balance), cancellationToken);
    }

    private async Task<DutyFiling> ReviewAsync(LeasedDuty leased, Dossier dossier, CancellationToken cancellationToken)
    {
        var failures = leased.Duty.FailedRuns + 1;
        var outcome = failures <= options.MostFailedRuns
            ? await reviewer.ReviewAsync(dossier, isLastTry: failures == options.MostFailedRuns, cancellationToken)
            : reviewer.GiveUp(dossier);
        switch (outcome)
        {
            case ReviewOutcome.TryAgain(var details):
                logger.RunFailed(leased.Duty.RequestId, failures, details);
                return Again(leased, failures);
            case ReviewOutcome.Come(var review, var challenge, var kind):
                Report(review);
                return At(leased, dueAt: null) with
                {
                    Review = review,
                    End = DutyEnd.Reviewed,
                    Challenge = options.Challenges && dossier.Case.Stage == CaseStage.None ? challenge : null,
                    ChallengeKind = kind,
                };
            default:
                throw new InvalidOperationException("There is an end of reviewing that the handler does not know.");
        }
    }

    // Nothing was sent yet, or what was sent has failed: only who proves goes on with it. What is over is over for all.
    private static bool IsForAProver(Duty duty, DutyStep step) => duty.Kind == DutyKind.ProofChallenge
        && (step is DutyStep.Send(Move.ChallengeWithProof) || (duty.Sent is null && step is DutyStep.Rest or DutyStep.Sleep));

    // Another process found that it can be proven, and may do it: here it neither fails nor succeeds, and is due as before.
    private DutyFiling LeaveToAProver(LeasedDuty leased)
    {
        logger.ProverMissing(leased.Duty.RequestId);
        return At(leased, watch.Now.Time) with { WaitingFor = DutyWait.Prover, StaysDue = true };
    }

    // Made anew for each attempt: the same answer gives the same proof, and it is stored nowhere.
    private async Task<DutyFiling> ProveWrongAsync(ChallengeMaterials materials, LeasedDuty leased, Dossier dossier, CancellationToken cancellationToken)
    {
        var failures = leased.Duty.FailedRuns + 1;
        switch (materials.Take(leased.Duty.RequestId))
        {
            case ChallengeMaterial.Ready(var proveAsync):
                // Judged now that the turn has come: what is left after it is the transaction's.
                var left = policies.Proof.TimeToProve(dossier, watch.Now);
                if (left <= TimeSpan.Zero)
                    return At(leased, watch.Now.Time);
                switch (await proveAsync(leased.Duty.Answer!.Commit, left, cancellationToken))
                {
                    case ChallengeProof.Made(var proof):
                        logger.Ordered(leased.Duty.RequestId, leased.Duty.Kind, Move.ChallengeWithProof);
                        return orders.ChallengeWithProof(leased, dossier, proof) with { DueAt = watch.Now.Time + options.LookAgain };
                    case ChallengeProof.Failed(var details, var isRetryable):
                        return Failed(details, isRetryable);
                    default:
                        throw new InvalidOperationException("There is an end of proving that the handler does not know.");
                }

            case ChallengeMaterial.Missing(var missing, var mayCome):
                return Failed(missing, mayCome);
            // A more urgent one came meanwhile: what it is made of is got before the next turn.
            default:
                return At(leased, watch.Now.Time) with { WaitingFor = DutyWait.AnotherRun, StaysDue = true };
        }

        DutyFiling Failed(string details, bool isRetryable)
        {
            logger.RunFailed(leased.Duty.RequestId, failures, details);
            return Again(leased, isRetryable ? failures : options.MostFailedRuns);
        }
    }

    // For a committee: whatever one run comes to is what we say.
    private async Task<DutyFiling> FindOutAsync(LeasedDuty leased, Dossier dossier, CancellationToken cancellationToken)
    {
        var failures = leased.Duty.FailedRuns + 1;
        string details;
        switch (await measurer.OpenAsync(dossier, cancellationToken))
        {
            case Measurable.Ready ready:
                switch (await measurer.RunAsync(ready, turn: 0, cancellationToken))
                {
                    case Measurement.Done(var run):
                        return At(leased, watch.Now.Time) with { NewAnswer = Comparable(run.Answer, ready) };
                    case Measurement.Failed(var isRetryable, var fault):
                        (details, failures) = (fault, isRetryable ? failures : options.MostFailedRuns);
                        break;
                    default:
                        throw new InvalidOperationException("There is an end of a run that the handler does not know.");
                }

                break;
            case Measurable.Impossible(_, var never):
                (details, failures) = (never, options.MostFailedRuns);
                break;
            case Measurable.Unavailable(_, var now):
                details = now;
                break;
            default:
                throw new InvalidOperationException("There is an end of opening a measurement that the handler does not know.");
        }

        logger.RunFailed(leased.Duty.RequestId, failures, details);
        return Again(leased, failures);
    }

    // Floats that the court does not compare count for the node, and their bytes would be paid for.
    private static OwnAnswer Comparable(OwnAnswer answer, Measurable.Ready ready) =>
        ready.Version.Semantics is Inference.Backends.VersionSemantics.Float && answer.Output.Length > Inference.Tensors.Agreement.MaxLength
            ? answer with { Output = ReadOnlyMemory<byte>.Empty }
            : answer;

    private DutyFiling Again(LeasedDuty leased, int failures) =>
        At(leased, watch.Now.Time + Backoff.After(failures, spread: 0.5)) with { WaitingFor = DutyWait.AnotherRun, FailedRuns = failures };

    private void Report(Review review)
    {
        if (review.Verdict is Verdict.Differs or Verdict.Forged)
            logger.FoundWrong(review.RequestId, review.Node, review.Verdict, review.Details);
        else
            logger.Reviewed(review.RequestId, review.Node, review.Verdict, review.Reason);
    }

    private static DutyFiling At(LeasedDuty leased, DateTimeOffset? dueAt) => new() { Leased = leased, DueAt = dueAt, FailedRuns = leased.Duty.FailedRuns };
}

/// <summary>All policies, one for each kind of duty.</summary>
public sealed record DutyPolicies(
    ReviewPolicy Review, CasePolicy Case, ProofChallengePolicy Proof, VotePolicy Vote, DefencePolicy Defence, QuorumPolicy Quorum);
