using OpenGradient.Cli.Up.Local;
using OpenGradient.Cli.Up.Scenes;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.ReceiptBundles;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Cli.Up.Attesting;

/// <summary>
/// Attested evidence is asked for, and a node answers by a key that lives in an (emulated) environment. Then what runs there is revoked: its next request is not taken.
/// </summary>
internal sealed class AttestedScene(UpState state, LocalAttestation attestation, LocalNode node, PrivateScene privately) : IScene
{
    private const string NoKey = "no key of ours is valid now";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    public string Title => "an attested node answers, and is revoked";

    public async Task<PlayedScene> PlayAsync(SceneStage stage, CancellationToken cancellationToken)
    {
        var (system, model) = (stage.System, stage.Library["volatility"]);
        var told = await AskAsync(stage, model, cancellationToken);
        var settled = await stage.Events.NextAsync<IHubContract.SettledEvent>(told.RequestId, cancellationToken);
        var receipt = SignedReceipt.Of(system.Network.ChainId, system.Deployment.Hub, told, settled);
        var signer = receipt.Signer;
        var registered = await attestation.Keys.CallSignerOfAsync(node.Address, settled.Settlement.KeyEpoch, cancellationToken: cancellationToken);
        var label = System.Text.Encoding.ASCII.GetString(settled.Settlement.RootLabel.Bytes.TrimEnd((byte)0));

        // While nothing is revoked: what comes later is for the chain to tell.
        var (command, standing) = await new AttestedBundle(state, system, attestation).WriteAsync(receipt, node, cancellationToken);

        // What is asked privately is asked of the same node.
        await privately.Asked.WaitAsync(cancellationToken);
        await system.Owner.SendAsync(attestation.Keys.PrepareRevokeWorkload(attestation.WorkloadId, "played on a local network"), cancellationToken);
        privately.TellRevoked();
        var refused = await AskAsync(stage, model, cancellationToken);
        var said = await SaysAsync(refused.RequestId, cancellationToken);
        var isLeft = IsLeft(said);
        var left = await system.Hub.CallStateOfAsync(refused.RequestId, cancellationToken: cancellationToken);
        return new PlayedScene(
            told.RequestId, model, "answered by an attested key (emulated)",
            new UpCheck(
                "An attested key signed it, and not the node's own", signer is not null && signer == registered && signer != node.Address && settled.Settlement.Node == node.Address,
                $"epoch {settled.Settlement.KeyEpoch}, two of three attesters"),
            new UpCheck("Its receipt says that the environment is emulated", label == "emulated", label),
            new UpCheck("Its receipt can be verified by whoever has the bundle, without asking anybody", standing == Standing.Valid, standing.ToString()),
            new UpCheck("What runs there is revoked, and the next attested request is not taken", isLeft && (Stage)left.Stage == Stage.Open, isLeft ? "no key may sign it" : said))
        {
            VerifyBy = command,
        };
    }

    private static async Task<IHubContract.RequestedEvent> AskAsync(SceneStage stage, LocalModel model, CancellationToken cancellationToken)
    {
        var input = ExampleQuestions.Returns();
        var asked = await stage.RequestAsync(model, input, LocalSystem.Fee, SceneStage.AnswerSeconds, assignee: null, callbackGas: 0, cancellationToken)
            with
        { Assurance = (byte)Assurance.Attested };
        return stage.Told(await stage.System.Owner.SendAsync(stage.System.Hub.PrepareRequestRequestBytes(asked, input), cancellationToken));
    }

    // Turned away; or, where the answer was found before the revocation was told, waiting for a key that may sign it, or refused by the hub.
    private static bool IsLeft(string said) =>
        said.Contains(NoKey, StringComparison.Ordinal) || said.Contains($"\"waitsFor\":\"{WaitingFor.AttestedKey}\"", StringComparison.Ordinal)
        || said.Contains($"\"notTaken\":\"{Refusal.EvidenceRefused}\"", StringComparison.Ordinal);

    // What the node's own page says of a request.
    private async Task<string> SaysAsync(Hash32 requestId, CancellationToken cancellationToken)
    {
        using var http = CommandHttp.Open(node.Page);
        var said = string.Empty;
        for (var started = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(started) < Limit;)
        {
            using var response = await http.GetAsync(new Uri($"/api/jobs/{requestId}", UriKind.Relative), cancellationToken);
            said = await response.Content.ReadAsStringAsync(cancellationToken);
            if (IsLeft(said))
                return said;
            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }

        return said;
    }
}
