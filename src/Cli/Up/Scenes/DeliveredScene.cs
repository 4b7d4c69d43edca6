using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Cli.Up.Scenes;

/// <summary>A contract asks, and the answer is delivered to it with the settlement.</summary>
internal sealed class DeliveredScene : IScene
{
    private const ulong AnswerSeconds = 900;
    private const string ScoreName = "volatility";

    public string Title => "a contract asks, and is called back";

    public async Task<PlayedScene> PlayAsync(SceneStage stage, CancellationToken cancellationToken)
    {
        var (board, model) = (stage.System.ScoreBoard, stage.Library["volatility"]);
        var call = board.PrepareAsk(model.VersionId, (byte)Assurance.Signed, ExampleQuestions.Returns(), Local.LocalSystem.Fee, AnswerSeconds);
        var told = stage.Told(await stage.System.Owner.SendAsync(call, cancellationToken));
        var settled = await stage.Events.NextAsync<IHubContract.SettledEvent>(told.RequestId, cancellationToken);
        var delivered = await stage.Events.NextAsync<IHubContract.DeliveredEvent>(told.RequestId, cancellationToken);
        var kept = await board.CallScoreOfAsync(told.RequestId, cancellationToken: cancellationToken);
        var answered = TensorEncoding.Decode(settled.Output) is TensorDecoding.Decoded(var tensors)
            && tensors.FirstOrDefault(tensor => tensor.Name == ScoreName) is { } score
            && FixedPoint.TryFromSingle(BitConverter.ToSingle(score.Data.Span), out var value) ? value : (Int256?)null;
        return new PlayedScene(
            told.RequestId, model, "answered and delivered",
            new UpCheck("The contract that asked was given the answer", delivered.Succeeded && answered is { } right && kept == right, $"it keeps {Units.Format(kept, FixedPoint.Decimals)}"));
    }
}
