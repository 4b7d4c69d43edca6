namespace OpenGradient.Ethereum.Following;

/// <summary>
/// How many blocks to ask for at once. Grows while answers are small and quick, shrinks when they are not, and remembers for a while what
/// an endpoint refused. Immutable: each result gives the next policy.
/// </summary>
public sealed record RangePolicy
{
    private const double MaxGrowth = 2;

    /// <summary>So many successes after a refusal until more is tried again: limits of results depend on where in the chain one is.</summary>
    private const int SuccessesUntilRetry = 32;

    // Few, since nobody knows yet how much is in them, and nothing is stored before the first answer is there.
    private ulong _blocks = 32;
    private ulong? _ceiling;
    private int _successes;

    /// <summary>How many blocks the next question should span; at least one.</summary>
    public ulong Blocks
    {
        get => Math.Clamp(_blocks, 1, Math.Min(Most, _ceiling ?? Most));
        init => _blocks = value;
    }

    public ulong Most { get; init; } = 10_000;

    /// <summary>The number of logs that an answer should have; together with <see cref="TargetTime"/> it bounds memory and latency.</summary>
    public int TargetLogs { get; init; } = 5_000;

    /// <summary>The time that an answer should take.</summary>
    public TimeSpan TargetTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After an answer to a question that spanned <paramref name="asked"/> blocks.</summary>
    public RangePolicy AfterAnswer(ulong asked, int logs, TimeSpan elapsed)
    {
        var factor = Math.Min(MaxGrowth, Math.Min(
            logs == 0 ? MaxGrowth : (double)TargetLogs / logs,
            elapsed <= TimeSpan.Zero ? MaxGrowth : TargetTime / elapsed));
        var retry = _ceiling is not null && _successes + 1 >= SuccessesUntilRetry;
        var grown = this with { _ceiling = retry ? null : _ceiling, _successes = retry ? 0 : _successes + 1 };
        // A range cut short by the end of the chain says nothing about longer ones, unless it was already too much.
        return factor >= 1 && asked < Blocks ? grown : grown with { _blocks = Scale(asked, factor) };
    }

    /// <summary>
    /// After the endpoint refused <paramref name="asked"/> blocks as too many, perhaps saying how many it would take. Without its word the
    /// half is good enough: a search for the last block that passes costs more refusals than it gains.
    /// </summary>
    public RangePolicy AfterRefusal(ulong asked, ulong? suggested)
    {
        var next = suggested is { } most and > 0 && most < asked ? most : Math.Max(1, asked / 2);
        return this with { _blocks = next, _ceiling = next, _successes = 0 };
    }

    /// <summary>After a question that was not answered, or whose answer was refused: a shorter one might hold.</summary>
    public RangePolicy AfterSilence(ulong asked) => this with { _blocks = Math.Max(1, asked / 2), _successes = 0 };

    private static ulong Scale(ulong blocks, double factor) => (ulong)Math.Clamp(blocks * factor, 1, long.MaxValue);
}
