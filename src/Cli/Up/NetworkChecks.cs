using OpenGradient.Cli.Receipt;
using OpenGradient.Cli.Up.Local;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.ReceiptBundles;

namespace OpenGradient.Cli.Up;

/// <summary>What must hold of everything that happened, whatever was played: each side of the system asked about the other.</summary>
internal static class NetworkChecks
{
    public static async Task<IReadOnlyList<UpCheck>> RunAsync(
        LocalSystem system, IReadOnlyList<LocatedLog> events, IReadOnlyList<RequestStory> stories, CancellationToken cancellationToken)
    {
        var answered = stories.Where(story => story.Settlement is not null).ToList();
        var kept = 0;
        foreach (var story in answered)
            kept += (await WordOfAsync(system, story.RequestId, cancellationToken)).Keeps(story.Settlement!) ? 1 : 0;
        // A proof stands for the signature where one was asked for: the verifier's contract has checked it. Whether an attested key was the node's is for
        // the register to say: its scene asks that.
        var signable = answered.Where(story => (Assurance)story.Requested.Request.Assurance != Assurance.Proven).ToList();
        var signed = signable.Count(story => ReceiptChecks.Of(
            SignedReceipt.Of(system.Network.ChainId, system.Deployment.Hub, story.Requested, story.Settled!), system.Network.ChainId, system.Deployment.Hub).All(check => check.Held is not false));
        var proofs = 0;
        foreach (var log in events)
            proofs += await BlockProof.HoldsAsync(system.Network.Client, log, cancellationToken) ? 1 : 0;
        return
        [
            new("The hub's word keeps every settlement", kept == answered.Count && kept > 0, $"{kept} of {answered.Count}, by 200 bits of a hash"),
            new("Every receipt is signed by its node, and is of its input and output", signed == signable.Count && signed > 0, $"{signed} of {signable.Count}"),
            new("The follower told each event once", events.Distinct().Count() == events.Count && events.Count > 0, $"{events.Count} events"),
            new("Each event is proven against its block's hash", proofs == events.Count, $"{proofs} proofs: header hash, receipts root, trie path"),
        ];
    }

    private static async Task<RequestWord> WordOfAsync(LocalSystem system, Hash32 requestId, CancellationToken cancellationToken)
    {
        var stored = await system.Network.Client.GetStorageAtAsync(
            system.Deployment.Hub, RequestWord.SlotOf(requestId), BlockTag.Latest, cancellationToken);
        return new RequestWord(stored.ToUInt256());
    }
}
