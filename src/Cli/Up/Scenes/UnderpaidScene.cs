using System.Net.Http.Json;
using OpenGradient.Cli.Up.Local;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;

namespace OpenGradient.Cli.Up.Scenes;

/// <summary>The fee is less than any node works for: all turn it away and say why, it stays open, and the fee comes back.</summary>
internal sealed class UnderpaidScene : IScene
{
    // Long enough to be judged by its fee, and not by its time.
    private const ulong SpareSeconds = 6;

    private static readonly UInt256 Fee = Units.Parse("0.01", 18);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    public string Title => "a fee that nobody works for";

    public async Task<PlayedScene> PlayAsync(SceneStage stage, CancellationToken cancellationToken)
    {
        var model = stage.Library["volatility"];
        var seconds = LocalNode.LeastSeconds(stage.System.BlockSeconds) + SpareSeconds;
        var told = await stage.AskAsync(model, ExampleQuestions.Returns(), cancellationToken, Fee, seconds);
        var reasons = await Task.WhenAll(stage.Nodes.Select(node => ReasonAsync(node, told.RequestId, cancellationToken)));
        var state = await stage.System.Hub.CallStateOfAsync(told.RequestId, cancellationToken: cancellationToken);
        var refunded = await stage.RefundAsync(told, cancellationToken);
        return new PlayedScene(
            told.RequestId, model, "turned away, and refunded",
            new UpCheck(
                "Every node turned it away, and its page says why",
                (Contracts.Hub.Stage)state.Stage == Contracts.Hub.Stage.Open && Array.TrueForAll(reasons, reason => reason.StartsWith(nameof(TurnAwayReason.FeeTooLow), StringComparison.Ordinal)),
                reasons[0]),
            new UpCheck("Its fee was given back", refunded.Amount == Fee, $"{Units.Format(refunded.Amount, 18)} TEST"));
    }

    // What a node's own page says of a request; it may not have heard of it yet.
    private static async Task<string> ReasonAsync(LocalNode node, Hash32 requestId, CancellationToken cancellationToken)
    {
        using var http = CommandHttp.Open(node.Page);
        for (var tries = 0; tries < 100; tries++)
        {
            using var response = await http.GetAsync(new Uri($"/api/jobs/{requestId}", UriKind.Relative), cancellationToken);
            if (response.IsSuccessStatusCode && await response.Content.ReadFromJsonAsync(UpJson.Default.JobDetails, cancellationToken) is { Job.TurnedAway: { } reason })
                return reason;
            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }

        return $"{node.Name} said nothing.";
    }
}

[System.Text.Json.Serialization.JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[System.Text.Json.Serialization.JsonSerializable(typeof(JobDetails))]
internal sealed partial class UpJson : System.Text.Json.Serialization.JsonSerializerContext;
