using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OpenGradient.Blobs.Addresses;
using OpenGradient.Blobs.Reading;
using OpenGradient.Blobs.Tests.Support;

namespace OpenGradient.Blobs.Tests;

public sealed class BlobMeterTests
{
    [Fact]
    public async Task Names_the_operators_places_and_only_the_kind_of_strangers()
    {
        using var fixture = new ReaderFixture(budgetBytes: 1500);
        using var meter = new BlobMeter(fixture.Cache);
        ConcurrentQueue<string> seen = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == BlobMeter.MeterName)
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen.Enqueue($"{instrument.Name} {value} {Text(tags)}"));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => seen.Enqueue($"{instrument.Name} {Text(tags)}"));
        listener.Start();
        var content = Samples.Bytes(1000);
        var reader = new BlobReader(
            [ScriptedSource.With("liar", Samples.Flipped(content)), ScriptedSource.With("honest", content)], fixture.Cache, new BlobUris(fixture.Http), observer: meter);

        Assert.IsType<BlobReading.Found>(await reader.ReadAsync(new BlobRequest(BlobHash.Of(content)), TestContext.Current.CancellationToken)).Blob.Dispose();
        var next = Samples.Bytes(1000, seed: 2);
        await new BlobReader([ScriptedSource.Without("empty")], fixture.Cache, new BlobUris(fixture.Http), observer: meter)
            .ReadAsync(new BlobRequest(BlobHash.Of(next)) { Uris = ["bad:uri-of-a-stranger"] }, TestContext.Current.CancellationToken);
        await new BlobReader([ScriptedSource.With("honest", next)], fixture.Cache, new BlobUris(fixture.Http), observer: meter)
            .ReadAsync(new BlobRequest(BlobHash.Of(next)), TestContext.Current.CancellationToken);
        listener.RecordObservableInstruments();

        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal)
            {
                "blobs.faults 1 source=liar kind=corrupt", "blobs.faults 1 source=a stranger's uri kind=missing", "blobs.read result=found",
                "blobs.read result=not_found", "blobs.cache.evictions 1 ", "blobs.cache.bytes 1000 ",
            },
            seen.ToHashSet(StringComparer.Ordinal));
        Assert.DoesNotContain(seen, line => line.Contains("uri-of-a-stranger", StringComparison.Ordinal));
    }

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) => string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
}
