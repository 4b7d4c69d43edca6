using OpenGradient.Blobs.S3;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Indexer.Fetching;

/// <summary>From where blobs are had that rows name by their hash, and how much of them is kept. Without a source nothing is fetched.</summary>
public sealed record FetchOptions
{
    /// <summary>The longest evidence of a key.</summary>
    public const int MaxEvidenceBytes = 1 << 20;

    /// <summary>No source: nothing is fetched.</summary>
    public static FetchOptions None { get; } = new() { CacheFolder = "" };

    /// <summary>Folders of this machine; asked first, and in their order.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>An S3-compatible storage; null for none.</summary>
    public S3Options? S3 { get; init; }

    /// <summary>HTTP gateways of the operator's choice; asked last.</summary>
    public IReadOnlyList<Uri> Gateways { get; init; } = [];

    /// <summary>Where blobs from afar are kept. One process at a time may use it.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>The most that all of those take, whatever is still coming included; from 16 MiB to 1 TiB.</summary>
    public long CacheBytes { get; init; } = 1L << 30;

    /// <summary>How many are fetched at once, half of them evidence and half descriptions; from 2 to 64.</summary>
    public int MaxAtOnce { get; init; } = 4;

    /// <summary>After how many attempts in which every source said that there is none one is given up; from 1 to 1,000. With the pauses below the last is after four days.</summary>
    public int MaxMisses { get; init; } = 30;

    /// <summary>After how many attempts one is given up all the same, though sources could not be asked; from 1 to 10,000. With the pauses below the last is after three months.</summary>
    public int MaxAttempts { get; init; } = 400;

    /// <summary>How long one that was given up rests at least, whoever names it anew; from 1 min to 30 d.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The pauses between attempts.</summary>
    public BackoffPolicy Backoff { get; init; } = new() { First = TimeSpan.FromSeconds(2), Longest = TimeSpan.FromHours(6) };

    /// <summary>How long one source may take for one blob; from 20 s to 10 min.</summary>
    public TimeSpan SourceTimeout { get; init; } = TimeSpan.FromMinutes(1);

    public bool HasSource => Folders.Count > 0 || S3 is not null || Gateways.Count > 0;

    public FetchOptions Validated()
    {
        Within(CacheBytes, 16L << 20, 1L << 40, nameof(CacheBytes));
        Within(MaxAtOnce, 2, 64, nameof(MaxAtOnce));
        Within(MaxMisses, 1, 1_000, nameof(MaxMisses));
        Within(MaxAttempts, 1, 10_000, nameof(MaxAttempts));
        Within(Rest, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30), nameof(Rest));
        Within(SourceTimeout, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(10), nameof(SourceTimeout));
        return this;
    }

    private static void Within<T>(T value, T least, T most, string name)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            throw new ArgumentOutOfRangeException(name, value, $"This lies between {least} and {most}.");
    }
}
