using Microsoft.Extensions.Logging;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Relayer.Attesting.Archive;
using OpenGradient.Relayer.Attesting.Judging;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Attesting.Vetoing;

namespace OpenGradient.Relayer.Attesting.Attesters;

/// <summary>Judges claims of strangers by its own policy, and signs those that hold. It needs no memory: the chain says how old evidence is.</summary>
/// <param name="judge">Judges them.</param>
/// <param name="blocks">The chain.</param>
/// <param name="signer">Whose word it is.</param>
/// <param name="collateral">What is kept here of what vendors sign: what they have revoked by it is not attested to.</param>
/// <param name="logger">Told of each.</param>
/// <param name="claims">Keeps the last claims for a look at what becomes of them; null where nobody looks.</param>
public sealed class Attester(KeyJudge judge, IBlockWitnesses blocks, ISigner signer, OwnCollateral collateral, ILogger<Attester> logger, ClaimMemory? claims = null)
{
    public Address Address => signer.Address;

    /// <summary>The verdict; null where the chain does not answer or our own collateral cannot be read, so that there is none.</summary>
    public async Task<VerdictMessage?> JudgeAsync(KeyClaim claim, CancellationToken cancellationToken)
    {
        BlockWitness? block;
        IReadOnlyList<CollateralFile> own;
        try
        {
            own = await collateral.ReadAsync(cancellationToken);
            block = await blocks.FindAsync(claim.BlockHash, cancellationToken);
        }
        catch (RpcException failure)
        {
            logger.BlockNotFound(failure.Message);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Without it a revoked platform would be signed for.
            logger.OwnCollateralUnread(failure.Message);
            return null;
        }

        claims?.Keep(claim);
        switch (judge.Judge(claim, block, own))
        {
            case Judgement.Refused(var reasons):
                logger.AttestationRefused(claim.SigningKey.ToAddress().ToString(), claim.KeyEpoch, claim.Node.ToString(), reasons.Count, reasons[0].Check);
                return new VerdictMessage { Accepted = false, Reasons = reasons };
            case Judgement.Accepted(_, var digest, var label):
                var signature = await signer.SignAsync(digest, cancellationToken);
                logger.Attested(claim.SigningKey.ToAddress().ToString(), claim.KeyEpoch, claim.Node.ToString(), label);
                return new VerdictMessage { Accepted = true, Signature = Hex.Encode(signature.ToBytes()), RootLabel = label };
            default:
                throw new InvalidOperationException("There is a judgement that an attester does not know.");
        }
    }
}
