using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Relayer.Pipeline;

/// <summary>The rest of a loop after a failure.</summary>
internal static class BackoffRest
{
    /// <summary>Rests the longer, the more often it failed. Returns at once when it is to stop, and says nothing of that: a loop looks at the token itself.</summary>
    public static async Task RestAsync(this BackoffPolicy backoff, int failures, TimeProvider clock, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(backoff.After(failures, spread: 0.5), clock, stopping);
        }
        catch (OperationCanceledException)
        {
            // There is nothing to be undone.
        }
    }
}
