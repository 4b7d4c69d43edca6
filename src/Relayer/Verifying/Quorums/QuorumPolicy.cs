using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Verifying.Cases;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;

namespace OpenGradient.Relayer.Verifying.Quorums;

/// <summary>
/// What a member of a quorum does, as one function of what is known: seal what the pipeline has found, reveal it, or take the bond back where too few have
/// sealed. To end seals of others pays nobody, so that it is left to them.
/// </summary>
public sealed class QuorumPolicy(Address node, HubTerms terms, ulong inclusionSeconds, VerifyingOptions options, Attempts attempts)
{
    /// <summary>The next step at a moment.</summary>
    /// <param name="duty">The duty.</param>
    /// <param name="dossier">What the chain has told.</param>
    /// <param name="quorum">Times and counts, as the hub has them.</param>
    /// <param name="prepared">What the pipeline has found.</param>
    /// <param name="balance">What we have at the hub.</param>
    /// <param name="now">The moment.</param>
    public DutyStep Next(
        Duty duty, Dossier dossier, IHubContract.Quorum quorum, PreparedAnswer prepared, UInt256 balance, Moment now)
    {
        if (dossier.Ask is not { Request: var asked })
            return new DutyStep.Sleep(DutyWait.ItsReturn);
        if (!dossier.Terms.Members.Contains(node) || asked.QuorumValue == 0)
            return new DutyStep.End(DutyEnd.NotChosen);
        if (dossier.Quorum.Revealed.Any(revealed => revealed.Node == node))
            return new DutyStep.End(DutyEnd.Revealed);
        if (dossier.Quorum.Returned.Contains(node))
            return new DutyStep.End(DutyEnd.TooFew);
        if (dossier.Quorum.Forfeited.Contains(node))
            return new DutyStep.End(DutyEnd.SealLost);
        return dossier.Quorum.Sealed.Contains(node)
            ? AfterSeal(duty, asked, quorum, now)
            : BeforeSeal(duty, dossier, asked, quorum, prepared, balance, now);
    }

    /// <summary>The bond of a seal, which is that of a first claim.</summary>
    public UInt256 BondOf(IHubContract.Request asked) => UInt256.Max(asked.Fee, terms.MinBond);

    private DutyStep BeforeSeal(
        Duty duty, Dossier dossier, IHubContract.Request asked, IHubContract.Quorum quorum, PreparedAnswer prepared, UInt256 balance, Moment now)
    {
        if (attempts.Pending(duty, now) is { } pending)
            return pending;
        if (!MaySeal(dossier, asked, quorum, now))
            return new DutyStep.End(DutyEnd.TooLate);
        if (prepared.IsTurnedAway)
            return new DutyStep.End(DutyEnd.TurnedAway);
        if (prepared.Answer is null)
            return new DutyStep.Rest(DutyWait.OurAnswer, now.Time + options.Poll);
        return BondOf(asked) <= balance
            ? attempts.Send(duty, Move.SealAnswer, now)
            : new DutyStep.Rest(DutyWait.Capacity, now.Time + options.LookAgain);
    }

    private bool MaySeal(Dossier dossier, IHubContract.Request asked, IHubContract.Quorum quorum, Moment now) => dossier.View.Stage switch
    {
        Stage.Open => now.ChainTime + inclusionSeconds + (2 * PhaseOf(asked)) + 1 <= asked.Deadline,
        Stage.Sealing => quorum.Seals < dossier.Terms.Members.Count && now.ActiveTime + inclusionSeconds <= quorum.SealedAt + PhaseOf(asked),
        _ => false,
    };

    // Whether or not the request has ended meanwhile: who reveals gets its bond back.
    private DutyStep AfterSeal(Duty duty, IHubContract.Request asked, IHubContract.Quorum quorum, Moment now)
    {
        if (attempts.Pending(duty, now) is { } pending)
            return pending;
        var sealingEnds = quorum.SealedAt + PhaseOf(asked);
        if (quorum.RevealsFrom == 0)
        {
            // Whether enough seal is known when the time is over, or when all have; that is told.
            return now.ActiveTime <= sealingEnds
                ? new DutyStep.Rest(DutyWait.Members, now.WhenActiveTimeIs(sealingEnds + 1))
                : attempts.Send(duty, Move.CloseSeal, now);
        }

        if (now.ActiveTime < quorum.RevealsFrom)
            return new DutyStep.Rest(DutyWait.Members, now.WhenActiveTimeIs(quorum.RevealsFrom));
        // Later the bond is lost.
        return now.ActiveTime <= quorum.RevealsUntil ? attempts.Send(duty, Move.RevealAnswer, now) : new DutyStep.End(DutyEnd.Missed);
    }

    private ulong PhaseOf(IHubContract.Request asked) => (Assurance)asked.Assurance == Assurance.Proven ? terms.ProvenClaimTime : terms.ClaimTime;
}
