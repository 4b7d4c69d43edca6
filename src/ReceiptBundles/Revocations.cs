using OpenGradient.Attestation.Binding;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Contracts;
using OpenGradient.Ethereum.Blocks;

namespace OpenGradient.ReceiptBundles;

/// <summary>Which of the register's revocations end a key.</summary>
internal static class Revocations
{
    /// <summary>What was revoked, for people; null where the log is no revocation, or is of something that the key does not rest on.</summary>
    public static string? Find(Log log, KeyEvidence keys, IAttestedKeysContract.KeyRegistration? registration, Verdict verdict) => IAttestedKeysContract.EventOf(log) switch
    {
        IAttestedKeysContract.KeyRevokedEvent told when told.Signer == keys.Signer => $"The key was revoked ({told.Reason})",
        IAttestedKeysContract.WorkloadRevokedEvent told when told.WorkloadId == (registration?.WorkloadId ?? verdict.WorkloadId) => $"Its workload was revoked ({told.Reason})",
        IAttestedKeysContract.PlatformRevokedEvent told when told.PlatformId == (registration?.PlatformId ?? verdict.PlatformId) => $"Its platform was revoked ({told.Reason})",
        IAttestedKeysContract.RootRevokedEvent told when told.RootId == (registration?.RootId ?? verdict.RootId) => $"Its root was revoked ({told.Reason})",
        IAttestedKeysContract.TcbFloorRaisedEvent told when told.TeeType == (registration?.TeeType ?? verdict.TeeType?.ToWord()) && told.TcbEval > (registration?.TcbEval ?? verdict.TcbEvaluation ?? 0) =>
            $"The floor of TCB evaluations was raised to {told.TcbEval}",
        _ => null,
    };
}
