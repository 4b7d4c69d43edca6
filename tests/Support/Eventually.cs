namespace OpenGradient.Support;

/// <summary>Waiting for what must come. A machine that does much else is slow: patience costs nothing where it comes soon.</summary>
public static class Eventually
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until something is so, and says what was not if it never is.</summary>
    /// <param name="isSo">What must come.</param>
    /// <param name="what">What it is, in words.</param>
    /// <param name="stop">The test's own end.</param>
    /// <param name="more">What is known besides, where it did not come.</param>
    public static async Task UntilAsync(Func<Task<bool>> isSo, string what, CancellationToken stop, Func<string?>? more = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"It never came to this: {what}. {more?.Invoke()}");
            await Task.Delay(Step, stop);
        }
    }

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, string, CancellationToken, Func{string?}?)"/>
    public static Task UntilAsync(Func<bool> isSo, string what, CancellationToken stop, Func<string?>? more = null) =>
        UntilAsync(() => Task.FromResult(isSo()), what, stop, more);
}
