using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Blobs.Reading;

/// <summary>What a place may cost before the next one is asked.</summary>
public sealed record BlobReaderOptions
{
    /// <summary>The largest blob that is fetched at all: 16 GiB unless told.</summary>
    public long MaxBytes { get; init; } = 16L << 30;

    /// <summary>How long a place may take to answer.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Within this time at least <see cref="StallBytes"/> more must come, or the place is too slow.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <inheritdoc cref="StallTimeout"/>
    public int StallBytes { get; init; } = 64 << 10;

    /// <summary>How long one place may take for one blob, with all attempts.</summary>
    public TimeSpan SourceTimeout { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How often in a row a place is asked that gives less than <see cref="StallBytes"/> each time.</summary>
    public int AttemptsPerSource { get; init; } = 3;

    /// <summary>The waits between them.</summary>
    public BackoffPolicy Backoff { get; init; } = new() { First = TimeSpan.FromMilliseconds(500), Longest = TimeSpan.FromSeconds(15) };

    /// <summary>How many of a request's uris are looked at.</summary>
    public int MaxUris { get; init; } = 8;

    internal void Validate()
    {
        Bounds.Within(MaxBytes, 0, long.MaxValue, nameof(MaxBytes));
        Bounds.Within(StallBytes, 1, int.MaxValue, nameof(StallBytes));
        Bounds.Within(AttemptsPerSource, 1, 100, nameof(AttemptsPerSource));
        Bounds.Within(MaxUris, 0, 1000, nameof(MaxUris));
        Bounds.Duration(AnswerTimeout, nameof(AnswerTimeout));
        Bounds.Duration(StallTimeout, nameof(StallTimeout));
        Bounds.Duration(SourceTimeout, nameof(SourceTimeout));
    }
}
