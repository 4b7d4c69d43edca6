using OpenGradient.Cli.Request;
using OpenGradient.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.ReceiptBundles;

namespace OpenGradient.Cli.Up.Scenes;

/// <summary>A model is asked, a node answers, and its answer is the one that this program comes to by itself.</summary>
internal sealed class AnsweredScene(string model, Func<ReadOnlyMemory<byte>> question, Func<ReadOnlyMemory<byte>, string?>? reading = null) : IScene
{
    public string Title => $"{model} is asked";

    public async Task<PlayedScene> PlayAsync(SceneStage stage, CancellationToken cancellationToken)
    {
        var asked = stage.Library[model];
        var input = question();
        var told = await stage.AskAsync(asked, input, cancellationToken);
        var settled = await stage.Events.NextAsync<IHubContract.SettledEvent>(told.RequestId, cancellationToken);
        var answer = settled.Settlement;
        var signed = SignedReceipt.Of(stage.System.Network.ChainId, stage.System.Deployment.Hub, told, settled);
        var isSame = await stage.Library.AgreesAsync(asked, input, settled.Output, cancellationToken) && Keccak256.Hash(settled.Output.Span) == answer.OutputCommit;
        var node = stage.Nodes.FirstOrDefault(node => node.Address == answer.Node);
        return new PlayedScene(
            told.RequestId, asked, "answered",
            new UpCheck(
                $"{model}: a node's receipt has the answer that the published artifact gives", isSame && node is not null && signed.Signer == answer.Node,
                reading?.Invoke(settled.Output) ?? TensorText.Show(settled.Output)));
    }
}
