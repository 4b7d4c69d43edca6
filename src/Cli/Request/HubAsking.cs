using System.Security.Cryptography;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Receipt;
using OpenGradient.Client;
using OpenGradient.Client.Answers;
using OpenGradient.Client.Nodes;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Messages;

namespace OpenGradient.Cli.Request;

/// <summary>A private request through the hub: the chain keeps the fee and two commitments, and the node alone is given what they are of.</summary>
internal sealed class HubAsking
{
    // A node follows the chain a little behind.
    private static readonly TimeSpan FollowLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    private readonly ChainSession _chain;
    private readonly RequestSending _sending;
    private readonly IHubContract.RequestedEvent _told;

    private HubAsking(ChainSession chain, RequestSending sending, IHubContract.RequestedEvent told, HubOrder order) => (_chain, _sending, _told, Order) = (chain, sending, told, order);

    /// <summary>What the node is told of it.</summary>
    public HubOrder Order { get; }

    public IReadOnlyList<SentTransaction> Sent => _sending.Sent;

    /// <summary>Puts the request to the hub.</summary>
    public static async Task<HubAsking> BeginAsync(ChainSession chain, RequestOrder order, RequestSending sending, CancellationToken cancellationToken)
    {
        var salt = new Hash32(RandomNumberGenerator.GetBytes(Hash32.ByteLength));
        var told = await sending.AskAsync(order with { Assurance = Assurance.Attested, PrivateSalt = salt }, cancellationToken);
        return new HubAsking(chain, sending, told, new HubOrder(told.RequestId, salt));
    }

    /// <summary>Gives the node the input, again until it has seen the request.</summary>
    public async Task<PrivateOutcome> AskAsync(PrivateClient client, TrustedNode node, PrivateOrder order, CancellationToken cancellationToken)
    {
        for (var started = TimeProvider.System.GetTimestamp(); ;)
        {
            var outcome = await client.AskAsync(node, order with { Hub = Order }, cancellationToken: cancellationToken);
            if (outcome is not PrivateOutcome.Refused { ByNode: AnswerRefusal.HubRequestUnknown or AnswerRefusal.Busy } || TimeProvider.System.GetElapsedTime(started) > FollowLimit)
                return outcome;
            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Waits until the node has settled, and opens what was settled.</summary>
    public async Task<SettledPrivately> WaitAsync(PrivateAnswer answer, CancellationToken cancellationToken)
    {
        var stage = await _sending.WaitAsync(_told, cancellationToken);
        var story = await new ReceiptReading(_chain).StoryAsync(_told.RequestId, new BlockNumber(_sending.Sent[^1].Block), cancellationToken);
        return new SettledPrivately(
            stage,
            story.Settlement is { } settlement && story.Settled!.Output.IsEmpty && settlement.Node == answer.Receipt.Node
            && settlement.OutputCommit == answer.Receipt.OutputCommit && _told.Request.InputCommit == answer.Receipt.InputCommit);
    }
}

/// <summary>How a private request ended at the hub.</summary>
/// <param name="Stage">Where it stands.</param>
/// <param name="CommitmentsHold">Whether what was settled commits to the question and the answer that the client has, and shows neither.</param>
internal sealed record SettledPrivately(Stage Stage, bool CommitmentsHold);
