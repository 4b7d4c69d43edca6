using OpenGradient.Ethereum.Rpc;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Pipeline;

/// <summary>How much is done at once, and how patiently.</summary>
public sealed record PipelineOptions
{
    /// <summary>How many requests are prepared at once: inputs are fetched and models run.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>How many jobs are in hand at once; what else is due stays in the database.</summary>
    public int MostInHand { get; init; } = 256;

    /// <summary>How long a job may be in hand before another may take it; more than preparing takes.</summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long preparing one request may take.</summary>
    public TimeSpan PrepareLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>When to look for due jobs though nothing rang: others may have written them.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often running a request is tried.</summary>
    public int MostRuns { get; init; } = 5;

    /// <summary>The waits between failed runs, and after a failure of the database.</summary>
    public BackoffPolicy Backoff { get; init; } = new() { First = TimeSpan.FromMilliseconds(250), Longest = TimeSpan.FromSeconds(15) };

    /// <summary>How long to wait at the most for what is not to be had.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long to wait at the least for prices and stake, which change with blocks, and at the most for whoever proves.</summary>
    public TimeSpan TermsWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long what is in hand may take to be finished when the relayer is asked to stop.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for what was not to be had: the longer it has been missing, the longer.</summary>
    /// <param name="age">Since when the request is known.</param>
    /// <param name="reason">What was not to be had.</param>
    public TimeSpan WaitFor(TimeSpan age, WaitingFor reason)
    {
        // Whoever brings a private input wakes the job itself.
        if (reason == WaitingFor.ItsInput)
            return LongestWait;
        // Whoever proves may be back at any moment, or say its first word of a version, and nothing rings then; to look costs next to nothing.
        if (reason == WaitingFor.Prover)
            return age / 4 < Backoff.First ? Backoff.First : age / 4 > TermsWait ? TermsWait : age / 4;
        var (quarter, least) = (age / 4, reason == WaitingFor.BetterTerms ? TermsWait : Backoff.First);
        return quarter < least ? least : quarter > LongestWait ? LongestWait : quarter;
    }

    /// <summary>What is wrong with these options; null where nothing is.</summary>
    public string? Fault() =>
        Workers is < 1 or > 1_024 ? $"{Workers} workers are outside 1–1024."
        : MostInHand < Workers || MostInHand > 4_096 ? $"{MostInHand} jobs in hand are outside {Workers} (the workers) to 4096."
        : LeaseTime <= PrepareLimit ? $"A lease of {LeaseTime} ends before a preparation may, after {PrepareLimit}."
        : null;
}
