using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Hosting;

/// <summary>
/// What is done beside following: families that were added later are filled in, and secondary indexes are made once there is nothing left to catch
/// up with. A family that fails is tried again, and keeps none of the others waiting.
/// </summary>
internal sealed class FamilyUpkeep(
    IDatabase database, ChainFollower follower, IndexerOptions options, FollowingStatus status, ILogger logger, TimeProvider clock)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var isWell = true;
            foreach (var family in options.Families)
                isWell &= await TryAsync(() => KeepAsync(family, cancellationToken), cancellationToken);
            await Task.Delay(isWell ? Between : AfterFailure, clock, cancellationToken)
                .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task<bool> TryAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work();
            return true;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            logger.UpkeepBroke(failure, AfterFailure);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private async Task KeepAsync(EventFamily family, CancellationToken cancellationToken)
    {
        var known = await EntriesAsync(cancellationToken);
        // Nobody knows its contracts before everything that announces them is there.
        if (family.AnnouncedBy is { } announcement && known[announcement.Source.Name].GapLast is not null)
            return;
        while (known[family.Name].GapLast is { } last)
        {
            await FillAsync(family, last, cancellationToken);
            if (await FamilyStore.CompleteAsync(database, options.ChainId, family, options.Families, cancellationToken, clock))
            {
                // The head went back for a family that joined it.
                follower.Forget();
                logger.Filled(family.Name);
            }

            known = await EntriesAsync(cancellationToken);
        }

        if (!known[family.Name].IsIndexed && status.Now.Lag <= options.IndexWithinBlocks)
        {
            var started = clock.GetTimestamp();
            await FamilyStore.IndexAsync(database, [family], cancellationToken);
            logger.Indexed(family.Name, Math.Round(clock.GetElapsedTime(started).TotalSeconds, 1));
        }
    }

    private async Task FillAsync(EventFamily family, long last, CancellationToken cancellationToken)
    {
        if (family.FirstBlock.Value > (ulong)last)
            return;
        logger.FillBegan(family.Name, last);
        var lane = new IndexSink(database, options.ChainId, FamilyStore.LaneOf(family), [family], (_, rows) => status.OnFilled(rows), clock);
        var range = new BlockRange(family.FirstBlock, new((ulong)last));
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var observer = new FillObserver(family.Name, range, ends, logger, clock);
        try
        {
            if (await follower.BackfillAsync(family.Filter, range, lane, observer, ends.Token) is { } stop)
                throw new IndexerException($"{family.Name} cannot be filled in.", stop.Advice);
        }
        catch (OperationCanceledException) when (observer.Displaced is { } displaced)
        {
            throw new IndexerException(displaced.Problem, displaced.Remedy);
        }
    }

    private async Task<Dictionary<string, FamilyEntry>> EntriesAsync(CancellationToken cancellationToken) =>
        (await database.ReadAsync(FamilyStore.ReadAsync, cancellationToken)).ToDictionary(entry => entry.Name, StringComparer.Ordinal);
}
