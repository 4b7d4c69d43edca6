using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using OpenGradient.Blobs;
using OpenGradient.Blobs.Reading;
using OpenGradient.Database;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Fetching;

/// <summary>
/// Fetches what rows name by its hash, some at a time, evidence and descriptions in places of their own. What is still to be fetched, how often it was tried and
/// when it is next is in the database: a process that is killed goes on where it was. Indexing never waits for it.
/// </summary>
internal sealed class BlobFetcher : IAsyncDisposable
{
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);
    // Visitors bring news as often as they like.
    private static readonly TimeSpan BetweenNews = TimeSpan.FromMilliseconds(200);

    private readonly IDatabase _database;
    private readonly BlobDesk _desk;
    private readonly FetchOptions _options;
    private readonly CommitSignal _commits;
    private readonly CommitSignal _named = new();
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly BlobNames _names;
    private readonly BlobLane _evidence;
    private readonly BlobLane _descriptions;
    private readonly Random _random;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private volatile bool _isPrepared;
    private long? _toldAt;

    public BlobFetcher(
        IDatabase database, IReadOnlyList<EventFamily> families, BlobDesk desk, FetchOptions options, CommitSignal commits, ILogger logger, TimeProvider clock, Random? random = null)
    {
        (_database, _desk, _options, _commits, _logger, _clock) = (database, desk, options, commits, logger, clock);
        (_names, _random) = (new BlobNames(families), random ?? new Random());
        var places = options.MaxAtOnce / 2;
        _evidence = new BlobLane(database, BlobTurn.Evidence, options.MaxAtOnce - places, FetchAsync, clock);
        _descriptions = new BlobLane(database, BlobTurn.Descriptions, places, FetchAsync, clock);
    }

    public void Start()
    {
        if (_desk.Reader is null)
            return;
        _running = Task.WhenAll(
        [
            RepeatAsync(LookAsync, _commits),
            .. ((BlobLane[])[_evidence, _descriptions]).SelectMany(lane => Enumerable.Range(0, lane.Places).Select(_ => RepeatAsync(stop => WorkAsync(lane, stop), _named))),
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _evidence.Dispose();
        _descriptions.Dispose();
        _stop.Dispose();
    }

    /// <summary>Looks for new names once, and makes the attempts that are due, until none is.</summary>
    public async Task StepAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        await Task.WhenAll(_evidence.DrainAsync(cancellationToken), _descriptions.DrainAsync(cancellationToken));
        await TellAsync(cancellationToken);
    }

    private async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        var wasAsked = await TakeNewsAsync(cancellationToken);
        var (hasNews, hasMore) = await _names.LookAsync(_database, _clock, cancellationToken);
        if (wasAsked || hasNews)
            _named.Ring();
        if (_toldAt is not { } told || _clock.GetElapsedTime(told) >= LookAnyway)
            await TellAsync(cancellationToken);
        return hasMore ? TimeSpan.Zero : _desk.HasNews ? BetweenNews : LookAnyway;
    }

    private async Task<TimeSpan> WorkAsync(BlobLane lane, CancellationToken cancellationToken)
    {
        // Where the sources are others, all is counted anew first.
        if (!_isPrepared)
            return LookAnyway;
        var pause = await lane.WorkAsync(cancellationToken) is { } next ? next - _clock.GetUtcNow() : LookAnyway;
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause < LookAnyway ? pause : LookAnyway;
    }

    private async Task<bool> TakeNewsAsync(CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var (evicted, recalled) = _desk.TakeNews();
        if (_isPrepared && evicted.Count == 0 && recalled.Count == 0)
            return false;
        await _database.WriteAsync(
            async session =>
            {
                if (!_isPrepared)
                    await BlobTable.HoldSourcesAsync(session, _desk.Fingerprint, now);
                foreach (var hash in evicted)
                    await BlobTable.EvictAsync(session, hash);
                foreach (var hash in recalled)
                    await BlobTable.RecallAsync(session, hash, now);
            },
            cancellationToken);
        _isPrepared = true;
        return true;
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        var (waiting, givenUp) = await _database.ReadAsync(
            async session => (await BlobTable.CountAsync(session, BlobRow.Waiting), await BlobTable.CountAsync(session, BlobRow.GivenUp)), cancellationToken);
        _desk.Tell(waiting, givenUp);
        _toldAt = _clock.GetTimestamp();
    }

    private async Task FetchAsync(BlobRow row, CancellationToken cancellationToken)
    {
        var reading = await _desk.Reader!.ReadAsync(new BlobRequest(row.Name) { MaxBytes = row.MaxBytes }, cancellationToken);
        MetadataReading? read = null;
        // In use until it is written that it is here: what leaves the cache before would be held for ever.
        using var blob = (reading as BlobReading.Found)?.Blob;
        if (reading is BlobReading.Found(var found, var source) && row.Is(BlobKinds.Metadata) && (read = await DescribeAsync(row, found, cancellationToken)) is null)
            reading = new BlobReading.Corrupt([source]) { Faults = [new SourceFault(source, SourceFaultKind.Corrupt, "It changed while it was read.")] };

        var now = _clock.GetUtcNow();
        var after = FetchPolicy.After(row, reading, _options, now, Spread());
        await _database.WriteAsync(session => BlobTable.WriteAsync(session, after, read, now.ToUnixTimeMilliseconds()), cancellationToken);
        Tell(after, reading, read);
    }

    // Null where the file is not any more what it was when it was checked.
    private static async Task<MetadataReading?> DescribeAsync(BlobRow row, BlobLease blob, CancellationToken cancellationToken)
    {
        if (blob.Length > MetadataDocument.MaxBytes)
            return new MetadataReading.Faulty($"It has more than {MetadataDocument.MaxBytes} bytes.");
        try
        {
            var bytes = await blob.ReadAllAsync(MetadataDocument.MaxBytes, cancellationToken);
            return BlobHash.Of(bytes) == row.Name ? MetadataDocument.Read(bytes) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private void Tell(BlobRow after, BlobReading reading, MetadataReading? read)
    {
        _desk.Count(after.State == BlobRow.Held);
        if (after.State == BlobRow.Held)
            _logger.BlobFetched(after.Name.ToString(), after.Source!, after.Length ?? 0);
        if (after.State == BlobRow.GivenUp)
            _logger.BlobGivenUp(after.Name.ToString(), after.Attempts, FetchPolicy.Explain(reading, after.MaxBytes));
        if (read is MetadataReading.Faulty(var fault))
            _logger.DescriptionFaulty(after.Name.ToString(), fault);
    }

    [SuppressMessage("Security", "CA5394", Justification = "It spreads attempts; no secret depends on it.")]
    private double Spread()
    {
        lock (_random)
            return _random.NextDouble();
    }

    // On a thread of the pool, since nobody waits for the first step.
    private Task RepeatAsync(Func<CancellationToken, Task<TimeSpan>> step, CommitSignal bell) => Task.Run(() => RepeatAsync(step, bell, _stop.Token), CancellationToken.None);

    private async Task RepeatAsync(Func<CancellationToken, Task<TimeSpan>> step, CommitSignal bell, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var next = bell.Next;
            TimeSpan pause;
            try
            {
                pause = await step(cancellationToken);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // What rings is no reason to go on: whoever failed rests.
                _logger.FetchingBroke(AfterFailure, failure);
                (pause, next) = (AfterFailure, Task.Delay(AfterFailure, _clock, cancellationToken));
            }

            if (pause > TimeSpan.Zero)
            {
                await Task.WhenAny(next, Task.Delay(pause, _clock, cancellationToken))
                    .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }
}
