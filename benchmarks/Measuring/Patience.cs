namespace OpenGradient.Benchmarks.Measuring;

/// <summary>Ends a wait in which nothing comes any more. How long all of it takes is for the machine to say, and no reason to end it.</summary>
/// <param name="limit">How long nothing may come.</param>
/// <param name="clock">Whose time it is.</param>
internal sealed class Patience(TimeSpan limit, TimeProvider clock)
{
    private long _since = clock.GetTimestamp();

    /// <summary>Something came.</summary>
    public void Renew() => _since = clock.GetTimestamp();

    /// <summary>Nothing came.</summary>
    /// <param name="missing">What is waited for, for whoever reads the failure.</param>
    /// <exception cref="TimeoutException">For too long.</exception>
    public void Spend(Func<string> missing)
    {
        if (clock.GetElapsedTime(_since) > limit)
            throw new TimeoutException($"{missing()}: nothing came for {limit.TotalMinutes:0} minutes.");
    }
}
