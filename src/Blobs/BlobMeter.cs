using System.Diagnostics.Metrics;
using OpenGradient.Blobs.Caching;

namespace OpenGradient.Blobs;

/// <summary>A reader's numbers as metrics.</summary>
public sealed class BlobMeter : IBlobObserver, IDisposable
{
    public const string MeterName = "OpenGradient.Blobs";

    private static readonly string[] Schemes = ["https", "ipfs", "s3"];

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _faults;
    private readonly Counter<long> _evictions;
    private readonly Histogram<double> _reads;

    /// <param name="cache">Whose size is told, and whose evictions.</param>
    public BlobMeter(BlobCache cache)
    {
        _faults = _meter.CreateCounter<long>("blobs.faults", "{fault}", "Places that did not bring a blob, by source and kind; `corrupt` is one that lies.");
        _evictions = _meter.CreateCounter<long>("blobs.cache.evictions", "{blob}", "Blobs that left the cache to make room.");
        _reads = _meter.CreateHistogram<double>("blobs.read", "s", "The time that a reading took, by result.");
        _meter.CreateObservableGauge("blobs.cache.bytes", () => cache.UsedBytes, "By", "What the cache takes.");
        _meter.CreateObservableGauge("blobs.cache.budget", () => cache.BudgetBytes, "By", "What it may take.");
        cache.OnEvicted = OnEvicted;
    }

    // Strangers could name any number of places, and each would be a series of its own: of theirs only the kind is told.
    public void OnFault(BlobHash hash, SourceFault fault) =>
        _faults.Add(1, new("source", fault.IsStrangers ? SchemeOf(fault.Source) : fault.Source), new("kind", NameOf(fault.Kind)));

    public void OnReading(BlobHash hash, BlobReading reading, TimeSpan elapsed) => _reads.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("result", NameOf(reading)));

    public void OnEvicted(BlobHash hash, long length) => _evictions.Add(1);

    public void Dispose() => _meter.Dispose();

    private static string SchemeOf(string uri) =>
        Array.Find(Schemes, scheme => uri.StartsWith(scheme + "://", StringComparison.Ordinal)) is { } scheme ? $"a stranger's {scheme}" : "a stranger's uri";

    private static string NameOf(SourceFaultKind kind) => kind switch
    {
        SourceFaultKind.Missing => "missing",
        SourceFaultKind.Corrupt => "corrupt",
        SourceFaultKind.TooLarge => "too_large",
        _ => "unreachable",
    };

    private static string NameOf(BlobReading reading) => reading switch
    {
        BlobReading.Found => "found",
        BlobReading.NotFound => "not_found",
        BlobReading.TooLarge => "too_large",
        BlobReading.Corrupt => "corrupt",
        BlobReading.Unreachable => "unreachable",
        _ => "no_room",
    };
}
