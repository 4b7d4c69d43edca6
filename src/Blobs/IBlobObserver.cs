namespace OpenGradient.Blobs;

/// <summary>Is told what a reader does, for logs and metrics. Calls come from many threads at once; they must be quick and not throw.</summary>
public interface IBlobObserver
{
    /// <summary>A place did not bring a blob. <see cref="SourceFaultKind.Corrupt"/> names one that lies.</summary>
    void OnFault(BlobHash hash, SourceFault fault);

    /// <summary>A reading ended.</summary>
    void OnReading(BlobHash hash, BlobReading reading, TimeSpan elapsed);
}
