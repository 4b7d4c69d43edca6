using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Chain;

/// <summary>Where a request stands by the hub's events: what was told of it, in order, and nothing else.</summary>
/// <param name="Stage">As the hub has it.</param>
/// <param name="Node">Who claimed it, or answered it; zero where nobody has.</param>
/// <param name="Until">Active time: after it a claim can be taken over; from it on an answer is final.</param>
/// <param name="Claims">How many claims ran out.</param>
/// <param name="OutputCommit">The answer that stands; zero where there is none.</param>
/// <param name="IsDelivered">Whether the callback has succeeded.</param>
public sealed record RequestView(Stage Stage, Address Node, ulong Until, byte Claims, Hash32 OutputCommit, bool IsDelivered)
{
    /// <summary>Nothing was told, or what was told was taken back.</summary>
    public static RequestView Unknown { get; } = new(Stage.None, Address.Zero, 0, 0, Hash32.Zero, IsDelivered: false);

    /// <summary>Whether no answer was taken yet, and none has become impossible.</summary>
    public bool AwaitsAnswer => Stage is Stage.Open or Stage.Claimed or Stage.Sealing;

    /// <summary>Whether nothing about the answer can change any more.</summary>
    /// <param name="activeTime">The hub's clock.</param>
    public bool IsFinal(ulong activeTime) => Stage switch
    {
        Stage.Settled or Stage.Failed => activeTime >= Until,
        Stage.Refunded or Stage.Slashed => true,
        _ => false,
    };

    /// <summary>The view after one more event.</summary>
    public RequestView After(HubNews news) => news switch
    {
        HubNews.Asked => Unknown with { Stage = Stage.Open },
        HubNews.Sealing => this with { Stage = Stage.Sealing },
        HubNews.Claimed claimed => this with { Stage = Stage.Claimed, Node = claimed.Node, Until = claimed.Until, Claims = claimed.Claims },
        HubNews.Released => this with { Stage = Stage.Open, Node = Address.Zero, Until = 0 },
        HubNews.Settled { Event: var settled } => this with
        {
            Stage = StageOf(settled.Settlement.OutputCommit),
            Node = settled.Node,
            Until = settled.Until,
            OutputCommit = settled.Settlement.OutputCommit,
        },
        HubNews.Raised raised => this with { Stage = StageOf(OutputCommit), Until = raised.Until },
        HubNews.Contested => this with { Stage = Stage.Challenged },
        HubNews.Upheld => this with { Stage = StageOf(OutputCommit), Until = 0 },
        HubNews.Overturned { IsCorrected: true } corrected => this with
        {
            Stage = Stage.Settled,
            Until = 0,
            OutputCommit = corrected.Settlement.OutputCommit,
        },
        HubNews.Overturned => this with { Stage = Stage.Slashed },
        HubNews.Delivered delivered => this with { IsDelivered = IsDelivered || delivered.Succeeded },
        HubNews.Refunded => this with { Stage = Stage.Refunded },
        _ => this,
    };

    private static Stage StageOf(Hash32 outputCommit) => outputCommit == HubDomain.Failure ? Stage.Failed : Stage.Settled;
}
