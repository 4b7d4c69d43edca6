namespace OpenGradient.Contracts.Hub;

/// <summary>Where a request stands.</summary>
public enum Stage : byte
{
    None,
    Open,
    Claimed,
    Settled,

    /// <summary>Settled by a receipt that says the input cannot be run.</summary>
    Failed,
    Challenged,
    Refunded,
    Slashed,

    /// <summary>A quorum is sealing its answers.</summary>
    Sealing,
}
