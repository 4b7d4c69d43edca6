using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using OpenGradient.Blobs.Addresses;
using OpenGradient.Blobs.Caching;
using OpenGradient.Blobs.Folders;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Blobs.Reading;

/// <summary>
/// Brings blobs: from the cache, else from the configured places in their order, else from where a stranger says that they are. Every byte
/// is checked before anybody sees it; who lies is named, and the next is asked. Safe for use by many threads.
/// </summary>
/// <param name="sources">The operator's own places, in the order in which they are asked.</param>
/// <param name="cache">Where blobs from afar are kept. Stays the caller's.</param>
/// <param name="uris">Finds the place that a uri means.</param>
/// <param name="options">Limits.</param>
/// <param name="observer">Is told of faults and ends.</param>
/// <param name="clock">The clock of the limits.</param>
/// <param name="random">Spreads retries; no secret depends on it.</param>
public sealed class BlobReader(
    IReadOnlyList<IBlobSource> sources,
    BlobCache cache,
    BlobUris uris,
    BlobReaderOptions? options = null,
    IBlobObserver? observer = null,
    TimeProvider? clock = null,
    Random? random = null)
{
    private readonly BlobReaderOptions _options = Validated(options);
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly Random _random = random ?? new Random();
    private readonly BlobFlights _flights = new();

    /// <summary>Brings one blob. Whatever places do, there is a result; only cancelling throws.</summary>
    public async Task<BlobReading> ReadAsync(BlobRequest request, CancellationToken cancellationToken = default)
    {
        var started = _clock.GetTimestamp();
        var limit = Math.Min(request.MaxBytes, _options.MaxBytes);
        while (true)
        {
            var (reading, isOwn) = await _flights.RunAsync(
                request, (progress, stop) => FetchAsync(request, limit, progress, stop), cancellationToken);
            // Others may have asked elsewhere, and allowed less: their failure says nothing about what this one may find.
            if (!isOwn && reading is not BlobReading.Found)
                continue;
            if (reading is BlobReading.Found(var blob, _) && blob.Length > limit)
            {
                blob.Dispose();
                reading = new BlobReading.TooLarge(limit) { Faults = reading.Faults };
            }

            observer?.OnReading(request.Hash, reading, _clock.GetElapsedTime(started));
            return reading;
        }
    }

    private static BlobReaderOptions Validated(BlobReaderOptions? options)
    {
        options ??= new BlobReaderOptions();
        options.Validate();
        return options;
    }

    private async Task<BlobReading> FetchAsync(
        BlobRequest request, long limit, IProgress<BlobProgress> progress, CancellationToken cancellationToken)
    {
        List<SourceFault> faults = [];
        if (await TryCacheAsync(request.Hash, faults, cancellationToken) is { } cached)
            return new BlobReading.Found(cached, BlobCache.SourceName) { Faults = faults };

        try
        {
            using var partial = cache.BeginPartial(request.Hash);
            await partial.LoadAsync(cancellationToken);
            foreach (var (source, isStrangers) in SourcesFor(request, faults))
            {
                var fetch = new SourceFetch(source, request.Hash, limit, _options, _clock, _random, progress);
                switch (await fetch.RunAsync(partial, cancellationToken))
                {
                    case SourceReading.Got(var lease):
                        if (!partial.IsOver)
                            partial.Discard();
                        return new BlobReading.Found(lease, source.Name) { Faults = faults };
                    case SourceReading.Failed(var kind, var reason):
                        Note(request.Hash, faults, new SourceFault(source.Name, kind, reason) { IsStrangers = isStrangers });
                        break;
                    case SourceReading.NoRoom(var reason):
                        return new BlobReading.NoRoom(reason) { Faults = faults };
                }
            }
        }
        catch (IOException full) when (DurableFile.IsFull(full))
        {
            return new BlobReading.NoRoom("The disk under the cache is full.") { Faults = faults };
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            return new BlobReading.NoRoom($"The cache cannot be written: {broken.Message}") { Faults = faults };
        }

        return Conclude(faults, limit);
    }

    // Asking later helps against places that could not be asked, so that they come first; then whoever lies must be told of.
    private static BlobReading Conclude(IReadOnlyList<SourceFault> faults, long limit)
    {
        BlobReading reading =
            faults.Where(MayBeMended).ToArray() is { Length: > 0 } unreachable ? new BlobReading.Unreachable(unreachable)
            : Of(SourceFaultKind.Corrupt) is { Length: > 0 } corrupt ? new BlobReading.Corrupt([.. corrupt.Select(fault => fault.Source)])
            : Of(SourceFaultKind.TooLarge).Length > 0 ? new BlobReading.TooLarge(limit)
            : new BlobReading.NotFound();
        return reading with { Faults = faults };

        static bool MayBeMended(SourceFault fault) =>
            fault.Kind == SourceFaultKind.Unreachable || fault is { Kind: SourceFaultKind.Refused, IsStrangers: false };

        SourceFault[] Of(SourceFaultKind kind) => [.. faults.Where(fault => fault.Kind == kind)];
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The lease goes to whoever asked, or is disposed of.")]
    private async Task<BlobLease?> TryCacheAsync(BlobHash hash, List<SourceFault> faults, CancellationToken cancellationToken)
    {
        if (cache.TryLease(hash) is not { } lease)
            return null;

        var reason = "Its file has another hash by now.";
        try
        {
            await using var file = lease.OpenRead();
            if (new BlobHash(new Hash32(await SHA256.HashDataAsync(file, cancellationToken))) == hash)
                return lease;
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            reason = broken.Message;
        }
        catch
        {
            lease.Dispose();
            throw;
        }

        cache.Discard(hash);
        lease.Dispose();
        Note(hash, faults, new SourceFault(BlobCache.SourceName, SourceFaultKind.Corrupt, reason));
        return null;
    }

    private IEnumerable<(IBlobSource Source, bool IsStrangers)> SourcesFor(BlobRequest request, List<SourceFault> faults)
    {
        foreach (var source in sources.Where(source => source.IsHere || !request.IsOnlyHere))
            yield return (source, false);
        if (request.IsOnlyHere)
            yield break;
        foreach (var uri in request.Uris.Take(_options.MaxUris))
        {
            switch (uris.Resolve(uri))
            {
                case UriMeaning.Place(var source):
                    yield return (source, true);
                    break;
                case UriMeaning.Refused(var shown, var reason):
                    Note(request.Hash, faults, new SourceFault(shown, SourceFaultKind.Refused, reason) { IsStrangers = true });
                    break;
                default:
                    // Any configured place: they were asked already.
                    break;
            }
        }
    }

    private void Note(BlobHash hash, List<SourceFault> faults, SourceFault fault)
    {
        faults.Add(fault);
        observer?.OnFault(hash, fault);
    }
}
