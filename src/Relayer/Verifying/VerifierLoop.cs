using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Pipeline;
using OpenGradient.Relayer.Verifying.Duties;
using OpenGradient.Relayer.Verifying.Proofs;

namespace OpenGradient.Relayer.Verifying;

/// <summary>
/// The work of a verifier, and the table of contents of this part:
///
///     follower → <see cref="HubSink"/> stores what hub and court tell, and makes duties of it      Duties/
///     → duties that are due are leased; what was told of each is read in order                      Dossiers/
///     → is another's answer right? run it again, and hold the two against each other                Reviews/
///     → a wrong one is sealed, opened, judged; where we are drawn we seal and reveal                Cases/
///     → or proven wrong, where the version's answers can be proven                                  Proofs/
///     → where a request names us we seal and reveal what the pipeline has found                     Quorums/
///     → a policy says what is next, and it is filed with the transaction that it needs.
///
/// All state is in the database, as in the pipeline: if this process ends here, another goes on from what was filed. What needs a proof has a lane of its own, since
/// proofs are made one at a time: it gets what the next one is made of, takes the turn then and a duty last, and no worker waits for it. Who proves nothing takes none of them
/// that another may be about to take, and looks at the others in that lane's place, one after the other.
/// </summary>
public sealed class VerifierLoop(
    DutyStore store, DutyHandler handler, IChainWatch chain, JobSignal signal, VerifyingOptions options, ILogger<VerifierLoop> logger, TimeProvider clock,
    IChallengeProver? prover = null) : IDisposable
{
    private static readonly BackoffPolicy Backoff = new() { First = TimeSpan.FromMilliseconds(250), Longest = TimeSpan.FromSeconds(15) };

    // A lease may have been taken, or given back, by a transaction that nobody heard the end of.
    private static readonly TimeSpan ForgottenEvery = TimeSpan.FromSeconds(5);

    // Where nothing is proven: how often is looked at what nobody proves.
    private static readonly TimeSpan OverdueEvery = TimeSpan.FromMinutes(1);

    // In one turn of a lane.
    private const int MostLooks = 64;

    private readonly SemaphoreSlim _workers = new(options.Workers);
    // What is leased is in hand before anybody looks for what was forgotten.
    private readonly SemaphoreSlim _leasing = new(1);
    private readonly ConcurrentDictionary<(Hash32 RequestId, DutyKind Kind), byte> _held = new();
    private long _lookedForForgotten = clock.GetTimestamp();
    private Duty? _lastOverdue;

    /// <summary>Works until it is asked to stop, then finishes what is in hand.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAll(LaneAsync(TurnAsync, both), LaneAsync(prover is null ? OverdueTurnAsync : token => ProofTurnAsync(prover, token), both));
        for (var i = 0; i < options.Workers; i++)
            await _workers.WaitAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        _workers.Dispose();
        _leasing.Dispose();
    }

    /// <summary>Does all that is due now, one after another; for tests that look at each step.</summary>
    internal async Task<int> WorkOnceAsync(CancellationToken cancellationToken)
    {
        var leased = await LeaseAsync(options.Workers, prover is null ? DutyLane.Usual : DutyLane.All, cancellationToken);
        foreach (var duty in leased)
        {
            await handler.FetchAsync([duty.Duty], cancellationToken);
            await WorkAsync(duty, cancellationToken);
        }

        return leased.Count + (prover is null ? await WorkOverdueAsync(cancellationToken) : 0);
    }

    // Where one lane breaks the other does not go on alone: whoever runs this is told.
    private async Task LaneAsync(Func<CancellationToken, Task> turn, CancellationTokenSource both)
    {
        try
        {
            await RepeatAsync(turn, both.Token);
        }
        finally
        {
            await both.CancelAsync();
        }
    }

    private async Task RepeatAsync(Func<CancellationToken, Task> turn, CancellationToken stopping)
    {
        for (var failures = 0; !stopping.IsCancellationRequested;)
        {
            try
            {
                await turn(stopping);
                failures = 0;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (DatabaseException failure)
            {
                failures++;
                logger.LeasingFailed(failure, failures);
                await Backoff.RestAsync(failures, clock, stopping);
            }
        }
    }

    private async Task TurnAsync(CancellationToken stopping)
    {
        await ReleaseForgottenAsync(stopping);
        if (chain.IsCatchingUp)
        {
            await Task.Delay(options.Poll, clock, stopping);
            return;
        }

        if (!await LeaseOnceAsync(stopping))
            await RestAsync(stopping);
    }

    private async Task OverdueTurnAsync(CancellationToken stopping)
    {
        await Task.Delay(OverdueEvery, clock, stopping);
        if (!chain.IsCatchingUp)
            await WorkOverdueAsync(stopping);
    }

    // Little is done for each: what is over ends, what was sent is looked after, and the rest is said to wait and stays due. No more than one is leased at a time, so that who comes to prove
    // finds all the others free and no lease runs out before its turn; and a turn goes on where the last one ended, so that those with time to wait have theirs, too.
    private async Task<int> WorkOverdueAsync(CancellationToken stopping)
    {
        for (var looks = 0; looks < MostLooks; looks++)
        {
            if (await LeaseAsync(1, DutyLane.Overdue, stopping, _lastOverdue) is not [var duty])
            {
                _lastOverdue = null;
                return looks;
            }

            _lastOverdue = duty.Duty;
            await WorkAsync(duty, stopping);
        }

        return MostLooks;
    }

    // Whoever settles by proofs takes turns, too: that is waited for with nothing leased, and nothing is fetched while we have it. Most duties of this lane only look after what they have
    // sent, and need no more than a moment of the turn: they are done until one has proven something, or would have to be fetched for.
    private async Task ProofTurnAsync(IChallengeProver proving, CancellationToken stopping)
    {
        var wait = chain.IsCatchingUp ? options.Poll : await UntilDueAsync(DutyLane.Proofs, stopping);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, clock, stopping);
            return;
        }

        await FetchAsync(stopping);
        using var turn = await proving.TakeTurnAsync(stopping);
        for (var looks = 0; looks < MostLooks && await LeaseAsync(1, DutyLane.Proofs, stopping) is [var duty]; looks++)
        {
            if (await WorkAsync(duty, stopping) is not { Order: null, StaysDue: false } filing || filing.FailedRuns != duty.Duty.FailedRuns)
                return;
        }
    }

