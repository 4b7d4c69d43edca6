using System.Text.Json;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Contracts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Attesting.Judging;

/// <summary>What a claim came to.</summary>
public abstract record Judgement
{
    private Judgement()
    {
    }

    /// <summary>The evidence shows all that is asked of it.</summary>
    /// <param name="Registration">What is to be registered.</param>
    /// <param name="Digest">What the key and its attesters sign.</param>
    /// <param name="RootLabel">What its root stands for.</param>
    public sealed record Accepted(IAttestedKeysContract.KeyRegistration Registration, Hash32 Digest, string RootLabel) : Judgement;

    /// <summary>It does not.</summary>
    /// <param name="Reasons">All of them.</param>
    public sealed record Refused(IReadOnlyList<RefusalReason> Reasons) : Judgement;
}

/// <summary>Why a claim is refused.</summary>
/// <param name="Check">The name of the check, in kebab case.</param>
/// <param name="Subject">What it looked at.</param>
/// <param name="Detail">What was wrong.</param>
public sealed record RefusalReason(string Check, string Subject, string Detail)
{
    public static RefusalReason Of(Reason reason) => new(NameOf(reason.Check), reason.Subject, reason.Detail);

    public static string NameOf(Check check) => JsonNamingPolicy.KebabCaseLower.ConvertName($"{check}");

    public override string ToString() => $"{Check} ({Subject}): {Detail}";
}
