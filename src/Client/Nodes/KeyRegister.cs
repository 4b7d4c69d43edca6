using System.Security.Cryptography;
using OpenGradient.Contracts;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Client.Nodes;

/// <summary>
/// Asks the register on the chain about a key. Evidence says that a key lives in measured code; whose node that is, and that nobody has revoked it, only the
/// register says.
/// </summary>
public static class KeyRegister
{
    /// <summary>Null where the key is this node's and valid; else why it is not.</summary>
    /// <param name="chain">Whom to ask.</param>
    /// <param name="registry">The register.</param>
    /// <param name="node">Whose key it should be.</param>
    /// <param name="at">The time of the chain's last block: keys live by the chain's time, and not by this machine's.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<NodeExamination.Refused?> FindFaultAsync(
        IContractCaller chain, Address registry, TrustedNode node, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var register = new IAttestedKeysContract(chain, registry);
        var signer = await register.CallSignerOfAsync(node.Address, node.KeyEpoch, cancellationToken: cancellationToken);
        if (signer != node.Signer)
            return Refuse($"The register has {(signer.IsZero ? "no key" : $"the key {signer}")} of node {node.Address} under epoch {node.KeyEpoch}, and not {node.Signer}.");
        var key = await register.CallKeyOfAsync(signer, cancellationToken: cancellationToken);
        if (key.Registration.HpkeKey != new Hash32(SHA256.HashData(node.Key.PublicKey.Span)) || key.Registration.EvidenceHash != node.Evidence.EvidenceHash)
            return Refuse("The register has the key with other evidence, or with another key for private requests.");
        return await register.CallIsValidAtAsync(signer, (ulong)at.ToUnixTimeSeconds(), cancellationToken: cancellationToken)
            ? null
            : Refuse("The key is pending, expired or revoked.");
    }

    private static NodeExamination.Refused Refuse(string detail) => new(NodeRefusal.NotRegistered, detail);
}
