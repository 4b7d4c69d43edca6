using OpenGradient.Database;

namespace OpenGradient.Relayer.Hosting;

/// <summary>What was ordered last is sent before the sender stops: a claim that is not settled in time loses its bond.</summary>
internal static class LastOrders
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <param name="sending">The sender, while it runs.</param>
    /// <param name="hasUnsent">Whether anything is not sent yet.</param>
    /// <param name="limit">How long to wait at the most.</param>
    public static async Task SendAsync(Task sending, Func<Task<bool>> hasUnsent, TimeSpan limit)
    {
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            while (!sending.IsCompleted && TimeProvider.System.GetElapsedTime(started) < limit && await hasUnsent())
                await Task.Delay(Poll);
        }
        catch (DatabaseException)
        {
            // Without its database nothing can be sent. It is sent when a relayer starts again.
        }
    }
}
