using OpenGradient.Cli.Receipt;
using OpenGradient.Cli.Request;
using OpenGradient.Cli.Up.Local;
using OpenGradient.Cli.Up.Scenes;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Cli.Up;

/// <summary>Plays all scenes at once, and tells what came of each.</summary>
internal sealed class NetworkWalk(LocalSystem system, SampleLibrary library, IReadOnlyList<LocalNode> nodes, TimeProvider clock)
{
    private static readonly TimeSpan EventLimit = TimeSpan.FromMinutes(2);

    public async Task<(IReadOnlyList<UpRequest> Requests, IReadOnlyList<UpCheck> Checks)> RunAsync(
        IReadOnlyList<IScene> scenes, CancellationToken cancellationToken)
    {
        var limit = EventLimit + (10 * system.Network.BlockTime);
        await using var events = new HubEvents(system.Network.Client, system.Deployment.Hub, limit, clock, cancellationToken);
        var stage = new SceneStage(system, library, events, nodes, clock);
        var played = await Task.WhenAll(scenes.Select(scene => PlayAsync(scene, stage, cancellationToken)));

        var told = events.All;
        List<RequestStory> stories = [];
        List<UpRequest> requests = [];
        List<UpCheck> checks = [];
        foreach (var (scene, came, failure) in played)
        {
            if (came is null)
            {
                checks.Add(new UpCheck(scene.Title, Held: false, failure));
                continue;
            }

            var story = RequestStory.Of(came.RequestId, told.Where(log => log.Content.Topics.Count >= 2 && log.Content.Topics[1] == came.RequestId))
                ?? throw new InvalidOperationException($"The follower told nothing of {came.RequestId}.");
            stories.Add(story);
            requests.Add(await RowAsync(scene, came, story, events, cancellationToken));
            checks.AddRange(came.Checks);
        }

        checks.AddRange(await NetworkChecks.RunAsync(system, told, stories, cancellationToken));
        return (requests, checks);
    }

    // One scene that does not come to its end takes nothing from the others.
    private static async Task<(IScene Scene, PlayedScene? Came, string Failure)> PlayAsync(IScene scene, SceneStage stage, CancellationToken cancellationToken)
    {
        try
        {
            return (scene, await scene.PlayAsync(stage, cancellationToken), string.Empty);
        }
        catch (TimeoutException late)
        {
            return (scene, null, late.Message);
        }
        catch (ContractRevertedException refused)
        {
            return (scene, null, IHubContract.ErrorOf(refused.Reason)?.ToString() ?? refused.Message);
        }
    }

    private async Task<UpRequest> RowAsync(IScene scene, PlayedScene came, RequestStory story, HubEvents events, CancellationToken cancellationToken)
    {
        var state = await system.Hub.CallStateOfAsync(story.RequestId, cancellationToken: cancellationToken);
        var output = story.Settled?.Output ?? ReadOnlyMemory<byte>.Empty;
        return new UpRequest
        {
            RequestId = story.RequestId.ToString(),
            Scene = scene.Title,
            Model = came.Model.Name,
            Assurance = ((Assurance)story.Requested.Request.Assurance).ToString(),
            State = ((Stage)state.Stage).ToString(),
            Came = came.Came,
            Output = output.IsEmpty ? null : Hex.Encode(output.Span),
            Answer = output.IsEmpty ? null : TensorText.Show(output),
            Node = story.Settlement is { } answer ? NameOf(answer.Node) : null,
            LatencyMs = events.Between(IHubContract.RequestedEvent.Topic0, IHubContract.SettledEvent.Topic0, story.RequestId)?.TotalMilliseconds,
            Gas = await GasAsync(story, events.All, cancellationToken),
            VerifyBy = came.VerifyBy,
        };
    }

    private string NameOf(Address node) => nodes.FirstOrDefault(one => one.Address == node)?.Name ?? node.ToString();

    private async Task<UpGas> GasAsync(RequestStory story, IReadOnlyList<LocatedLog> told, CancellationToken cancellationToken)
    {
        var claim = told.LastOrDefault(log => log.Content.Topics.Count >= 2 && log.Content.Topics[0] == IHubContract.ClaimedEvent.Topic0 && log.Content.Topics[1] == story.RequestId);
        var together = CountOf(IHubContract.SettledEvent.Topic0, story.SettledAt);
        return new UpGas(
            (await UsedAsync(story.RequestedAt, cancellationToken) ?? 0) / (ulong)Math.Max(1, CountOf(IHubContract.RequestedEvent.Topic0, story.RequestedAt)),
            await UsedAsync(claim, cancellationToken),
            await UsedAsync(story.SettledAt, cancellationToken) is { } settled ? settled / (ulong)together : null,
            together);

        int CountOf(Hash32 topic, LocatedLog? at) => told.Count(log => log.TransactionHash == at?.TransactionHash && log.Content.Topics[0] == topic);
    }

    private async Task<ulong?> UsedAsync(LocatedLog? log, CancellationToken cancellationToken) =>
        log is null ? null : (await system.Network.Client.GetTransactionReceiptAsync(log.TransactionHash, cancellationToken))?.GasUsed;
}
