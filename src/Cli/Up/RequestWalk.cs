using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Foundry;
using OpenGradient.Inference.Tensors;
using Spectre.Console;

namespace OpenGradient.Cli.Up;

/// <summary>
/// Takes a request the whole way: a contract asks, a node hears of it, claims it, answers it by a receipt that it signed, and the answer is delivered;
/// another, which nobody answers, is refunded. What the contracts say is held against what this program says.
/// </summary>
internal sealed class RequestWalk(LocalSystem system, TimeProvider clock, IAnsiConsole screen)
{
    private const ulong AnswerSeconds = 900;
    private const ulong ReceiptSeconds = 600;
    private const ulong ShortestAnswerSeconds = 2;
    // Enough for a settlement with its callback; an estimate would be for the block before, in which the claim is not confirmed yet.
    private const ulong SettleGas = 1_000_000;

    private static readonly TimeSpan ClockPoll = TimeSpan.FromMilliseconds(200);

    private readonly List<UpStep> _steps = [];

    public IReadOnlyList<UpStep> Steps => _steps;

    public async Task<IReadOnlyList<UpCheck>> RunAsync(CancellationToken cancellationToken)
    {
        screen.MarkupLine("[grey]publishing[/] a model, registering a node");
        var versionId = await system.FurnishAsync(_steps.Add, cancellationToken);
        await using var events = new HubEvents(system.Network.Client, system.Deployment.Hub, clock, cancellationToken);

        screen.MarkupLine("[grey]asking[/] by a contract, and answering");
        var answered = await AnswerAsync(events, versionId, cancellationToken);
        screen.MarkupLine("[grey]asking[/] what nobody answers");
        var refunded = await RefundAsync(events, versionId, cancellationToken);

        screen.MarkupLine("[grey]checking[/] each side against the other");
        return [.. await new WalkChecks(system).RunAsync(answered, refunded, events.All, cancellationToken)];
    }

    private async Task<AnsweredRequest> AnswerAsync(HubEvents events, Hash32 versionId, CancellationToken cancellationToken)
    {
        var requested = await AskAsync(events, versionId, AnswerSeconds, cancellationToken);
        var ask = new IHubContract.Ask(requested.Request, requested.Requester, requested.Nonce);
        var output = ScoreModel.Answer(requested.Input);

        await StepAsync(system.Node, system.Hub.PrepareClaim(ask), requested.RequestId, "claim", gasLimit: null, cancellationToken);
        // A claim is confirmed in the second after its block.
        var now = await system.Network.NowAsync(cancellationToken);
        await PassAsync(now, cancellationToken);
        var unsigned = new IHubContract.Submission(
            ask, new IHubContract.Terms([], []), TensorCommitment.Public(output), system.Node.Address,
            system.Owner.Address, KeyEpoch: 0, IssuedAt: now, ExpiresAt: now + ReceiptSeconds, EvidenceHash: Hash32.Zero,
            ReadOnlyMemory<byte>.Empty, output);
        var forged = await system.Domain.SignAsync(unsigned, system.Network.Impostor, cancellationToken);
        var forgery = await RefusedAsync(forged, cancellationToken);

        var submission = await system.Domain.SignAsync(unsigned, system.Network.Node, cancellationToken);
        await StepAsync(
            system.Node, system.Hub.PrepareSettle(submission), requested.RequestId, "settle and deliver", SettleGas, cancellationToken);
        var (settled, _) = await events.NextAsync<IHubContract.SettledEvent>(requested.RequestId, cancellationToken);
        var (delivered, _) = await events.NextAsync<IHubContract.DeliveredEvent>(requested.RequestId, cancellationToken);
        var again = await RefusedAsync(submission, cancellationToken);
        return new AnsweredRequest(requested.RequestId, submission, settled, delivered, forgery, again);
    }

    private async Task<RefundedRequest> RefundAsync(HubEvents events, Hash32 versionId, CancellationToken cancellationToken)
    {
        // Long enough to be mined before it ends, however seldom this chain makes a block.
        var seconds = ShortestAnswerSeconds + (2 * (ulong)Math.Ceiling(system.Network.BlockTime.TotalSeconds));
        var requested = await AskAsync(events, versionId, seconds, cancellationToken);
        await PassAsync(requested.Request.Deadline, cancellationToken);
        var ask = new IHubContract.Ask(requested.Request, requested.Requester, requested.Nonce);
        await StepAsync(system.Owner, system.Hub.PrepareRefund(ask), requested.RequestId, "refund", SettleGas, cancellationToken);
        var (refunded, _) = await events.NextAsync<IHubContract.RefundedEvent>(requested.RequestId, cancellationToken);
        return new RefundedRequest(ask, refunded);
    }

    private async Task<IHubContract.RequestedEvent> AskAsync(
        HubEvents events, Hash32 versionId, ulong answerSeconds, CancellationToken cancellationToken)
    {
        var call = system.Consumer.PrepareAsk(versionId, (byte)Assurance.Signed, ScoreModel.Question(), LocalSystem.Fee, answerSeconds);
        var receipt = await system.Owner.SendAsync(call, cancellationToken: cancellationToken);
        var log = receipt.Logs.First(log => IHubContract.RequestedEvent.Matches(log.Content));
        var requestId = IHubContract.RequestedEvent.Decode(log.Content).RequestId;
        await AddAsync(receipt, requestId, "ask, by a contract", cancellationToken);
        return (await events.NextAsync<IHubContract.RequestedEvent>(requestId, cancellationToken)).Event;
    }

    // Waits until the next block is later than this: a chain that makes no block for nothing shows no time, but its blocks have this machine's.
    private async Task PassAsync(ulong time, CancellationToken cancellationToken)
    {
        while ((ulong)clock.GetUtcNow().ToUnixTimeSeconds() <= time)
            await Task.Delay(ClockPoll, clock, cancellationToken);
    }

    private async Task StepAsync(
        DevelopmentSender sender, ContractCall call, Hash32 requestId, string step, ulong? gasLimit, CancellationToken cancellationToken) =>
        await AddAsync(await sender.SendAsync(call, gasLimit, cancellationToken), requestId, step, cancellationToken);

    private async Task AddAsync(TransactionReceipt receipt, Hash32 requestId, string step, CancellationToken cancellationToken)
    {
        var state = await system.Hub.CallStateOfAsync(requestId, BlockTag.At(receipt.Block.Hash), cancellationToken);
        _steps.Add(new UpStep(requestId.ToString(), step, ((Stage)state.Stage).ToString(), receipt.Block.Number.Value, receipt.GasUsed));
    }

    // Why the hub would not take a submission in the next block; null where it would.
    private async Task<Refusal?> RefusedAsync(IHubContract.Submission submission, CancellationToken cancellationToken)
    {
        var call = system.Hub.PrepareSettle(submission);
        try
        {
            await system.Network.Client.CallAsync(call.To, call.Data, BlockTag.Pending, cancellationToken);
            return null;
        }
        catch (ContractRevertedException reverted)
            when (IHubContract.SettlementRefusedError.TryDecode(reverted.Reason, out var refused))
        {
            return (Refusal)refused.Refusal;
        }
    }
}

/// <summary>A request that was answered, and how the hub took what it should not have taken.</summary>
internal sealed record AnsweredRequest(
    Hash32 RequestId,
    IHubContract.Submission Submission,
    IHubContract.SettledEvent Settled,
    IHubContract.DeliveredEvent Delivered,
    Refusal? Forgery,
    Refusal? Again);

/// <summary>A request that nobody answered.</summary>
internal sealed record RefundedRequest(IHubContract.Ask Ask, IHubContract.RefundedEvent Refunded);
