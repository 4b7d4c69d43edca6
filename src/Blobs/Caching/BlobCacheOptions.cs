namespace OpenGradient.Blobs.Caching;

/// <summary>Where blobs from afar are kept, and how much of them.</summary>
public sealed record BlobCacheOptions
{
    /// <summary>The folder. One process at a time may use it.</summary>
    public required string Folder { get; init; }

    /// <summary>The most that all blobs together may take, those that are still coming included: 64 GiB unless told.</summary>
    public long BudgetBytes { get; init; } = 64L << 30;

    internal void Validate()
    {
        Bounds.Holds(!string.IsNullOrWhiteSpace(Folder), nameof(Folder), "A cache has a folder.");
        Bounds.Within(BudgetBytes, 1, long.MaxValue, nameof(BudgetBytes));
    }
}
