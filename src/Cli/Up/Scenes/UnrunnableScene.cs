using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;

namespace OpenGradient.Cli.Up.Scenes;

/// <summary>What is asked are no tensors: a node says so by a receipt, and stakes on it.</summary>
internal sealed class UnrunnableScene : IScene
{
    public string Title => "an input that cannot be run";

    public async Task<PlayedScene> PlayAsync(SceneStage stage, CancellationToken cancellationToken)
    {
        var model = stage.Library["volatility"];
        var told = await stage.AskAsync(model, "These are no tensors."u8.ToArray(), cancellationToken);
        var settled = await stage.Events.NextAsync<IHubContract.SettledEvent>(told.RequestId, cancellationToken);
        var state = await stage.System.Hub.CallStateOfAsync(told.RequestId, cancellationToken: cancellationToken);
        return new PlayedScene(
            told.RequestId, model, "answered: it cannot be run",
            new UpCheck(
                "An input that is malformed is settled as one", (Stage)state.Stage == Stage.Failed && settled.Settlement.OutputCommit == HubDomain.Failure && settled.Output.IsEmpty,
                $"{(Stage)state.Stage}, by {settled.Settlement.Node}"));
    }
}
