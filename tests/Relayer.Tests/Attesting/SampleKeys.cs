using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting.Keys;

namespace OpenGradient.Relayer.Tests.Attesting;

/// <summary>Keys as a register has them.</summary>
internal static class SampleKeys
{
    public static Hash32 Workload { get; } = Hash32.FromUInt256(0xA0);

    public static RegisteredKey Key(KeyState state, ulong epoch, ulong attestedAt, ulong expiresAt, Address? signer = null) => new()
    {
        Signer = signer ?? new Address([.. new byte[19], 7]),
        KeyEpoch = epoch,
        State = state,
        EvidenceHash = Hash32.FromUInt256(0xE0),
        WorkloadId = Workload,
        RootLabel = "emulated",
        IsEmulated = true,
        AttestedAt = attestedAt,
        ExpiresAt = expiresAt,
        ActiveFrom = attestedAt + 600,
        ValidUntil = expiresAt,
        IsRevokedByName = false,
    };
}
