using OpenGradient.Contracts;
using OpenGradient.Ethereum.Contracts;

namespace OpenGradient.Cli.Up.Scenes;

/// <summary>A contract asks and refuses the callback; the answer stands, and a stranger delivers it later.</summary>
internal sealed class RedeliveredScene : IScene
{
    private const uint CallbackGas = 100_000;
    private const ulong AnswerSeconds = 600;
    // An estimate would be for a delivery that fails, which takes less.
    private const ulong DeliveryGas = 1_000_000;

    public string Title => "a callback reverts, and a stranger delivers again";

    public async Task<PlayedScene> PlayAsync(SceneStage stage, CancellationToken cancellationToken)
    {
        var (system, model, input) = (stage.System, stage.Library["volatility"], ExampleQuestions.Returns());
        var consumer = new PlainConsumerContract(
            system.Network.Client, await system.Owner.DeployAsync(PlainConsumerContract.Deployment(system.Hub.Address), cancellationToken));
        await system.Owner.SendAsync(system.Token.PrepareMint(consumer.Address, Local.LocalSystem.Fee), cancellationToken);
        await system.Owner.SendAsync(consumer.PrepareShut(true), cancellationToken);

        var asked = await stage.RequestAsync(model, input, Local.LocalSystem.Fee, AnswerSeconds, assignee: null, CallbackGas, cancellationToken);
        // It passes on to the hub whatever it is called with.
        var told = stage.Told(await system.Owner.SendAsync(
            new ContractCall(consumer.Address, system.Hub.PrepareRequestRequestBytes(asked, input).Data), cancellationToken));
        var settled = await stage.Events.NextAsync<IHubContract.SettledEvent>(told.RequestId, cancellationToken);
        var first = await stage.Events.NextAsync<IHubContract.DeliveredEvent>(told.RequestId, cancellationToken);

        await system.Owner.SendAsync(consumer.PrepareShut(false), cancellationToken);
        await system.Stranger.SendAsync(
            system.Hub.PrepareDeliver(SceneStage.AskOf(told), settled.Settlement, settled.Output), cancellationToken, DeliveryGas);
        var second = await stage.Events.NextAsync<IHubContract.DeliveredEvent>(told.RequestId, cancellationToken, number: 2);
        return new PlayedScene(
            told.RequestId, model, "answered; delivered again",
            new UpCheck("A callback that reverts takes nothing from the answer", !first.Succeeded && first.By == settled.Settlement.Node, "settled all the same"),
            new UpCheck("Anyone can deliver it again", second.Succeeded && second.By == system.Stranger.Address, $"{second.By} did"));
    }
}
