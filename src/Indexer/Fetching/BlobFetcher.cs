using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using OpenGradient.Blobs;
using OpenGradient.Blobs.Reading;
using OpenGradient.Database;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Fetching;

/// <summary>
/// Fetches what rows name by its hash, some at a time. What is still to be fetched, how often it was tried and when it is next is in the database: a process
/// that is killed goes on where it was. Indexing never waits for it.
/// </summary>
internal sealed class BlobFetcher(
    IDatabase database, IReadOnlyList<EventFamily> families, BlobDesk desk, FetchOptions options, CommitSignal commits, ILogger logger, TimeProvider clock, Random? random = null)
    : IAsyncDisposable
{
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);

    private readonly BlobNames _names = new(families);
    private readonly Random _random = random ?? new Random();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private bool _isPrepared;
    private long? _toldAt;

    public void Start()
    {
        if (desk.Reader is not null)
            _running = Task.Run(() => RunAsync(_stop.Token), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    /// <summary>Looks for new names, and makes the attempts that are due. Gives how long to wait: nothing where there may be more.</summary>
    public async Task<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        await TakeNewsAsync(cancellationToken);
        var hasMore = await _names.LookAsync(database, clock, cancellationToken);
        var due = await database.ReadAsync(session => BlobTable.DueAsync(session, clock.GetUtcNow().ToUnixTimeMilliseconds(), options.Batch), cancellationToken);
        await Parallel.ForEachAsync(
            due, new ParallelOptions { MaxDegreeOfParallelism = options.MaxAtOnce, CancellationToken = cancellationToken },
            async (row, stop) => await FetchAsync(desk.Reader!, row, stop));
        if (due.Count > 0 || _toldAt is not { } told || clock.GetElapsedTime(told) >= LookAnyway)
            await TellAsync(cancellationToken);
        var next = await database.ReadAsync(BlobTable.NextAtAsync, cancellationToken);
        if (hasMore)
            return TimeSpan.Zero;
        var pause = next is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) - clock.GetUtcNow() : LookAnyway;
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause < LookAnyway ? pause : LookAnyway;
    }

    private async Task TakeNewsAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var (evicted, recalled) = desk.TakeNews();
        if (_isPrepared && evicted.Count == 0 && recalled.Count == 0)
            return;
        await database.WriteAsync(
            async session =>
            {
                if (!_isPrepared)
                    await BlobTable.HoldSourcesAsync(session, desk.Fingerprint, now);
                foreach (var hash in evicted)
                    await BlobTable.EvictAsync(session, hash);
                foreach (var hash in recalled)
                    await BlobTable.RecallAsync(session, hash, now);
            },
            cancellationToken);
        _isPrepared = true;
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        var (waiting, givenUp) = await database.ReadAsync(
            async session => (await BlobTable.CountAsync(session, BlobRow.Waiting), await BlobTable.CountAsync(session, BlobRow.GivenUp)), cancellationToken);
        desk.Tell(waiting, givenUp);
        _toldAt = clock.GetTimestamp();
    }

    private async Task FetchAsync(BlobReader reader, BlobRow row, CancellationToken cancellationToken)
    {
        var reading = await reader.ReadAsync(new BlobRequest(row.Name) { MaxBytes = row.MaxBytes }, cancellationToken);
        MetadataReading? read = null;
        if (reading is BlobReading.Found(var blob, var source))
        {
            using (blob)
            {
                if (row.Is(BlobKinds.Metadata) && (read = await DescribeAsync(row, blob, cancellationToken)) is null)
                    reading = new BlobReading.Corrupt([source]) { Faults = [new SourceFault(source, SourceFaultKind.Corrupt, "It changed while it was read.")] };
            }
        }

        var now = clock.GetUtcNow();
        var after = FetchPolicy.After(row, reading, options, now, Spread());
        await database.WriteAsync(session => BlobTable.WriteAsync(session, after, read, now.ToUnixTimeMilliseconds()), cancellationToken);
        Tell(after, read);
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

    private void Tell(BlobRow after, MetadataReading? read)
    {
        desk.Count(after.State == BlobRow.Held);
        if (after.State == BlobRow.Held)
            logger.BlobFetched(after.Name.ToString(), after.Source!, after.Length ?? 0);
        if (after.State == BlobRow.GivenUp)
            logger.BlobGivenUp(after.Name.ToString(), after.Attempts, after.Reason!);
        if (read is MetadataReading.Faulty(var fault))
            logger.DescriptionFaulty(after.Name.ToString(), fault);
    }

    [SuppressMessage("Security", "CA5394", Justification = "It spreads attempts; no secret depends on it.")]
    private double Spread()
    {
        lock (_random)
            return _random.NextDouble();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var next = commits.Next;
            TimeSpan pause;
            try
            {
                pause = await StepAsync(cancellationToken);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // A commit is no reason to look: whoever failed rests.
                logger.FetchingBroke(AfterFailure, failure);
                (pause, next) = (AfterFailure, Task.Delay(AfterFailure, clock, cancellationToken));
            }

            if (pause > TimeSpan.Zero)
            {
                await Task.WhenAny(next, Task.Delay(pause, clock, cancellationToken))
                    .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }
}
