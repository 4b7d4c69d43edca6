namespace OpenGradient.Blobs;

/// <summary>
/// A place that may have blobs. What it gives is its word and no more: nothing of it was checked. Whoever wants a blob asks
/// <see cref="Reading.BlobReader"/>, which checks every byte.
/// </summary>
public interface IBlobSource
{
    /// <summary>What the place is called in logs and results. Never holds a credential.</summary>
    string Name { get; }

    /// <summary>Whether it is of this machine, so that asking it waits for nobody else.</summary>
    bool IsHere => false;

    /// <summary>Opens what the place says is the blob. Only cancelling throws.</summary>
    /// <param name="hash">Which blob.</param>
    /// <param name="offset">From which byte on. A place that cannot start there gives all of it, and says so.</param>
    /// <param name="cancellationToken">Ends the asking; what was opened is read with tokens of its own.</param>
    Task<BlobOffer> OpenAsync(BlobHash hash, long offset, CancellationToken cancellationToken);
}

/// <summary>A place that also takes blobs.</summary>
public interface IBlobStore : IBlobSource
{
    /// <summary>
    /// Stores what a stream holds, from where it stands to its end, under its hash. When this gives <see cref="BlobWriting.Stored"/>, it
    /// is there for good: a crash afterwards loses nothing, and one before leaves nothing half-written under that name.
    /// </summary>
    /// <param name="content">Readable and seekable, since some places must know hash and length before the first byte. Stays the caller's.</param>
    /// <param name="cancellationToken">Ends the storing.</param>
    Task<BlobWriting> PutAsync(Stream content, CancellationToken cancellationToken);
}

/// <summary>What a place answered.</summary>
public abstract record BlobOffer
{
    private BlobOffer()
    {
    }

    /// <summary>Bytes that the place says are the blob's.</summary>
    /// <param name="Stream">The taker's to dispose of.</param>
    /// <param name="Offset">Where in the blob the stream begins: what was asked for, or zero.</param>
    /// <param name="TotalLength">How long the blob is, as far as the place says so.</param>
    public sealed record Content(Stream Stream, long Offset, long? TotalLength) : BlobOffer
    {
        /// <summary>Where the same bytes lie as a file of this machine, so that nobody need copy them; null where they do not.</summary>
        public string? LocalFile { get; init; }
    }

    /// <summary>The place does not have it.</summary>
    public sealed record Missing : BlobOffer;

    /// <summary>The place could not be asked, or refused.</summary>
    /// <param name="Reason">For people; without credentials.</param>
    /// <param name="MayPass">Whether asking again may help.</param>
    public sealed record Failed(string Reason, bool MayPass) : BlobOffer;
}

/// <summary>What came of storing a blob.</summary>
public abstract record BlobWriting
{
    private BlobWriting()
    {
    }

    /// <summary>It is there.</summary>
    /// <param name="Hash">What it is called.</param>
    /// <param name="Length">How many bytes it has.</param>
    /// <param name="WasThere">Whether it was there before.</param>
    public sealed record Stored(BlobHash Hash, long Length, bool WasThere) : BlobWriting;

    /// <summary>It has more bytes than the place takes.</summary>
    public sealed record TooLarge(long LimitBytes) : BlobWriting;

    /// <summary>The disk, or a quota, is full. Nothing was stored.</summary>
    public sealed record NoRoom(string Reason) : BlobWriting;

    /// <summary>The place could not be reached, or refused. It is not known whether the blob is there; storing it again is safe.</summary>
    public sealed record Failed(string Reason) : BlobWriting;
}
