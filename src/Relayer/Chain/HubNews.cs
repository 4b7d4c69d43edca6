using System.Diagnostics.CodeAnalysis;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Chain;

/// <summary>What one event of the hub says about a request, as far as it moves the request or our work on it.</summary>
public abstract record HubNews(Hash32 RequestId)
{
    /// <summary>It was asked, and waits for an answer.</summary>
    public sealed record Asked(IHubContract.RequestedEvent Event) : HubNews(Event.RequestId);

    /// <summary>What it asks for beside.</summary>
    public sealed record Specified(Hash32 RequestId, IHubContract.Terms Terms) : HubNews(RequestId);

    /// <param name="RequestId">The request.</param>
    /// <param name="Node">Who alone may settle for a while.</param>
    /// <param name="Until">Active time after which another may claim.</param>
    /// <param name="Claims">How many claims ran out before.</param>
    public sealed record Claimed(Hash32 RequestId, Address Node, ulong Until, byte Claims) : HubNews(RequestId);

    /// <summary>Its claim was given back, and it waits again.</summary>
    public sealed record Released(Hash32 RequestId) : HubNews(RequestId);

    /// <summary>A quorum has begun to seal its answers.</summary>
    public sealed record Sealing(Hash32 RequestId) : HubNews(RequestId);

    public sealed record Settled(IHubContract.SettledEvent Event) : HubNews(Event.RequestId);

    /// <summary>A node's answer was not taken; nothing about the request changed.</summary>
    public sealed record NotTaken(Hash32 RequestId, Address Node, Refusal Refusal) : HubNews(RequestId);

    public sealed record Raised(Hash32 RequestId, ulong Until, IHubContract.Settlement Settlement) : HubNews(RequestId);

    public sealed record Contested(Hash32 RequestId) : HubNews(RequestId);

    public sealed record Upheld(Hash32 RequestId) : HubNews(RequestId);

    public sealed record Overturned(Hash32 RequestId, bool IsCorrected, IHubContract.Settlement Settlement) : HubNews(RequestId);

    public sealed record Delivered(Hash32 RequestId, bool Succeeded) : HubNews(RequestId);

    public sealed record Refunded(Hash32 RequestId) : HubNews(RequestId);

    /// <summary>Reads a log of the hub; false for an event that moves no request.</summary>
    public static bool TryRead(Log log, [NotNullWhen(true)] out HubNews? news)
    {
        news =
            IHubContract.RequestedEvent.TryDecode(log, out var asked) ? new Asked(asked)
            : IHubContract.TermsSetEvent.TryDecode(log, out var terms) ? new Specified(terms.RequestId, terms.Terms)
            : IHubContract.ClaimedEvent.TryDecode(log, out var claimed)
                ? new Claimed(claimed.RequestId, claimed.Node, claimed.Until, claimed.Claims)
            : IHubContract.ClaimReleasedEvent.TryDecode(log, out var released) ? new Released(released.RequestId)
            : IHubContract.AnswerSealedEvent.TryDecode(log, out var sealing) ? new Sealing(sealing.RequestId)
            : IHubContract.SettledEvent.TryDecode(log, out var settled) ? new Settled(settled)
            : IHubContract.SubmissionRefusedEvent.TryDecode(log, out var refused)
                ? new NotTaken(refused.RequestId, refused.Node, (Refusal)refused.Refusal)
            : IHubContract.RaisedEvent.TryDecode(log, out var raised) ? new Raised(raised.RequestId, raised.Until, raised.Settlement)
            : IHubContract.ContestedEvent.TryDecode(log, out var contested) ? new Contested(contested.RequestId)
            : IHubContract.UpheldEvent.TryDecode(log, out var upheld) ? new Upheld(upheld.RequestId)
            : IHubContract.OverturnedEvent.TryDecode(log, out var overturned)
                ? new Overturned(overturned.RequestId, overturned.IsCorrected, overturned.Settlement)
            : IHubContract.DeliveredEvent.TryDecode(log, out var delivered) ? new Delivered(delivered.RequestId, delivered.Succeeded)
            : IHubContract.RefundedEvent.TryDecode(log, out var refunded) ? new Refunded(refunded.RequestId)
            : null;
        return news is not null;
    }
}
