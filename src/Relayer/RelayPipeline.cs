using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Pipeline;

namespace OpenGradient.Relayer;

/// <summary>
/// The straight line of one request, and the table of contents of this service:
///
///     follower → <see cref="HubSink"/> stores what the chain tells          Chain/
///     → jobs that are due are leased                                        Jobs/
///     → <see cref="StepPolicy"/> says what is next, and so on at each turn
///     → <see cref="IPreparer"/> admits, fetches the input, runs the model   Admission/ Execution/
///     → <see cref="Desk"/> files the answer, orders claims and batches      Claiming/ Settlement/
///     → the transaction queue sends them, and the chain tells what came of it.
///
/// All state is in the database. Whatever this process holds is leased: if it ends here or is overtaken, another goes on from what was filed.
/// </summary>
public sealed class RelayPipeline(
    JobStore store, StepPolicy steps, IPreparer preparer, Desk desk, IChainWatch chain, JobSignal signal, PipelineOptions options, PipelineMeter meter,
    ILogger<RelayPipeline> logger, TimeProvider clock) : IDisposable
{
    private const int MostPerFiling = 256;

    // How often leases are looked after at the least.
    private static readonly TimeSpan KeepAtLeastEvery = TimeSpan.FromSeconds(5);

    private readonly PlacesInHand _inHand = new(options.MostInHand);
    private readonly SemaphoreSlim _workers = new(options.Workers);
    private readonly Channel<DeskItem> _pile = Channel.CreateUnbounded<DeskItem>(new UnboundedChannelOptions { SingleReader = true });

    private readonly JobsInHand _held = new();
    private CancellationToken _closed;
    private long _keptLeases = clock.GetTimestamp();

    /// <summary>How many jobs are in hand.</summary>
    public int InHand => _inHand.Taken;

    /// <summary>
    /// Works until it is asked to stop: then it takes nothing more, and finishes what is in hand within <see cref="PipelineOptions.DrainTime"/>.
    /// </summary>
    public Task RunAsync(CancellationToken stopping) => RunAsync(stopping, stopping);

    /// <inheritdoc cref="RunAsync(CancellationToken)"/>
    /// <param name="closing">From then on it takes on nothing new: it runs no request, claims none, and only goes on with those that have an answer.</param>
    /// <param name="stopping">From then on it takes nothing at all.</param>
    public async Task RunAsync(CancellationToken closing, CancellationToken stopping)
    {
        using var closed = CancellationTokenSource.CreateLinkedTokenSource(closing, stopping);
        using var abandon = new CancellationTokenSource();
        _closed = closed.Token;
        var filing = FileAllAsync(abandon.Token);
        try
        {
            await LeaseAllAsync(abandon.Token, stopping);
        }
        finally
        {
            await DrainAsync(abandon);
            _pile.Writer.TryComplete();
            await filing;
        }
    }

    public void Dispose()
    {
        _inHand.Dispose();
        _workers.Dispose();
    }

#pragma warning disable CA1031 // The loop outlasts whatever happens to one turn: it says so, and waits.
    private async Task LeaseAllAsync(CancellationToken abandon, CancellationToken stopping)
    {
        for (var failures = 0; !stopping.IsCancellationRequested;)
        {
            try
            {
                await KeepLeasesAsync(stopping);
                if (chain.IsCatchingUp)
                    await Task.Delay(options.Poll, clock, stopping);
                else if (!await LeaseOnceAsync(abandon, stopping))
                    await RestAsync(stopping);
                failures = 0;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                failures++;
                logger.LeasingFailed(failure, failures);
                await options.Backoff.RestAsync(failures, clock, stopping);
            }
        }
    }
#pragma warning restore CA1031

    // Only this loop takes leases: what is ours and not in hand here was lost on the way. What is in hand may wait for a worker longer than a lease lasts.
    private async Task KeepLeasesAsync(CancellationToken stopping)
    {
        var every = options.LeaseTime / 6;
        if (clock.GetElapsedTime(_keptLeases) < (every < KeepAtLeastEvery ? every : KeepAtLeastEvery))
            return;
        _keptLeases = clock.GetTimestamp();
        var released = await store.KeepOnlyAsync(_held.Ids, options.LeaseTime, stopping);
        if (released > 0)
            logger.ForgottenReleased(released);
    }

    private async Task<bool> LeaseOnceAsync(CancellationToken abandon, CancellationToken stopping)
    {
        var room = await _inHand.TakeAsync(MostPerFiling, stopping);
        IReadOnlyList<LeasedJob> leased = [];
        try
        {
            leased = await store.LeaseDueAsync(room, options.LeaseTime, Wanted, stopping);
        }
        finally
        {
            if (leased.Count < room)
                _inHand.GiveBack(room - leased.Count);
        }

        foreach (var job in leased)
        {
            var taking = _held.Take(job);
            if (taking == Taking.Begins)
                Begin(job, abandon);
            else if (taking == Taking.Known)
                _inHand.GiveBack();
        }

        return leased.Count > 0;
    }

    private void Begin(LeasedJob job, CancellationToken abandon)
    {
        // What is to be run and came too late for that is given back as it is.
        if (!_closed.IsCancellationRequested && steps.Next(job.Job, chain.Now) is NextStep.Prepare)
            _ = PrepareAsync(job, abandon);
        else
            _pile.Writer.TryWrite(new DeskItem(job));
    }

    private WantedJobs Wanted => _closed.IsCancellationRequested ? WantedJobs.Answered : WantedJobs.All;

    private async Task RestAsync(CancellationToken stopping)
    {
        var next = await store.NextDueAsync(Wanted, stopping);
        var wait = next is { } due && due - clock.GetUtcNow() is var left && left < options.Poll ? left : options.Poll;
        await signal.WaitAsync(wait, clock, stopping);
    }

    // Never throws: whatever happens to one request, the others go on.
    private async Task PrepareAsync(LeasedJob leased, CancellationToken abandon)
    {
        await _workers.WaitAsync(CancellationToken.None);
        try
        {
            using var limit = new CancellationTokenSource(options.PrepareLimit, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, abandon);
            var started = clock.GetTimestamp();
            using var stage = RequestTrace.Start("prepare", leased.Job.RequestId);
            var preparation = await TryPrepareAsync(leased.Job, either.Token, abandon);
            stage?.SetTag("outcome", PipelineMeter.NameOf(preparation));
            meter.Prepared(preparation, clock.GetElapsedTime(started));
            _pile.Writer.TryWrite(ItemOf(leased, preparation));
        }
        finally
        {
            _workers.Release();
        }
    }

#pragma warning disable CA1031 // One request that breaks the preparer is that request's failure, told in its job, and not the relayer's end.
    private async Task<Preparation> TryPrepareAsync(Job job, CancellationToken cancellationToken, CancellationToken abandon)
    {
        try
        {
            return await preparer.PrepareAsync(job, cancellationToken);
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            return new Preparation.Delayed("The relayer was stopped.", AtOnce: true);
        }
        catch (OperationCanceledException)
        {
            return new Preparation.Unavailable($"It took longer than {options.PrepareLimit.TotalSeconds:0} s.");
        }
        catch (DatabaseException failure)
        {
            return new Preparation.Delayed(failure.Message);
        }
        catch (Exception failure)
        {
            logger.PreparationBroke(failure, job.RequestId);
            return new Preparation.Unavailable($"{failure.GetType().Name}: {failure.Message}");
        }
    }
#pragma warning restore CA1031

    private DeskItem ItemOf(LeasedJob leased, Preparation preparation)
    {
        switch (preparation)
        {
            case Preparation.Answered answered:
                return new DeskItem(leased) { NewAnswer = answered.Answer };
            case Preparation.Refused refused:
                logger.TurnedAway(leased.Job.RequestId, refused.Reason.Reason, refused.Reason.Details);
                return new DeskItem(leased) { NewTurnedAway = refused.Reason };
            case Preparation.Delayed delayed:
                var wait = delayed.AtOnce ? TimeSpan.Zero : options.WaitFor(clock.GetUtcNow() - leased.Job.FoundAt, delayed.Reason);
                Tell(leased.Job.RequestId, delayed, wait);
                return new DeskItem(leased) { NotBefore = clock.GetUtcNow() + wait, NotBeforeReason = delayed.Reason };
            case Preparation.Unavailable unavailable:
                var failures = leased.Job.FailedRuns + 1;
                logger.RunFailed(leased.Job.RequestId, failures, unavailable.Details);
                return failures >= options.MostRuns
                    ? new DeskItem(leased) { RunFailed = true, NewTurnedAway = new TurnedAway(TurnAwayReason.CannotRun, unavailable.Details) }
                    : new DeskItem(leased) { RunFailed = true, NotBefore = clock.GetUtcNow() + options.Backoff.After(failures, spread: 0.5) };
            default:
                throw new InvalidOperationException("There is an end of preparing that the pipeline does not know.");
        }
    }

    private void Tell(Hash32 requestId, Preparation.Delayed delayed, TimeSpan wait)
    {
        switch (delayed.Reason)
        {
            // Anybody can put as many of these to the hub as they pay for, and give their inputs to nobody.
            case WaitingFor.ItsInput:
                meter.LookedForInput();
                logger.InputNotGiven(requestId, wait);
                break;
            case WaitingFor.BetterTerms:
                logger.TermsWaited(requestId, wait, delayed.Details);
                break;
            default:
                logger.PreparationDelayed(requestId, wait, delayed.Details);
                break;
        }
    }

    private async Task FileAllAsync(CancellationToken abandon)
    {
        List<DeskItem> items = [];
        while (await _pile.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (items.Count < MostPerFiling && _pile.Reader.TryRead(out var item))
                items.Add(item);
            await FileAsync(items, abandon);
            foreach (var item in items)
            {
                // What waited for it has room of its own.
                _inHand.GiveBack();
                if (_held.PutDown(item.Leased.Job.RequestId) is { } next)
                    Begin(next, abandon);
            }

            items.Clear();
            // What was filed may be due again at once.
            signal.Ring();
        }
    }

#pragma warning disable CA1031 // The desk must outlast whatever happens to one filing: its jobs are leased, and due again when that ends.
    private async Task FileAsync(List<DeskItem> items, CancellationToken abandon)
    {
        var started = clock.GetTimestamp();
        for (var failures = 1; ; failures++)
        {
            try
            {
                await desk.FileAsync(items, mayClaim: !_closed.IsCancellationRequested, CancellationToken.None);
                meter.Filed(items.Count, clock.GetElapsedTime(started));
                return;
            }
            catch (Exception failure)
            {
                logger.FilingFailed(failure, items.Count, failures);
                if (abandon.IsCancellationRequested || clock.GetElapsedTime(started) > options.LeaseTime - options.PrepareLimit)
                    return;
                await options.Backoff.RestAsync(failures, clock, abandon);
            }
        }
    }
#pragma warning restore CA1031

    private async Task DrainAsync(CancellationTokenSource abandon)
    {
        var started = clock.GetTimestamp();
        while (InHand > 0 && clock.GetElapsedTime(started) < options.DrainTime)
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, CancellationToken.None);
        if (InHand > 0)
            logger.DrainEnded(InHand);
        await abandon.CancelAsync();
        while (InHand > 0 && clock.GetElapsedTime(started) < options.DrainTime + options.DrainTime)
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, CancellationToken.None);
    }
}
