using OpenGradient.Attestation.Verdicts;
using OpenGradient.Contracts.Keys;
using OpenGradient.Relayer.Attesting.Judging;

namespace OpenGradient.Relayer.Attesting.Vetoing;

/// <summary>What an attester does about a key that others have let pass.</summary>
public abstract record VetoDecision
{
    private VetoDecision()
    {
    }

    /// <summary>Nothing, at least for now.</summary>
    public sealed record Leave(string Reason) : VetoDecision;

    /// <summary>It keeps the key from becoming valid.</summary>
    public sealed record Veto(string Reason) : VetoDecision;
}

/// <summary>
/// When a key is vetoed without anybody being asked. A veto costs its node until people have looked into it, and anyone can bring an attester claims and collateral:
/// so only what the evidence itself says counts, or a vendor's signature on a revocation. What is missing, over, or signed by nobody known may be the fault of whoever
/// brought it, and what cannot be looked at at all is no reason either.
/// </summary>
public static class VetoPolicy
{
    /// <summary>The check of a registration that says something else than its evidence.</summary>
    public const string Registration = "registration";

    private static readonly HashSet<string> Conclusive = new(
        [
            Registration,
            .. ((Check[])
            [
                Check.EvidenceMalformed, Check.QuoteHeader, Check.QuoteTrailingBytes, Check.QuoteSignature, Check.QeReportData, Check.QeDebug, Check.CertificateRevoked,
                Check.SeptVeDisable, Check.TdAttributes, Check.Xfam, Check.ServiceTd, Check.CoseSignature, Check.SnpVmpl, Check.SnpVlek, Check.SnpMigration,
                Check.SnpHostData, Check.Kind, Check.Debug, Check.Workload, Check.Platform, Check.Measurement, Check.Nonce, Check.ReportData, Check.PublicKey,
            ]).Select(RefusalReason.NameOf),
        ],
        StringComparer.Ordinal);

    public static bool IsConclusive(RefusalReason reason) => Conclusive.Contains(reason.Check);

    /// <param name="key">The key as the register has it.</param>
    /// <param name="inclusionSeconds">How long a transaction takes to be mined.</param>
    /// <param name="rechecks">For each claim of it that is known here, what is against it now; without a reason where nothing is.</param>
    public static VetoDecision Decide(PendingKey key, ulong inclusionSeconds, IReadOnlyList<IReadOnlyList<RefusalReason>> rechecks)
    {
        if (key.State != KeyState.Pending)
            return new VetoDecision.Leave("It is not pending.");
        if (key.Time + inclusionSeconds >= key.ActiveFrom)
            return new VetoDecision.Leave("It is too late to veto it.");
        if (rechecks.Count == 0)
            return new VetoDecision.Leave("Its evidence was not brought here: look into it by hand.");
        // One claim that holds is enough: others may be a stranger's, made to look bad.
        if (rechecks.Any(reasons => reasons.Count == 0))
            return new VetoDecision.Leave("It holds.");
        return rechecks.All(reasons => reasons.Any(IsConclusive))
            ? new VetoDecision.Veto(rechecks[0].First(IsConclusive).ToString())
            : new VetoDecision.Leave($"What is against it may be the fault of whoever brought it: look into it by hand. {rechecks[0][0]}");
    }
}
