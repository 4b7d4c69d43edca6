using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Tensors;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;
using OpenGradient.Relayer.Verifying.Proofs;

namespace OpenGradient.Relayer.Verifying.Reviews;

/// <summary>Reviews one answer: its signature, then what it says. A second look is taken only where the first one differs.</summary>
/// <param name="measurer">Runs what was asked.</param>
/// <param name="domain">Whose receipts.</param>
/// <param name="options">How often it is run.</param>
/// <param name="clock">The time.</param>
/// <param name="prover">Proves wrong answers wrong; null where nothing is proven here.</param>
public sealed class Reviewer(IMeasurer measurer, HubDomain domain, VerifyingOptions options, TimeProvider clock, IChallengeProver? prover = null)
{
    /// <summary>What a case takes at the most, for input and output.</summary>
    public const int MostCaseBytes = 64 * 1024;

    // What opens a case must fit into one transaction, or the bond of its seal would be lost.
    private const int MostBroughtBytes = 100 * 1024;

    /// <summary>What a review comes to that never got to an end in its time.</summary>
    public ReviewOutcome GiveUp(Dossier dossier) => new ReviewOutcome.Come(
        Of(
            dossier, new Finding(Verdict.Undecidable, ReviewReason.CannotRun, $"Running it did not end within {options.RunLimit.TotalSeconds:0} s."),
            runs: [], TimeSpan.Zero),
        Challenge: null);

    /// <summary>Reviews the answer of a dossier that has one. What fails for a passing reason is tried again, but for the last try.</summary>
    public async Task<ReviewOutcome> ReviewAsync(Dossier dossier, bool isLastTry, CancellationToken cancellationToken)
    {
        var answer = dossier.Answer ?? throw new InvalidOperationException($"{dossier.RequestId} has no answer to review.");
        var started = clock.GetTimestamp();
        if (!IsSigned(dossier, answer))
            return Come(new Finding(Verdict.Forged, ReviewReason.None, "The receipt's signature is not its node's."), runs: []);

        switch (await measurer.OpenAsync(dossier, cancellationToken))
        {
            case Measurable.Unavailable(_, var details) when !isLastTry:
                return new ReviewOutcome.TryAgain(details);
            case Measurable.Unavailable(var reason, var details):
                return Come(new Finding(Verdict.Undecidable, reason, details), runs: []);
            case Measurable.Impossible(var reason, var details):
                return Come(new Finding(Verdict.Undecidable, reason, details), runs: []);
            case Measurable.Ready ready:
                return await MeasureAsync(ready);
            default:
                throw new InvalidOperationException("There is an end of opening a measurement that reviewing does not know.");
        }

        async Task<ReviewOutcome> MeasureAsync(Measurable.Ready ready)
        {
            if (ready.Version.Semantics is VersionSemantics.None)
                return Come(new Finding(Verdict.Undecidable, ReviewReason.NotComparable, "Nothing can be compared by this version's semantics."), runs: []);
            List<OwnRun> runs = [];
            Finding finding;
            do
            {
                switch (await measurer.RunAsync(ready, runs.Count, cancellationToken))
                {
                    case Measurement.Failed(true, var details) when !isLastTry:
                        return new ReviewOutcome.TryAgain(details);
                    case Measurement.Failed(_, var details):
                        return Come(new Finding(Verdict.Undecidable, ReviewReason.CannotRun, details), runs);
                    case Measurement.Done(var run):
                        runs.Add(run);
                        break;
                }

                finding = AnswerComparison.Of(ready.Version.Semantics, answer.Settlement.OutputCommit, dossier.AnswerBytes, runs);
            }
            while (finding.Verdict == Verdict.Differs && runs.Count < options.Runs);

            return Come(finding, runs, finding.Verdict == Verdict.Differs ? await ObjectionAsync(ready, runs[0].Answer, answer.Output.Length, cancellationToken) : null, ready.IsProvable);
        }

        ReviewOutcome Come(Finding finding, IReadOnlyList<OwnRun> runs, Finding? objection = null, bool isProvable = false) => new ReviewOutcome.Come(
            Of(
                dossier,
                objection is null ? finding : objection with { Details = $"{finding.Details} {objection.Details}" },
                runs, clock.GetElapsedTime(started)),
            finding.Verdict == Verdict.Differs && objection is null ? runs[0].Answer : null,
            isProvable ? DutyKind.ProofChallenge : DutyKind.Challenge);
    }

