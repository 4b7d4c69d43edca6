using System.Security.Cryptography;
using OpenGradient.Cli.Request;
using OpenGradient.Cli.Up.Local;
using OpenGradient.Cli.Up.Scenes;
using OpenGradient.Client;
using OpenGradient.Client.Answers;
using OpenGradient.Client.Nodes;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.ReceiptBundles;

namespace OpenGradient.Cli.Up.Attesting;

/// <summary>
/// The attested node is asked through a relay what only it can read, beside the chain and through the hub. A client looks at its evidence and at the register
/// before it sends anything, and opens what was settled. Once the node's workload is revoked, neither the client nor the gateway goes on.
/// </summary>
internal sealed class PrivateScene(LocalAttestation attestation, LocalRelay relay, LocalNode node) : IScene
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _revoked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Title => "an attested node is asked privately";

    /// <summary>Completes when nothing more is asked that should be answered: what runs there may be revoked then.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Tells it that what runs there was revoked.</summary>
    public void TellRevoked() => _revoked.TrySetResult();

    public async Task<PlayedScene> PlayAsync(SceneStage stage, CancellationToken cancellationToken)
    {
        try
        {
            return await PlayToTheEndAsync(stage, cancellationToken);
        }
        finally
        {
            _asked.TrySetResult();
        }
    }

    private async Task<PlayedScene> PlayToTheEndAsync(SceneStage stage, CancellationToken cancellationToken)
    {
        var (system, model, input) = (stage.System, stage.Library["volatility"], ExampleQuestions.Returns());
        using var http = PrivateClient.OpenHttp();
        var client = ClientOf(system, http);
        var strict = await ClientOf(system, http, isStrict: true).ExamineAsync(node.Address, cancellationToken);
        var trusted = await UntilAsync(
            () => client.ExamineAsync(node.Address, cancellationToken), seen => (seen as NodeExamination.Trusted)?.Node, cancellationToken);
        var fault = await FaultAsync(stage, trusted, cancellationToken);

        var order = new PrivateOrder { VersionId = model.VersionId, Input = input, PriceCap = LocalSystem.Fee };
        var beside = await client.AskAsync(trusted, order, cancellationToken: cancellationToken);
        var (told, answer) = await AskThroughHubAsync(stage, client, trusted, order, cancellationToken);
        var settled = await stage.Events.NextAsync<IHubContract.SettledEvent>(told.RequestId, cancellationToken);
        _asked.TrySetResult();

        var receipt = SignedReceipt.Of(system.Network.ChainId, system.Deployment.Hub, told, settled);
        var opened = receipt with { Input = answer.Input, InputSalt = answer.InputSalt, Output = answer.Output, OutputSalt = answer.OutputSalt };
        var agrees = beside is PrivateOutcome.Answered(var first) && await stage.Library.AgreesAsync(model, input, first.Output!.Value, cancellationToken)
            && await stage.Library.AgreesAsync(model, input, answer.Output!.Value, cancellationToken);
        await _revoked.Task.WaitAsync(Limit, TimeProvider.System, cancellationToken);
        var refused = await UntilAsync(
            () => client.AskAsync(trusted, order, cancellationToken: cancellationToken),
            outcome => outcome is PrivateOutcome.Refused { Reason: PrivateRefusal.KeyNotCurrent } said ? said : null, cancellationToken);
        var revoked = await FaultAsync(stage, trusted, cancellationToken);
        return new PlayedScene(
            told.RequestId, model, $"opened by who asked (emulated): {TensorText.Show(answer.Output!.Value)}",
            new UpCheck(
                "Who asks privately looks first: the evidence, for a policy that takes emulated ones, and the register",
                strict is NodeExamination.Refused && fault is null, $"{trusted.Verdict.TeeType}, root {trusted.Verdict.RootLabel}"),
            new UpCheck("It is answered through a relay, with a receipt by the registered key", agrees, $"epoch {trusted.KeyEpoch}, key {trusted.Signer}"),
            new UpCheck(
                "The hub settles commitments, and only who asked can open them",
                told.Input.IsEmpty && settled.Output.IsEmpty && opened is { InputFits: true, OutputFits: true } && receipt.Signer == trusted.Signer,
                $"output {settled.Settlement.OutputCommit}"),
            new UpCheck("What runs there is revoked: the gateway opens nothing more, and the register says why", revoked is not null, $"{refused.Reason}; {revoked?.Detail}"));
    }

    private PrivateClient ClientOf(LocalSystem system, HttpClient http, bool isStrict = false)
    {
        var options = new PrivateClientOptions { Relay = relay.Address, ChainId = system.Network.ChainId, Hub = system.Deployment.Hub, Registry = system.Deployment.Keys, Time = Limit };
        var (policy, anchors) = attestation.Trust;
        return new PrivateClient(http, isStrict ? options : options with { Policy = policy, Anchors = anchors }, TimeProvider.System);
    }

    private static async Task<NodeExamination.Refused?> FaultAsync(SceneStage stage, TrustedNode trusted, CancellationToken cancellationToken) =>
        await KeyRegister.FindFaultAsync(
            stage.System.Network.Client, stage.System.Deployment.Keys, trusted, DateTimeOffset.FromUnixTimeSeconds((long)await stage.System.Network.NowAsync(cancellationToken)),
            cancellationToken);

    // The chain is shown a commitment; the node is given what it is of, once it has seen the request.
    private static async Task<(IHubContract.RequestedEvent Told, PrivateAnswer Answer)> AskThroughHubAsync(
        SceneStage stage, PrivateClient client, TrustedNode trusted, PrivateOrder order, CancellationToken cancellationToken)
    {
        var salt = new Hash32(RandomNumberGenerator.GetBytes(Hash32.ByteLength));
        var asked = await stage.RequestAsync(stage.Library["volatility"], order.Input, LocalSystem.Fee, SceneStage.AnswerSeconds, trusted.Address, callbackGas: 0, cancellationToken)
            with
        { Assurance = (byte)Assurance.Attested, Flags = (byte)RequestFlags.Private, InputCommit = PrivateCommitment.Of(salt, order.Input.Span) };
        var told = stage.Told(await stage.System.Owner.SendAsync(stage.System.Hub.PrepareRequestRequestBytes(asked, ReadOnlyMemory<byte>.Empty), cancellationToken));
        var given = order with { Hub = new HubOrder(told.RequestId, salt) };
        var answer = await UntilAsync(
            () => client.AskAsync(trusted, given, cancellationToken: cancellationToken), outcome => (outcome as PrivateOutcome.Answered)?.Answer, cancellationToken);
        return (told, answer);
    }

    // Nodes follow the chain a little behind. What never comes to be is told as the last that was said.
    private static async Task<T> UntilAsync<TSeen, T>(Func<Task<TSeen>> look, Func<TSeen, T?> find, CancellationToken cancellationToken)
        where T : class
    {
        for (var started = TimeProvider.System.GetTimestamp(); ;)
        {
            var seen = await look();
            if (find(seen) is { } found)
                return found;
            if (TimeProvider.System.GetElapsedTime(started) > Limit)
                throw new TimeoutException($"The attested node was asked privately for {Limit.TotalSeconds:0} s, and at last it was: {seen}.");
            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }
    }
}
