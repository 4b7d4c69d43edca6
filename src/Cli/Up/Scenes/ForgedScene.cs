using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Cli.Up.Scenes;

/// <summary>
/// A request is answered by hand, without a relayer: a receipt that a stranger signed is refused, the node's own is taken, and taken once. What the contracts
/// say is held against what this program says.
/// </summary>
internal sealed class ForgedScene : IScene
{
    private const ulong ReceiptSeconds = 600;
    private const ulong AnswerSeconds = 600;
    private const ulong SettleGas = 1_000_000;

    public string Title => "a receipt is forged, and another sent twice";

    public async Task<PlayedScene> PlayAsync(SceneStage stage, CancellationToken cancellationToken)
    {
        var (system, model, input) = (stage.System, stage.Library["digits-mlp-integer"], ExampleQuestions.Quantised());
        // Nobody has to claim what only one may answer.
        var told = await stage.AskAsync(model, input, cancellationToken, seconds: AnswerSeconds, assignee: system.Manual.Address);
        var output = await stage.Library.RunAsync(model, input, cancellationToken) is CanonicalOutcome.Answered(var own)
            ? own : throw new InvalidOperationException("The example cannot be run.");
        var now = await system.Network.NowAsync(cancellationToken);
        var unsigned = new IHubContract.Submission(
            SceneStage.AskOf(told), new IHubContract.Terms([], []), TensorCommitment.Public(output.Span), system.Manual.Address, system.Owner.Address, KeyEpoch: 0,
            IssuedAt: now, ExpiresAt: now + ReceiptSeconds, EvidenceHash: Hash32.Zero, ReadOnlyMemory<byte>.Empty, output);
        var forgery = await RefusedAsync(stage, await system.Domain.SignAsync(unsigned, system.Network.Stranger, cancellationToken), cancellationToken);

        var submission = await system.Domain.SignAsync(unsigned, system.Network.ManualNode, cancellationToken);
        await system.Manual.SendAsync(system.Hub.PrepareSettle(submission), cancellationToken, SettleGas);
        await stage.Events.NextAsync<IHubContract.SettledEvent>(told.RequestId, cancellationToken);
        var again = await RefusedAsync(stage, submission, cancellationToken);

        var receipt = system.Domain.ReceiptOf(submission);
        var named = await system.Hub.CallRequestIdOfAsync(submission.Ask, cancellationToken: cancellationToken);
        var hashed = await system.Hub.CallDigestOfAsync(receipt, cancellationToken: cancellationToken);
        return new PlayedScene(
            told.RequestId, model, "answered by hand",
            new UpCheck("A receipt that another signed is refused", forgery == Refusal.EvidenceRefused, $"{forgery}"),
            new UpCheck("A request is settled once", again == Refusal.NotOpen, $"{again}"),
            new UpCheck("The hub and this program name a request alike", named == told.RequestId && system.Domain.IdOf(submission.Ask) == named, named.ToString()),
            new UpCheck("They hash a receipt alike", hashed == system.Domain.DigestOf(receipt), "EIP-712"));
    }

    // Why the hub would not take a submission in the next block; null where it would.
    private static async Task<Refusal?> RefusedAsync(SceneStage stage, IHubContract.Submission submission, CancellationToken cancellationToken)
    {
        var call = stage.System.Hub.PrepareSettle(submission);
        try
        {
            await stage.System.Network.Client.CallAsync(call.To, call.Data, BlockTag.Pending, cancellationToken);
            return null;
        }
        catch (ContractRevertedException reverted)
            when (IHubContract.SettlementRefusedError.TryDecode(reverted.Reason, out var refused))
        {
            return (Refusal)refused.Refusal;
        }
    }
}
