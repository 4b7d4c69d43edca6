namespace OpenGradient.Ethereum.Rpc;

/// <summary>What a subscription brings: a value, or the news that values may be missing here.</summary>
public abstract record SubscriptionItem<T>
{
    private SubscriptionItem()
    {
    }

    /// <summary>The endpoint sent this.</summary>
    public sealed record Value(T Item) : SubscriptionItem<T>;

    /// <summary>
    /// Anything may have happened between the last value and the next: whoever needs all of it asks for it by block now. The first item of
    /// every subscription is one.
    /// </summary>
    /// <param name="Cause">What tore the gap.</param>
    /// <param name="Detail">More about it, for people.</param>
    public sealed record Gap(GapCause Cause, string Detail) : SubscriptionItem<T>;
}

/// <summary>Why values may be missing.</summary>
public enum GapCause
{
    /// <summary>The subscription has just begun.</summary>
    Started,

    /// <summary>The connection was lost, and there is a new one.</summary>
    Reconnected,

    /// <summary>The endpoint had fallen silent, and there is a new connection.</summary>
    Stalled,

    /// <summary>Values came faster than they were taken, and those that waited were dropped.</summary>
    Overflowed,

    /// <summary>The endpoint sent something that cannot be read, which was dropped.</summary>
    Unreadable,

    /// <summary>Several attempts in a row to subscribe have failed; more will follow, and nothing comes meanwhile.</summary>
    Failing,
}
