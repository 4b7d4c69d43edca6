namespace OpenGradient.Blobs;

/// <summary>What came of reading a blob. Whatever happened to the places that were asked in vain stands in <see cref="Faults"/>.</summary>
public abstract record BlobReading
{
    private BlobReading()
    {
    }

    /// <summary>The places that did not bring it, in the order in which they were asked; of a blob that was found, too.</summary>
    public IReadOnlyList<SourceFault> Faults { get; init; } = [];

    /// <summary>For people.</summary>
    public abstract string Explanation { get; }

    public sealed override string ToString() => Explanation;

    /// <summary>Here it is, every byte checked.</summary>
    /// <param name="Blob">The caller's to dispose of; until then the file stays where it is.</param>
    /// <param name="Source">Which place brought it, <see cref="Caching.BlobCache.SourceName"/> for the cache.</param>
    public sealed record Found(BlobLease Blob, string Source) : BlobReading
    {
        public override string Explanation => $"{Blob.Hash} came from {Source}, {Blob.Length} bytes.";
    }

    /// <summary>Every place answered, and none has it.</summary>
    public sealed record NotFound : BlobReading
    {
        public override string Explanation => Faults.Count == 0 ? "There is no place to ask." : $"None of {Faults.Count} places has it.";
    }

    /// <summary>It is larger than was allowed.</summary>
    public sealed record TooLarge(long LimitBytes) : BlobReading
    {
        public override string Explanation => $"It has more than the {LimitBytes} bytes that are allowed.";
    }

    /// <summary>What came was something else than the hash says, and no other place has it.</summary>
    /// <param name="Sources">Who gave it.</param>
    public sealed record Corrupt(IReadOnlyList<string> Sources) : BlobReading
    {
        public override string Explanation => $"What {string.Join(", ", Sources)} gave is not what the hash says.";
    }

    /// <summary>At least one place could not be asked, and no other has it: asking later may help.</summary>
    /// <param name="Reasons">Why, by place.</param>
    public sealed record Unreachable(IReadOnlyList<SourceFault> Reasons) : BlobReading
    {
        public override string Explanation => string.Join(" ", Reasons.Select(fault => $"{fault.Source}: {fault.Reason}"));
    }

    /// <summary>There is no room for it here: the disk is full, or the cache is full of blobs in use. Asking later may help.</summary>
    public sealed record NoRoom(string Reason) : BlobReading
    {
        public override string Explanation => Reason;
    }
}

/// <summary>Why a place did not bring a blob.</summary>
public enum SourceFaultKind
{
    /// <summary>It does not have it.</summary>
    Missing,

    /// <summary>It gave something else: it lies, or its disk does.</summary>
    Corrupt,

    /// <summary>It gave, or announced, more bytes than are allowed.</summary>
    TooLarge,

    /// <summary>It could not be reached, was too slow, broke off too often, or refused.</summary>
    Unreachable,
}

/// <summary>One place that was asked in vain.</summary>
/// <param name="Source">The place's name, without credentials.</param>
/// <param name="Kind">What kind of fault it is.</param>
/// <param name="Reason">For people.</param>
public sealed record SourceFault(string Source, SourceFaultKind Kind, string Reason)
{
    /// <summary>Whether a stranger named the place; the others are the operator's own.</summary>
    public bool IsStrangers { get; init; }
}
