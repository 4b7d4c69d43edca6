namespace OpenGradient.Blobs.Reading;

/// <summary>What came of asking one place for one blob.</summary>
internal abstract record SourceReading
{
    private SourceReading()
    {
    }

    /// <summary>The blob, checked.</summary>
    public sealed record Got(BlobLease Lease) : SourceReading;

    /// <summary>Not from this place.</summary>
    public sealed record Failed(SourceFaultKind Kind, string Reason) : SourceReading;

    /// <summary>From no place at all: there is no room for it here.</summary>
    public sealed record NoRoom(string Reason) : SourceReading;
}
