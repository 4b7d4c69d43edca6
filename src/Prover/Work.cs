namespace OpenGradient.Prover;

/// <summary>How much of the machine a piece of work may take, and when it must stop.</summary>
/// <param name="Threads">At least 1.</param>
/// <param name="CancellationToken">Work that is cancelled ends within a second and leaves nothing behind.</param>
public readonly record struct Work(int Threads, CancellationToken CancellationToken)
{
    /// <summary>On all cores.</summary>
    public static Work OnAllCores(CancellationToken cancellationToken) => new(Environment.ProcessorCount, cancellationToken);

    /// <summary>Does so many things side by side; each gets a number.</summary>
    internal void ForEach(int count, Action<int> action)
    {
        if (Threads == 1)
        {
            for (var i = 0; i < count; i++)
            {
                CancellationToken.ThrowIfCancellationRequested();
                action(i);
            }

            return;
        }

        Parallel.For(0, count, Options, action);
    }

    /// <summary>The same where each thread has something of its own that is costly to make, and leaves it in the end.</summary>
    internal void ForEach<TOwn>(int count, Func<TOwn> make, Action<int, TOwn> action, Action<TOwn> leave)
    {
        if (Threads == 1)
        {
            var own = make();
            ForEach(count, i => action(i, own));
            leave(own);
            return;
        }

        Parallel.For(
            0,
            count,
            Options,
            make,
            (i, _, own) =>
            {
                action(i, own);
                return own;
            },
            leave);
    }

    /// <summary>Cuts a range into parts that are long enough to be worth a thread.</summary>
    internal void ForRanges(int length, int least, Action<int, int> action)
    {
        var parts = Math.Clamp(length / least, 1, 4 * Threads);
        ForEach(parts, part => action((int)((long)length * part / parts), (int)((long)length * (part + 1) / parts)));
    }

    private ParallelOptions Options => new() { MaxDegreeOfParallelism = Threads, CancellationToken = CancellationToken };
}
