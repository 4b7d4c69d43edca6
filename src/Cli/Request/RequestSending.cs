using System.Text;
using OpenGradient.Blobs;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Model.Storage;
using OpenGradient.Cli.Node;
using OpenGradient.Cli.Receipt;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Cli.Request;

/// <summary>Puts a request to the hub, and takes back what nobody answered.</summary>
internal sealed class RequestSending(
    ChainSession chain, StakeToken token, TransactionSender sender, BlobShelf shelf)
{
    private readonly IHubContract _hub = new(chain.Client, chain.Deployment.Hub);
    private readonly RefusalWords _words = HubRefusals.For(token);
    private readonly List<SentTransaction> _sent = [];

    public IReadOnlyList<SentTransaction> Sent => _sent;

    /// <summary>Sends the request, and gives what the hub told of it.</summary>
    /// <param name="order">What is asked.</param>
    /// <param name="beforeSending">Told the transaction that asks, when it is signed and before it is sent; null where nobody needs to know.</param>
    /// <param name="cancellationToken">Ends the waiting; what was sent stays sent.</param>
    public async Task<IHubContract.RequestedEvent> AskAsync(RequestOrder order, Func<Hash32, Task>? beforeSending, CancellationToken cancellationToken)
    {
        await AllowAsync(order.Fee, cancellationToken);
        var (brought, flags) = await BringAsync(order, cancellationToken);
        var deadline = (ulong)(await chain.NowAsync(cancellationToken) + order.Time).ToUnixTimeSeconds();
        var asked = new IHubContract.Request(
            order.Version.VersionId, (byte)order.Assurance, order.Assignee ?? Address.Zero, order.Assignee is null ? 0 : deadline, deadline, ChallengeWindow: 0,
            CallbackGas: 0, (byte)flags, QuorumValue: 0, order.Fee, DeliveryTip: UInt256.Zero, MinLien: UInt256.Zero, order.InputCommit, Hash32.Zero);
        var sent = await SendAsync(
            _hub.PrepareRequestRequestBytes(asked, brought), $"ask {order.Model.Name}@{order.Version.Number}", isLast: false, beforeSending, cancellationToken);
        var receipt = await chain.Client.GetTransactionReceiptAsync(Hash32.Parse(sent.Hash), cancellationToken);
        return receipt?.Logs.Where(log => log.Content.Address == chain.Deployment.Hub)
            .Select(log => IHubContract.RequestedEvent.TryDecode(log.Content, out var told) ? told : null).FirstOrDefault(told => told is not null)
            ?? throw new ExpectedFailureException(
                ExitCode.Failed, "The transaction was mined, and its receipt has no request.", $"A reorganisation may have taken it: look up {sent.Hash} before asking again.");
    }

    /// <summary>Gives back what nobody answered, into the requester's hands where that is the sender.</summary>
    public async Task<(Stage Stage, UInt256? Refunded)> RefundAsync(RequestStory story, CancellationToken cancellationToken)
    {
        var stage = (Stage)(await _hub.CallStateOfAsync(story.RequestId, cancellationToken: cancellationToken)).Stage;
        if (stage != Stage.Refunded)
            await SendAsync(_hub.PrepareRefund(story.Ask), "refund the request", isLast: false, cancellationToken);

        var amount = story.Requested.Request.Fee + story.Requested.Request.DeliveryTip;
        if (story.Requested.Requester != sender.Address)
            return (Stage.Refunded, stage == Stage.Refunded ? null : amount);
        var held = await _hub.CallBalanceOfAsync(sender.Address, cancellationToken: cancellationToken);
        var taken = held < amount ? held : amount;
        if (!taken.IsZero)
            await SendAsync(_hub.PrepareWithdraw(sender.Address, taken), $"take out {token.Show(taken)}", isLast: true, cancellationToken);
        return (Stage.Refunded, taken.IsZero ? null : taken);
    }

    // Input that is too long to travel goes to the storage, and the request says where; a private one goes nowhere here.
    private async Task<(ReadOnlyMemory<byte> Brought, RequestFlags Flags)> BringAsync(RequestOrder order, CancellationToken cancellationToken)
    {
        if (order.PrivateSalt is not null)
            return (ReadOnlyMemory<byte>.Empty, RequestFlags.Private);
        if ((UInt256)(ulong)order.Input.Length <= await _hub.CallMaxInputAsync(cancellationToken: cancellationToken))
            return (order.Input, RequestFlags.None);

        var hash = BlobHash.Of(order.Input.Span);
        using var content = new MemoryStream(order.Input.ToArray(), writable: false);
        var uris = await shelf.StoreAsync(content, "the input", hash, cancellationToken);
        var places = string.Join(' ', uris.Where(uri => !uri.StartsWith("blob:", StringComparison.Ordinal)).Prepend(hash.ToString()));
        return (Encoding.UTF8.GetBytes(places), RequestFlags.InputAtUri);
    }

    private async Task AllowAsync(UInt256 amount, CancellationToken cancellationToken)
    {
        var erc20 = new IERC20Contract(chain.Client, token.Address);
        var balance = await erc20.CallBalanceOfAsync(sender.Address, cancellationToken: cancellationToken);
        if (balance < amount)
        {
            throw new ExpectedFailureException(
                ExitCode.Failed, $"{sender.Address} has {token.Show(balance)}, and the fee is {token.Show(amount)}.", $"The token is {token.Address}: get some of it first.");
        }

        var allowance = await erc20.CallAllowanceAsync(sender.Address, chain.Deployment.Hub, cancellationToken: cancellationToken);
        if (allowance >= amount)
            return;
        // Some tokens change an allowance only from or to zero.
        if (!allowance.IsZero)
            await SendAsync(erc20.PrepareApprove(chain.Deployment.Hub, UInt256.Zero), "take back what was allowed before", isLast: false, cancellationToken);
        await SendAsync(erc20.PrepareApprove(chain.Deployment.Hub, amount), $"allow the hub to take {token.Show(amount)}", isLast: false, cancellationToken);
    }

    private Task<SentTransaction> SendAsync(ContractCall call, string what, bool isLast, CancellationToken cancellationToken) =>
        SendAsync(call, what, isLast, beforeSending: null, cancellationToken);

    private async Task<SentTransaction> SendAsync(
        ContractCall call, string what, bool isLast, Func<Hash32, Task>? beforeSending, CancellationToken cancellationToken)
    {
        var sent = await sender.SendAsync(call, what, _words, isLast, beforeSending, cancellationToken);
        _sent.Add(sent);
        return sent;
    }
}
