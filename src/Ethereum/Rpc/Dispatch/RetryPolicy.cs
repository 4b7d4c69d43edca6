namespace OpenGradient.Ethereum.Rpc;

/// <summary>Whether and when to try again; decides, and does nothing.</summary>
internal static class RetryPolicy
{
    private const long InternalError = -32603;
    private const long ResourceUnavailable = -32002;

    private static readonly string[] TransientWords = ["timeout", "timed out", "unavailable", "try again", "overloaded", "busy"];

    /// <summary>The wait before the next attempt, or null when there should be none.</summary>
    /// <param name="options">How often and how long.</param>
    /// <param name="error">What the last attempt brought.</param>
    /// <param name="isRepeatable">Whether asking twice does no harm.</param>
    /// <param name="attempt">How many attempts there were.</param>
    /// <param name="random">From 0 to 1; spreads the attempts of many callers.</param>
    public static TimeSpan? DelayAfter(RpcOptions options, RpcError error, bool isRepeatable, int attempt, double random)
    {
        if (attempt >= options.MaxAttempts || !MayHelp(error, isRepeatable))
            return null;

        var delay = options.Backoff.After(attempt, random);
        return error is RpcError.RateLimited { RetryAfter: { } wait } && wait > TimeSpan.Zero ? wait + delay : delay;
    }

    private static bool MayHelp(RpcError error, bool isRepeatable) => error switch
    {
        // The request was turned away unread.
        RpcError.RateLimited => true,
        RpcError.Transport transport => (isRepeatable || !transport.MayHaveArrived) && (transport.HttpStatus is not { } status || IsTransient(status)),
        RpcError.Timeout or RpcError.Malformed => isRepeatable,
        RpcError.Provider provider => isRepeatable && IsTransient(provider),
        _ => false,
    };

    /// <summary>Whether an HTTP status says that things may be otherwise soon.</summary>
    public static bool IsTransient(int status) => status is 408 or 425 or (>= 500 and not (501 or 505));

    // A query that took the node too long takes as long the next time, unless it is made smaller.
    private static bool IsTransient(RpcError.Provider error) =>
        error.Code is InternalError or ResourceUnavailable
        && TransientWords.Any(word => error.Message.Contains(word, StringComparison.OrdinalIgnoreCase))
        && !error.Message.Contains("range", StringComparison.OrdinalIgnoreCase);
}
