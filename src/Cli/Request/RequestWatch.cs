using OpenGradient.Cli.Chain;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using Spectre.Console;

namespace OpenGradient.Cli.Request;

/// <summary>Watches a request at the hub, and says how it goes.</summary>
internal sealed class RequestWatch(ChainSession chain, IAnsiConsole screen, TimeProvider clock)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    private readonly IHubContract _hub = new(chain.Client, chain.Deployment.Hub);

    /// <summary>Waits until there is an answer or the time is over. Gives where the request stands then.</summary>
    public async Task<Stage> WaitAsync(IHubContract.RequestedEvent told, CancellationToken cancellationToken)
    {
        var shown = (Stage.Open, Address.Zero);
        while (true)
        {
            var state = await _hub.CallStateOfAsync(told.RequestId, cancellationToken: cancellationToken);
            var (stage, node) = ((Stage)state.Stage, state.Node);
            if ((stage, node) != shown)
            {
                shown = (stage, node);
                screen.MarkupLineInterpolated($"[grey]{Words(stage, node)}[/]");
            }

            if (stage is not (Stage.Open or Stage.Claimed or Stage.Sealing))
                return stage;
            if ((ulong)(await chain.NowAsync(cancellationToken)).ToUnixTimeSeconds() > told.Request.Deadline || IsLongOver(told))
                return stage;
            await Task.Delay(Poll, clock, cancellationToken);
        }
    }

    private static string Words(Stage stage, Address node) => stage switch
    {
        Stage.Open => "open: nobody has claimed it",
        Stage.Claimed => $"claimed by {node}",
        Stage.Sealing => "its quorum is sealing answers",
        Stage.Settled => "settled",
        Stage.Failed => "settled: the input cannot be run",
        _ => $"{stage}",
    };

    // A chain that makes a block only when there is something to put in shows no time.
    private bool IsLongOver(IHubContract.RequestedEvent told) => clock.GetUtcNow() > Times.Of(told.Request.Deadline) + TimeSpan.FromMinutes(1);
}
