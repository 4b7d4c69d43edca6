using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Cli.Up;

/// <summary>What must hold once a request was answered and another refunded: each side of the system asked about the other.</summary>
internal sealed class WalkChecks(LocalSystem system)
{
    public async Task<List<UpCheck>> RunAsync(
        AnsweredRequest answered, RefundedRequest refunded, IReadOnlyList<LocatedLog> events, CancellationToken cancellationToken)
    {
        var receipt = system.Domain.ReceiptOf(answered.Submission);
        var digest = system.Domain.DigestOf(receipt);
        var named = await system.Hub.CallRequestIdOfAsync(answered.Submission.Ask, cancellationToken: cancellationToken);
        var hashed = await system.Hub.CallDigestOfAsync(receipt, cancellationToken: cancellationToken);
        var word = await WordOfAsync(answered.RequestId, cancellationToken);
        var isBy = Signature.TryParse(answered.Submission.Evidence.Span, out var signature) && signature.IsBy(system.Node.Address, digest);
        var score = await system.Consumer.CallScoreOfAsync(answered.RequestId, cancellationToken: cancellationToken);
        var balance = await system.Hub.CallBalanceOfAsync(system.Consumer.Address, cancellationToken: cancellationToken);
        var proofs = 0;
        foreach (var log in events)
            proofs += await BlockProof.HoldsAsync(system.Network.Client, log, cancellationToken) ? 1 : 0;

        return
        [
            new(
                "The hub and this program name a request alike",
                named == answered.RequestId && system.Domain.IdOf(answered.Submission.Ask) == named, Short(named)),
            new("They hash a receipt alike", hashed == digest, "EIP-712"),
            new(
                "The hub's word keeps the settlement", word.Keeps(answered.Settled.Settlement) && word.Stage == Stage.Settled,
                "200 bits of its hash"),
            new("The receipt's signature recovers to its node", isBy, "secp256k1"),
            new(
                "The answer was delivered", answered.Delivered.Succeeded && word.IsDelivered && score == Expected(answered),
                $"score {Units.Format(score, FixedPoint.Decimals)}"),
            new("A receipt that another signed is refused", answered.Forgery == Refusal.EvidenceRefused, $"{answered.Forgery}"),
            new("A request is settled once", answered.Again == Refusal.NotOpen, $"{answered.Again}"),
            new(
                "What nobody answered was given back", refunded.Refunded.Amount == LocalSystem.Fee && balance == LocalSystem.Fee,
                $"{Units.Format(balance, 18)} TEST"),
            new("The follower told each event once", events.Distinct().Count() == events.Count && events.Count > 0, $"{events.Count} events"),
            new("Each event is proven against its block's hash", proofs == events.Count, $"{proofs} proofs: header hash, receipts root, trie path"),
        ];
    }

    private async Task<RequestWord> WordOfAsync(Hash32 requestId, CancellationToken cancellationToken)
    {
        var stored = await system.Network.Client.GetStorageAtAsync(
            system.Deployment.Hub, RequestWord.SlotOf(requestId), BlockTag.Latest, cancellationToken);
        return new RequestWord(stored.ToUInt256());
    }

    private static Int256 Expected(AnsweredRequest answered) =>
        TensorEncoding.Decode(answered.Submission.Output) is TensorDecoding.Decoded { Tensors: [var score] }
        && FixedPoint.TryFromSingle(BitConverter.ToSingle(score.Data.Span), out var expected)
            ? expected
            : throw new InvalidOperationException("The answer is not one score.");

    private static string Short(Hash32 id) => id.ToString()[..10] + "…";
}
