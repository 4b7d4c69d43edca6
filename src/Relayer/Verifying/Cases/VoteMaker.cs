using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;
using OpenGradient.Relayer.Verifying.Reviews;

namespace OpenGradient.Relayer.Verifying.Cases;

/// <summary>Puts together what a member reveals: with the bytes that the court compares, and no others.</summary>
public static class VoteMaker
{
    /// <summary>The vote of an answer, as the case stands now.</summary>
    public static IChallengeCourtContract.Vote Make(Dossier dossier, OwnAnswer own, Hash32 salt, VersionSemantics semantics)
    {
        var contested = dossier.Answer!.Settlement.OutputCommit;
        if (!AreNumbers(own.Commit, semantics) || own.Commit == contested)
            return new IChallengeCourtContract.Vote(own.Commit, salt, default, default, []);

        var shown = dossier.IsAnswerShown && AreNumbers(contested, semantics) ? dossier.AnswerBytes : null;
        var agrees = shown is { } bytes && AnswerComparison.Agrees(semantics, contested, bytes, own);
        return new IChallengeCourtContract.Vote(own.Commit, salt, own.Output, shown ?? default, agrees ? [] : RivalsOf(dossier.Case, own, semantics));
    }

    // The challenger's, then those of members who stand for themselves in the order of their seats, up to the first that ours agrees with.
    private static List<ReadOnlyMemory<byte>> RivalsOf(CaseView view, OwnAnswer own, VersionSemantics semantics)
    {
        List<ReadOnlyMemory<byte>> rivals = [];
        var answers = view.Seats
            .Where((seat, i) => seat.Vote?.Standing == CaseView.FirstMember + i)
            .Select(seat => new OtherAnswer(seat.Vote!.Commit, seat.Vote.Output))
            .Prepend(view.Other ?? new OtherAnswer(Hash32.Zero, default));
        foreach (var rival in answers)
        {
            rivals.Add(AreNumbers(rival.Commit, semantics) ? rival.Output : default);
            if (AnswerComparison.Agrees(semantics, rival.Commit, rival.Output, own))
                break;
        }

        return rivals;
    }

    private static bool AreNumbers(Hash32 commit, VersionSemantics semantics) =>
        semantics is VersionSemantics.Float && commit != HubDomain.Failure && !commit.IsZero;
}
