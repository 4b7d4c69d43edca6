using System.Security.Cryptography;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Private;
using OpenGradient.Cli.Receipt;
using OpenGradient.Client;
using OpenGradient.Client.Answers;
using OpenGradient.Client.Nodes;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Messages;
using Spectre.Console;

namespace OpenGradient.Cli.Request;

/// <summary>
/// A private request through the hub: the chain keeps the fee and two commitments, and the node alone is given what they are of. Until that is done it is kept in a
/// file, which is written before anything is sent: whoever loses the salt has paid for what nobody can open.
/// </summary>
internal sealed class HubAsking
{
    // A node follows the chain a little behind.
    private static readonly TimeSpan FollowLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    private readonly ChainSession _chain;
    private readonly RequestWatch _watch;
    private readonly PendingRequest _pending;
    private readonly IHubContract.RequestedEvent _told;
    private readonly BlockNumber _block;

    private HubAsking(ChainSession chain, RequestWatch watch, PendingRequest pending, string path, IHubContract.RequestedEvent told, BlockNumber block) =>
        (_chain, _watch, _pending, Path, _told, _block) = (chain, watch, pending, path, told, block);

    /// <summary>What the node is told of it.</summary>
    public HubOrder Order => new(_told.RequestId, _pending.InputSalt);

    /// <summary>Where it is kept.</summary>
    public string Path { get; }

    /// <summary>What was sent to the chain for it by this command.</summary>
    public IReadOnlyList<SentTransaction> Sent { get; private init; } = [];

    /// <summary>Puts the request to the hub.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="order">What is asked, of one node.</param>
    /// <param name="sending">Sends to the chain.</param>
    /// <param name="pathOf">Where it is kept, by what it commits to.</param>
    /// <param name="screen">For people.</param>
    /// <param name="cancellationToken">Ends it early; what was sent stays sent.</param>
    public static async Task<HubAsking> BeginAsync(
        ChainSession chain, RequestOrder order, RequestSending sending, Func<Hash32, string> pathOf, IAnsiConsole screen, CancellationToken cancellationToken)
    {
        var salt = new Hash32(RandomNumberGenerator.GetBytes(Hash32.ByteLength));
        var asked = order with { Assurance = Assurance.Attested, PrivateSalt = salt };
        var file = System.IO.Path.GetFullPath(pathOf(asked.InputCommit));
        PendingRequest? kept = null;
        var told = await sending.AskAsync(asked, KeepAsync, cancellationToken);
        var pending = kept! with { RequestId = told.RequestId };
        await pending.ReplaceAsync(file, cancellationToken);
        return new HubAsking(chain, new RequestWatch(chain, screen, TimeProvider.System), pending, file, told, new BlockNumber(sending.Sent[^1].Block)) { Sent = sending.Sent };

        async Task KeepAsync(Hash32 transaction)
        {
            kept = new PendingRequest
            {
                ChainId = chain.Id,
                Hub = chain.Deployment.Hub,
                Node = order.Assignee!.Value,
                VersionId = order.Version.VersionId,
                Reference = order.Reference,
                Fee = order.Fee,
                Transaction = transaction,
                InputSalt = salt,
                Input = order.Input,
            };
            await kept.WriteAsync(file, cancellationToken);
            screen.MarkupLineInterpolated($"[grey]kept[/]   question and salt in {file}, until the receipt is checked: `og request resume` goes on from there");
        }
    }

    /// <summary>Goes on with one that was put to the hub before.</summary>
    public static async Task<HubAsking> ResumeAsync(ChainSession chain, PendingRequest pending, string path, IAnsiConsole screen, CancellationToken cancellationToken)
    {
        if (pending.ChainId != chain.Id || pending.Hub != chain.Deployment.Hub)
            throw new ExpectedFailureException(ExitCode.Usage, $"It was asked at hub {pending.Hub} on chain {pending.ChainId}.", $"Look at {ChainSettings.EndpointName} and {ChainSettings.DeploymentName}.");
        var receipt = await chain.Client.GetTransactionReceiptAsync(pending.Transaction, cancellationToken)
            ?? throw new ExpectedFailureException(
                ExitCode.Failed, $"Transaction {pending.Transaction}, which asks, is in no block: nothing was paid so far.",
                "It may still be mined: look it up. Once another of the same account has taken its place, it will not be, and the file is of no more use.");
        var told = receipt.Logs.Where(log => log.Content.Address == pending.Hub)
            .Select(log => IHubContract.RequestedEvent.TryDecode(log.Content, out var requested) ? requested : null)
            .FirstOrDefault(requested => requested?.Request.InputCommit == pending.InputCommit)
            ?? throw new ExpectedFailureException(
                ExitCode.Failed, $"Transaction {pending.Transaction} was mined, and asked nothing that this file opens.", "Where it was refused nothing was paid, and the file is of no more use.");
        return new HubAsking(chain, new RequestWatch(chain, screen, TimeProvider.System), pending, path, told, receipt.Block.Number);
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
        var stage = await _watch.WaitAsync(_told, cancellationToken);
        var story = await new ReceiptReading(_chain).StoryAsync(_told.RequestId, _block, cancellationToken);
        return new SettledPrivately(
            stage,
            story.Settlement is { } settlement && story.Settled!.Output.IsEmpty && settlement.Node == answer.Receipt.Node
            && settlement.OutputCommit == answer.Receipt.OutputCommit && _told.Request.InputCommit == answer.Receipt.InputCommit);
    }

    /// <summary>Deletes the file: the answer is in hand, and what was settled commits to it.</summary>
    public void Forget() => File.Delete(Path);
}

/// <summary>How a private request ended at the hub.</summary>
/// <param name="Stage">Where it stands.</param>
/// <param name="CommitmentsHold">Whether what was settled commits to the question and the answer that the client has, and shows neither.</param>
internal sealed record SettledPrivately(Stage Stage, bool CommitmentsHold);
