using OpenGradient.Cli.Chain;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Cli.Receipt;

/// <summary>What a hub has told of one request.</summary>
internal sealed record RequestStory
{
    public required Hash32 RequestId { get; init; }

    public required IHubContract.RequestedEvent Requested { get; init; }

    public required LocatedLog RequestedAt { get; init; }

    /// <summary>The first answer; null where there is none.</summary>
    public IHubContract.SettledEvent? Settled { get; init; }

    public LocatedLog? SettledAt { get; init; }

    /// <summary>What stands behind the answer now: raised, or corrected by a proof.</summary>
    public IHubContract.Settlement? Settlement { get; init; }

    public bool WasContested { get; init; }

    public bool WasUpheld { get; init; }

    public IHubContract.OverturnedEvent? Overturned { get; init; }

    /// <summary>Whether the callback was ever tried, and succeeded.</summary>
    public bool? IsDelivered { get; init; }

    public IHubContract.RefundedEvent? Refunded { get; init; }

    public IHubContract.Ask Ask => new(Requested.Request, Requested.Requester, Requested.Nonce);

    public bool IsFailure => Settled?.Settlement.OutputCommit == HubDomain.Failure;

    /// <summary>Looks a request up; null where the hub has told of none.</summary>
    public static async Task<RequestStory?> FindAsync(
        EthereumClient client, Deployment deployment, Hash32 requestId, BlockNumber? from, CancellationToken cancellationToken) =>
        Of(requestId, await LogSearch.FindAsync(
            client, from ?? deployment.FirstBlock, new LogFilter([deployment.Hub], [[], [requestId]]), cancellationToken));

    /// <summary>Puts it together from the hub's logs, in whatever order.</summary>
    public static RequestStory? Of(Hash32 requestId, IEnumerable<LocatedLog> logs)
    {
        RequestStory? story = null;
        foreach (var log in logs.OrderBy(log => log.Block.Number).ThenBy(log => log.LogIndex))
        {
            var told = IHubContract.EventOf(log.Content);
            if (told is IHubContract.RequestedEvent requested && requested.RequestId == requestId)
                story ??= new RequestStory { RequestId = requestId, Requested = requested, RequestedAt = log };
            else if (story is not null)
                story = story.After(told, log);
        }

        return story;
    }

    private RequestStory After(Ethereum.Contracts.IContractEvent? told, LocatedLog log) => told switch
    {
        IHubContract.SettledEvent settled when settled.RequestId == RequestId => this with
        {
            Settled = Settled ?? settled,
            SettledAt = SettledAt ?? log,
            Settlement = settled.Settlement,
        },
        IHubContract.RaisedEvent raised when raised.RequestId == RequestId => this with { Settlement = raised.Settlement },
        IHubContract.ContestedEvent contested when contested.RequestId == RequestId => this with { WasContested = true },
        IHubContract.UpheldEvent upheld when upheld.RequestId == RequestId => this with { WasUpheld = true },
        IHubContract.OverturnedEvent overturned when overturned.RequestId == RequestId => this with
        {
            Overturned = overturned,
            Settlement = overturned.IsCorrected ? overturned.Settlement : Settlement,
        },
        IHubContract.DeliveredEvent delivered when delivered.RequestId == RequestId => this with { IsDelivered = delivered.Succeeded },
        IHubContract.RefundedEvent refunded when refunded.RequestId == RequestId => this with { Refunded = refunded },
        _ => this,
    };
}
