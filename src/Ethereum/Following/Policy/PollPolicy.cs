using OpenGradient.Ethereum.Blocks;

namespace OpenGradient.Ethereum.Following;

/// <summary>
/// When to look for a new block: a fraction of the chain's own block time, which is learnt from the headers. Immutable: each header gives
/// the next policy.
/// </summary>
public sealed record PollPolicy
{
    private const double Weight = 0.2;
    private const double PollsPerBlock = 4;

    /// <summary>A time between two blocks that is longer, or a header that claims so, says nothing about when the next one comes.</summary>
    private const double LongestBlockSeconds = 600;

    /// <summary>Without a new block for so many block times, an endpoint is suspected of having stalled.</summary>
    private const double BlocksUntilQuiet = 4;

    private double? _blockSeconds;
    private ulong? _number;
    private ulong _timestamp;

    public TimeSpan Shortest { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>The time between two blocks, as far as it was learnt; null before that.</summary>
    public TimeSpan? BlockTime => _blockSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    public TimeSpan Interval =>
        _blockSeconds is { } seconds ? Clamp(TimeSpan.FromSeconds(seconds / PollsPerBlock)) : Shortest;

    /// <summary>How long a head may stay the same before other endpoints are asked about it.</summary>
    public TimeSpan QuietAfter => TimeSpan.FromSeconds(Math.Max(_blockSeconds ?? 0, Longest.TotalSeconds)) * BlocksUntilQuiet;

    public PollPolicy AfterHeader(SealedHeader header)
    {
        var (number, timestamp) = (header.Number.Value, header.Header.Timestamp);
        var next = this with { _number = number, _timestamp = timestamp };
        if (_number is not { } before || number <= before || timestamp < _timestamp)
            return next;

        var sample = Math.Min((double)(timestamp - _timestamp) / (number - before), LongestBlockSeconds);
        return next with { _blockSeconds = _blockSeconds is { } average ? average + ((sample - average) * Weight) : sample };
    }

    private TimeSpan Clamp(TimeSpan interval) => interval < Shortest ? Shortest : interval > Longest ? Longest : interval;
}
