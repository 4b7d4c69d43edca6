using OpenGradient.Contracts;

namespace OpenGradient.Relayer.Verifying.Cases;

/// <summary>What hub and court both take, in the court's own types.</summary>
internal static class CourtStructs
{
    public static IChallengeCourtContract.Ask ForCourt(this IHubContract.Ask ask) => new(ask.Request.ForCourt(), ask.Requester, ask.Nonce);

    public static IChallengeCourtContract.Settlement ForCourt(this IHubContract.Settlement settled) => new(
        settled.OutputCommit, settled.Node, settled.Payee, settled.KeyEpoch, settled.IssuedAt, settled.ExpiresAt, settled.EvidenceHash, settled.Assurance,
        settled.RootLabel, settled.Lien, settled.SettledAt, settled.Revision);

    private static IChallengeCourtContract.Request ForCourt(this IHubContract.Request asked) => new(
        asked.VersionId, asked.Assurance, asked.Assignee, asked.ExclusiveUntil, asked.Deadline, asked.ChallengeWindow, asked.CallbackGas, asked.Flags,
        asked.QuorumValue, asked.Fee, asked.DeliveryTip, asked.MinLien, asked.InputCommit, asked.TermsHash);
}
