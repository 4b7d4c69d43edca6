
namespace OpenGradient.Ethereum.Rpc;

/// <summary>How calls are sent. The defaults suit a provider on the internet; a node beside this process can take more at once.</summary>
public sealed record RpcOptions
{
    /// <summary>How long one attempt may take.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a call may take with its waiting and all its attempts.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>1 never retries: for callers with failover of their own.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>The waits between attempts. An endpoint that asks for more patience gets it.</summary>
    public BackoffPolicy Backoff { get; init; } = new() { First = TimeSpan.FromMilliseconds(200), Longest = TimeSpan.FromSeconds(10) };

    /// <summary>How many messages may be under way at once. What comes meanwhile waits, and small calls that waited share a message.</summary>
    public int MaxConcurrency { get; init; } = 16;

    /// <summary>How many calls may wait; one more is <see cref="RpcError.Overloaded"/>.</summary>
    public int QueueLimit { get; init; } = 10_000;

    /// <summary>
    /// The most calls in one message. Halved by itself for an endpoint that refuses as many, and tried larger again after enough messages
    /// that went well. 1 sends no batches at all.
    /// </summary>
    public int MaxBatchSize { get; init; } = 100;

    /// <summary>How deep an answer may be nested.</summary>
    public int MaxJsonDepth { get; init; } = 64;

    /// <summary>Told of every attempt when it has ended; for measures and for judging an endpoint's health. Must be quick and not throw.</summary>
    public Action<RpcAttempt>? Observe { get; init; }

    internal void Validate()
    {
        Positive(AttemptTimeout, nameof(AttemptTimeout));
        Positive(TotalTimeout, nameof(TotalTimeout));
        Positive(Backoff.First, nameof(Backoff));
        Positive(Backoff.Longest, nameof(Backoff));
        Within(MaxAttempts, 1, 100, nameof(MaxAttempts));
        Within(MaxConcurrency, 1, 10_000, nameof(MaxConcurrency));
        Within(QueueLimit, 0, int.MaxValue, nameof(QueueLimit));
        Within(MaxBatchSize, 1, 10_000, nameof(MaxBatchSize));
        Within(MaxJsonDepth, 8, 1_000, nameof(MaxJsonDepth));
    }

    // The upper bound is that of the timers behind it.
    internal static void Positive(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(24))
            throw new ArgumentOutOfRangeException(name, value, "A duration lies between zero and 24 days.");
    }

    internal static void Within(int value, int least, int most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"This lies between {least} and {most}.");
    }
}

/// <summary>One message that was sent and answered, or not.</summary>
/// <param name="Endpoint">Where to, without credentials.</param>
/// <param name="Method">The method; of a batch that of its first call.</param>
/// <param name="Calls">How many calls the message had.</param>
/// <param name="Elapsed">From sending to the end of the answer.</param>
/// <param name="Error">What kept the message from being answered; errors of single calls in an answered batch are not here.</param>
public sealed record RpcAttempt(string Endpoint, string Method, int Calls, TimeSpan Elapsed, RpcError? Error);
