namespace OpenGradient.Relayer.Settlement;

/// <summary>How large batches become, and how long they wait for more.</summary>
public sealed record BatchLimits
{
    public const int MostItems = 128;

    /// <summary>The most answers in one transaction.</summary>
    public int Items { get; init; } = 64;

    /// <summary>The most gas that one transaction asks for; below the 2^24 that a transaction may have since Osaka (EIP-7825).</summary>
    public ulong Gas { get; init; } = 15_000_000;

    /// <summary>The most bytes of one transaction; nodes take no more than 128 KiB into their pools.</summary>
    public int Bytes { get; init; } = 100_000;

    /// <summary>How long an answer waits for others. Each that joins it saves most of a transaction's own cost.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Whoever has to be mined within so many seconds waits for nobody.</summary>
    public ulong UrgentSeconds { get; init; } = 20;

    /// <summary>What is wrong with these limits; null where nothing is.</summary>
    public string? Fault() =>
        Items is < 1 or > MostItems ? $"A batch of {Items} answers is outside 1–{MostItems}."
        : Gas is < 500_000 or > 1 << 24 ? $"{Gas} gas for a batch is outside 500000–{1 << 24}."
        : Bytes is < 8_192 or > 131_072 ? $"{Bytes} bytes for a batch are outside 8192–131072."
        : Wait < TimeSpan.Zero || Wait > TimeSpan.FromMinutes(1) ? $"A batch cannot wait for {Wait}: at most a minute."
        : null;
}
