namespace OpenGradient.Relayer.Versions;

/// <summary>How much a shelf holds, and how long it looks for what is not on it.</summary>
public sealed record ShelfOptions
{
    /// <summary>The most memory, in bytes, that versions take which are kept or in use, together with artifacts that are being looked through.</summary>
    public long MemoryBytes { get; init; } = 2L << 30;

    /// <summary>How many versions are got at once. Strangers say where some of them are, and may be slow.</summary>
    public int MostLoading { get; init; } = 16;

    /// <summary>How long whoever asks waits. What takes longer is got all the same, for who asks again.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long getting a version may take. What has come by then is on the disk, and the next attempt goes on from there.</summary>
    public TimeSpan LoadLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many verdicts about versions that are not run are remembered.</summary>
    public int MostVerdicts { get; init; } = 1_024;
}
