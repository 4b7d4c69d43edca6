using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Cli.Up.Scenes;

/// <summary>Only one node may answer, and it never does: after the deadline the fee comes back.</summary>
internal sealed class ExpiredScene : IScene
{
    private const ulong ShortestSeconds = 8;

    // Nobody has its key.
    private static readonly Address Silent = Address.Parse("0x00000000000000000000000000000000000051e7");

    public string Title => "the only node that may answer is silent";

    public async Task<PlayedScene> PlayAsync(SceneStage stage, CancellationToken cancellationToken)
    {
        var model = stage.Library["volatility"];
        // Long enough to be mined before it ends, however seldom this chain makes a block.
        var seconds = ShortestSeconds + (2 * stage.System.BlockSeconds);
        var told = await stage.AskAsync(model, ExampleQuestions.Returns(), cancellationToken, seconds: seconds, assignee: Silent);
        var refunded = await stage.RefundAsync(told, cancellationToken);
        return new PlayedScene(
            told.RequestId, model, "refunded after its deadline",
            new UpCheck("What nobody answered was given back", refunded.Amount == Local.LocalSystem.Fee && refunded.Requester == stage.System.Owner.Address, $"{Units.Format(refunded.Amount, 18)} TEST"));
    }
}