    private static Review Of(Dossier dossier, Finding finding, IReadOnlyList<OwnRun> runs, TimeSpan compute) => new()
    {
        RequestId = dossier.RequestId,
        VersionId = dossier.Ask!.Request.VersionId,
        Node = dossier.Answer!.Settlement.Node,
        OutputCommit = dossier.Answer.Settlement.OutputCommit,
        OwnCommit = runs.Count == 0 ? null : runs[0].Answer.Commit,
        Verdict = finding.Verdict,
        Reason = finding.Reason,
        Details = finding.Details,
        Runs = runs.Count,
        Compute = compute,
        Until = dossier.View.Until,
    };

    // Of attested answers the contracts hold the key against its evidence; here that key is not known.
    private bool IsSigned(Dossier dossier, SettledAnswer answer)
    {
        if ((Assurance)dossier.Ask!.Request.Assurance != Assurance.Signed || answer.Evidence.IsEmpty)
            return true;
        var signed = answer.Receipt;
        var receipt = domain.ReceiptOf(new Contracts.IHubContract.Submission(
            dossier.Ask, dossier.Terms, signed.OutputCommit, signed.Node, signed.Payee, signed.KeyEpoch, signed.IssuedAt, signed.ExpiresAt,
            signed.EvidenceHash, ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty));
        return Signature.TryParseEither(answer.Evidence.Span, out var signature) && signature.IsBy(signed.Node, domain.DigestOf(receipt));
    }

    // Why nothing can be brought against a wrong answer: no proof here, and no committee there.
    private async Task<Finding?> ObjectionAsync(Measurable.Ready ready, OwnAnswer own, int answerBytes, CancellationToken cancellationToken)
    {
        if (!ready.IsProvable)
            return ObjectionOfCourt(ready, own, answerBytes);
        var objection = prover is null ? "Against this version only a proof is taken, and none is made here."
            : own.Commit == HubDomain.Failure ? "No proof says that an input cannot be run."
            : await prover.ObjectionAsync(ready.Version.Id, cancellationToken);
        return objection is null ? null : new Finding(Verdict.Differs, ReviewReason.NeedsProof, objection);
    }

    private static Finding? ObjectionOfCourt(Measurable.Ready ready, OwnAnswer own, int answerBytes) =>
        ready.Input.Length > MostCaseBytes || own.Output.Length > MostCaseBytes
            ? new Finding(Verdict.Differs, ReviewReason.TooLongForCase, "A case takes 64 KiB.")
        : ready.Input.Length + own.Output.Length + answerBytes > MostBroughtBytes
            ? new Finding(Verdict.Differs, ReviewReason.TooLongForCase, "What opens a case has to fit into one transaction.")
        : ready.Version.Semantics is VersionSemantics.Float && own.Output.Length > Agreement.MaxLength
            ? new Finding(Verdict.Differs, ReviewReason.TooLongForCase, $"A committee compares {Agreement.MaxLength} bytes.")
        : null;
}

/// <summary>What came of reviewing.</summary>
public abstract record ReviewOutcome
{
    private ReviewOutcome()
    {
    }

    /// <param name="Review">The review.</param>
    /// <param name="Challenge">What the answer should have been, where that can be brought before a committee, or proven.</param>
    /// <param name="ChallengeKind">Which of them.</param>
    public sealed record Come(Review Review, OwnAnswer? Challenge, DutyKind ChallengeKind = DutyKind.Challenge) : ReviewOutcome;

    public sealed record TryAgain(string Details) : ReviewOutcome;
}
