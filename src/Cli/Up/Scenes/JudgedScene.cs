using OpenGradient.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Tensors;
using OpenGradient.Samples.Data;

namespace OpenGradient.Cli.Up.Scenes;

/// <summary>
/// A node signs the answer to another question. Nobody tells the others: they run the model themselves, one brings the case before the court, a committee of five
/// is drawn, and the node loses what it had put behind its word.
/// </summary>
internal sealed class JudgedScene(Digit asked, Digit answered) : IScene
{
    private const ulong ReceiptSeconds = 600;
    private const ulong AnswerSeconds = 600;
    private const ulong SettleGas = 1_000_000;

    public string Title => "a node answers wrongly, and is judged";

    public async Task<PlayedScene> PlayAsync(SceneStage stage, CancellationToken cancellationToken)
    {
        var (system, model) = (stage.System, stage.Library["digits-mlp"]);
        var nodes = new INodeRegistryContract(system.Network.Client, system.Deployment.Nodes);
        var before = await nodes.CallNodeOfAsync(system.Manual.Address, cancellationToken: cancellationToken);
        var told = await stage.AskAsync(model, ExampleQuestions.Pixels(asked), cancellationToken, seconds: AnswerSeconds, assignee: system.Manual.Address);
        var wrong = await stage.Library.RunAsync(model, ExampleQuestions.Pixels(answered), cancellationToken) is CanonicalOutcome.Answered(var output)
            ? output : throw new InvalidOperationException("The example cannot be run.");
        var now = await system.Network.NowAsync(cancellationToken);
        var unsigned = new IHubContract.Submission(
            SceneStage.AskOf(told), new IHubContract.Terms([], []), TensorCommitment.Public(wrong.Span), system.Manual.Address, system.Owner.Address, KeyEpoch: 0,
            IssuedAt: now, ExpiresAt: now + ReceiptSeconds, EvidenceHash: Hash32.Zero, ReadOnlyMemory<byte>.Empty, wrong);
        await system.Manual.SendAsync(
            system.Hub.PrepareSettle(await system.Domain.SignAsync(unsigned, system.Network.ManualNode, cancellationToken)), cancellationToken, SettleGas);

        var settled = await stage.Events.NextAsync<IHubContract.SettledEvent>(told.RequestId, cancellationToken);
        var overturned = await stage.Events.NextAsync<IHubContract.OverturnedEvent>(told.RequestId, cancellationToken);
        var after = await nodes.CallNodeOfAsync(system.Manual.Address, cancellationToken: cancellationToken);
        var ended = await system.Court.CallCaseOfAsync(told.RequestId, cancellationToken: cancellationToken);
        var votes = System.Numerics.BitOperations.PopCount((uint)ended.RevealedBy);
        var challenger = stage.Everyone.FirstOrDefault(node => node.Address == overturned.Challenger);
        return new PlayedScene(
            told.RequestId, model, $"{ExampleQuestions.DigitIn(settled.Output)}, which is wrong: slashed",
            new UpCheck("A wrong answer is found by a node that ran the model itself", challenger is not null, challenger?.Name ?? overturned.Challenger.ToString()),
            new UpCheck("A committee judged it", votes > 0, $"{votes} of five members revealed what they had sealed"),
            new UpCheck(
                "The node lost what stood behind its answer, and no more",
                overturned.Slashed > UInt256.Zero && before.Stake - after.Stake == overturned.Slashed, $"{Units.Format(overturned.Slashed, 18)} TEST"));
    }
}