#pragma warning disable CA1031 // What keeps a duty from being looked at is told in that duty, when it is taken.
    private async Task FetchAsync(CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(options.RunLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        var due = await store.PeekDueAsync(MostLooks, DutyLane.Proofs, stopping);
        try
        {
            await handler.FetchAsync(due, either.Token);
        }
        catch (Exception failure) when (failure is not DatabaseException && !stopping.IsCancellationRequested)
        {
            logger.FetchingBroke(failure, due.Count);
        }
    }
#pragma warning restore CA1031

    // Only this loop takes leases: what is ours and not in hand here was lost on the way.
    private async Task ReleaseForgottenAsync(CancellationToken stopping)
    {
        if (clock.GetElapsedTime(_lookedForForgotten) < ForgottenEvery)
            return;
        _lookedForForgotten = clock.GetTimestamp();
        await _leasing.WaitAsync(stopping);
        try
        {
            var released = await store.ReleaseAllButAsync([.. _held.Keys], stopping);
            if (released > 0)
                logger.ForgottenReleased(released);
        }
        finally
        {
            _leasing.Release();
        }
    }

    private async Task<IReadOnlyList<LeasedDuty>> LeaseAsync(int most, DutyLane lane, CancellationToken stopping, Duty? after = null)
    {
        await _leasing.WaitAsync(stopping);
        try
        {
            var leased = await store.LeaseDueAsync(most, options.LeaseTime, lane, stopping, after);
            foreach (var duty in leased)
                _held[(duty.Duty.RequestId, duty.Duty.Kind)] = 0;
            return leased;
        }
        finally
        {
            _leasing.Release();
        }
    }

    private async Task<bool> LeaseOnceAsync(CancellationToken stopping)
    {
        await _workers.WaitAsync(stopping);
        IReadOnlyList<LeasedDuty> leased = [];
        try
        {
            leased = await LeaseAsync(1, DutyLane.Usual, stopping);
        }
        finally
        {
            if (leased.Count == 0)
                _workers.Release();
        }

        foreach (var duty in leased)
            _ = WorkAndReleaseAsync(duty, stopping);
        return leased.Count > 0;
    }

    private async Task WorkAndReleaseAsync(LeasedDuty leased, CancellationToken stopping)
    {
        try
        {
            await WorkAsync(leased, stopping);
        }
        finally
        {
            _workers.Release();
            signal.Ring();
        }
    }

#pragma warning disable CA1031 // A duty that breaks is that duty's failure: it is tried again after a while, and the others go on.
    private async Task<DutyFiling?> WorkAsync(LeasedDuty leased, CancellationToken stopping)
    {
        try
        {
            using var limit = new CancellationTokenSource(LimitOf(leased), clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
            var filing = await TryHandleAsync(leased, either.Token, stopping);
            await store.FileAsync(filing, CancellationToken.None);
            return filing;
        }
        catch (Exception failure)
        {
            // It could not be filed: its lease is given back soon.
            logger.DutyBroke(failure, leased.Duty.RequestId, leased.Duty.Kind);
            return null;
        }
        finally
        {
            _held.TryRemove((leased.Duty.RequestId, leased.Duty.Kind), out _);
        }
    }

    private async Task<DutyFiling> TryHandleAsync(LeasedDuty leased, CancellationToken limited, CancellationToken stopping)
    {
        var details = $"It took longer than {LimitOf(leased).TotalSeconds:0} s.";
        var failures = leased.Duty.FailedRuns;
        try
        {
            return await handler.HandleAsync(leased, limited);
        }
        catch (OperationCanceledException)
        {
            if (!stopping.IsCancellationRequested)
                failures++;
        }
        catch (Exception failure) when (failure is RpcException or ContractRevertedException or AbiException)
        {
            details = failure.Message;
        }
        catch (Exception failure)
        {
            // A signer that cannot be asked, say: what it was for may have to be done within minutes.
            details = failure.Message;
            logger.DutyBroke(failure, leased.Duty.RequestId, leased.Duty.Kind);
        }

        // What did not fit into its time counts as a failed run; an endpoint that does not answer is no fault of the duty's.
        if (!stopping.IsCancellationRequested)
            logger.DutyDelayed(leased.Duty.RequestId, leased.Duty.Kind, details);
        return new DutyFiling
        {
            Leased = leased,
            DueAt = clock.GetUtcNow() + options.LookAgain,
            // What another may do at once does not wait for our failures.
            StaysDue = prover is null && leased.Duty.Kind == DutyKind.ProofChallenge,
            WaitingFor = DutyWait.AnotherRun,
            FailedRuns = failures,
        };
    }
#pragma warning restore CA1031

    private TimeSpan LimitOf(LeasedDuty leased) => options.RunLimit + (leased.Duty.Kind == DutyKind.ProofChallenge ? options.ProofLimit : TimeSpan.Zero);

    private async Task RestAsync(CancellationToken stopping) => await signal.WaitAsync(await UntilDueAsync(DutyLane.Usual, stopping), clock, stopping);

    private async Task<TimeSpan> UntilDueAsync(DutyLane lane, CancellationToken stopping) =>
        await store.NextDueAsync(lane, stopping) is { } due && due - clock.GetUtcNow() is var left && left < options.Poll ? left : options.Poll;
}
