using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.TypedData;

namespace OpenGradient.Contracts.Keys;

/// <summary>What an enclave's key and its attesters sign, for the key to be registered.</summary>
public static class KeyRegistrationDigest
{
    private const int RegistrationFields = 13;
    private const int Fields = 3;
    private const string RegistrationType =
        "KeyRegistration(address node,address signer,bytes32 hpkeKey,bytes32 evidenceHash,bytes32 rootId,bytes32 teeType,bytes32 workloadId," +
        "bytes32 platformId,uint8 tcbStatus,uint32 tcbEval,uint40 attestedAt,uint40 expiresAt,uint64 keyEpoch)";

    private static readonly Hash32 RegistrationTypeHash = Eip712.TypeHash(RegistrationType);
    private static readonly Hash32 TypeHash =
        Eip712.TypeHash("RegisterKey(KeyRegistration registration,uint256 nonce,uint256 deadline)" + RegistrationType);

    /// <param name="chainId">The chain.</param>
    /// <param name="keys">The register of keys.</param>
    /// <param name="registration">What the enclave says.</param>
    /// <param name="nonce">The key's: 0 until it is registered.</param>
    /// <param name="deadline">When the signatures end, in seconds of Unix time.</param>
    public static Hash32 Of(
        ChainId chainId, Address keys, IAttestedKeysContract.KeyRegistration registration, UInt256 nonce, UInt256 deadline)
    {
        var writer = new StructWriter(stackalloc byte[StructWriter.LengthOf(Fields)], TypeHash);
        writer.Add(HashOf(registration));
        writer.Add(nonce);
        writer.Add(deadline);
        return Eip712.Digest(ContractDomain.SeparatorOf(chainId, keys), writer.Hash());
    }

    private static Hash32 HashOf(IAttestedKeysContract.KeyRegistration registration)
    {
        var writer = new StructWriter(stackalloc byte[StructWriter.LengthOf(RegistrationFields)], RegistrationTypeHash);
        writer.Add(registration.Node);
        writer.Add(registration.Signer);
        writer.Add(registration.HpkeKey);
        writer.Add(registration.EvidenceHash);
        writer.Add(registration.RootId);
        writer.Add(registration.TeeType);
        writer.Add(registration.WorkloadId);
        writer.Add(registration.PlatformId);
        writer.Add((ulong)registration.TcbStatus);
        writer.Add((ulong)registration.TcbEval);
        writer.Add(registration.AttestedAt);
        writer.Add(registration.ExpiresAt);
        writer.Add(registration.KeyEpoch);
        return writer.Hash();
    }
}
