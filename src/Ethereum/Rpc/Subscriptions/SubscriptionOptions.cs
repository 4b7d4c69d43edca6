
namespace OpenGradient.Ethereum.Rpc;

/// <summary>How a subscription is kept.</summary>
public sealed record SubscriptionOptions
{
    /// <summary>How many values may wait to be taken. When one more comes, all are dropped and a gap says so.</summary>
    public int BufferSize { get; init; } = 1024;

    /// <summary>How long the endpoint may say nothing before the connection counts as dead; null for ever, as for logs that are rare.</summary>
    public TimeSpan? StallTimeout { get; init; }

    /// <summary>How long the endpoint may take to answer the request to subscribe.</summary>
    public TimeSpan SubscribeTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The waits before new attempts after a loss.</summary>
    public BackoffPolicy Backoff { get; init; } = new() { First = TimeSpan.FromMilliseconds(200), Longest = TimeSpan.FromSeconds(30) };

    internal void Validate()
    {
        RpcOptions.Within(BufferSize, 1, 1_000_000, nameof(BufferSize));
        if (StallTimeout is { } stall)
            RpcOptions.Positive(stall, nameof(StallTimeout));
        RpcOptions.Positive(SubscribeTimeout, nameof(SubscribeTimeout));
    }
}
