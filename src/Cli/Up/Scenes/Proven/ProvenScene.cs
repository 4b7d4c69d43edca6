using OpenGradient.Cli.Request;
using OpenGradient.Cli.Up.Local;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Cli.Up.Scenes.Proven;

/// <summary>
/// A contract asks a model for a proof, once or several times in one transaction: a node proves all of it at once, the verifier on the chain checks the proof, the answer is final,
/// and is delivered. Its row is the first question's.
/// </summary>
internal sealed class ProvenScene(string model, IReadOnlyList<byte[]> questions, Func<ReadOnlyMemory<byte>, string?>? reading = null) : IScene
{
    private const uint CallbackGas = 100_000;
    private const ulong AnswerSeconds = 900;

    public string Title => questions.Count == 1 ? $"{model} is asked for a proof" : $"{model} is asked for {questions.Count} proofs, and makes one";

    public async Task<PlayedScene> PlayAsync(SceneStage stage, CancellationToken cancellationToken)
    {
        var (system, asked) = (stage.System, stage.Library[model]);
        var consumer = new PlainConsumerContract(
            system.Network.Client, await system.Owner.DeployAsync(PlainConsumerContract.Deployment(system.Hub.Address), cancellationToken));
        await system.Owner.SendAsync(system.Token.PrepareMint(consumer.Address, LocalSystem.Fee * (uint)questions.Count), cancellationToken);
        var told = await AskAsync(stage, asked, consumer.Address, cancellationToken);
        List<IHubContract.SettledEvent> settled = [];
        var (right, delivered) = (0, 0);
        foreach (var (question, request) in questions.Zip(told))
        {
            settled.Add(await stage.Events.NextAsync<IHubContract.SettledEvent>(request.RequestId, cancellationToken));
            right += await stage.Library.AgreesAsync(asked, question, settled[^1].Output, cancellationToken) ? 1 : 0;
            delivered += (await stage.Events.NextAsync<IHubContract.DeliveredEvent>(request.RequestId, cancellationToken)).Succeeded ? 1 : 0;
        }

        var isFinal = settled.TrueForAll(answer => answer is { Until: 0, Settlement.Assurance: (byte)Assurance.Proven });
        var transactions = SettlementsOf(stage, told).Distinct().Count();
        return new PlayedScene(
            told[0].RequestId, asked, questions.Count == 1 ? "proven" : $"proven, {questions.Count} in {transactions}",
            new UpCheck(
                $"{Title}: the chain has checked it", isFinal && right == questions.Count,
                reading?.Invoke(settled[0].Output) ?? TensorText.Show(settled[0].Output)),
            new UpCheck(
                $"{Title}: {(questions.Count == 1 ? "its answer is delivered" : "its answers are delivered together")}", delivered == questions.Count && transactions == 1,
                $"{delivered} of {questions.Count}, settled by {transactions} {(transactions == 1 ? "transaction" : "transactions")}"));
    }

    // What should share a proof is asked at once, and of one node: two would make one each.
    private async Task<IReadOnlyList<IHubContract.RequestedEvent>> AskAsync(SceneStage stage, LocalModel asked, Address consumer, CancellationToken cancellationToken)
    {
        var hub = stage.System.Hub;
        List<ReadOnlyMemory<byte>> calls = [hub.PrepareDeposit(consumer, LocalSystem.Fee * (uint)questions.Count).Data];
        foreach (var question in questions)
        {
            var request = await stage.RequestAsync(
                asked, question, LocalSystem.Fee, AnswerSeconds, questions.Count == 1 ? null : stage.Nodes[0].Address, CallbackGas, cancellationToken)
                with
            { Assurance = (byte)Assurance.Proven, Flags = (byte)RequestFlags.FromAccount };
            calls.Add(hub.PrepareRequestRequestBytes(request, question).Data);
        }

        return stage.AllTold(await stage.System.Owner.SendAsync(new ContractCall(consumer, hub.PrepareMulticall(calls).Data), cancellationToken));
    }

    private static IEnumerable<Hash32> SettlementsOf(SceneStage stage, IReadOnlyCollection<IHubContract.RequestedEvent> told) =>
        stage.Events.All.Where(log => IHubContract.SettledEvent.Matches(log.Content) && told.Any(request => request.RequestId == log.Content.Topics[1]))
            .Select(log => log.TransactionHash);
}
