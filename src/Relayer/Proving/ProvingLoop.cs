using Microsoft.Extensions.Logging;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Inference.Integer;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Proving.Models;
using OpenGradient.Relayer.Proving.Planning;

namespace OpenGradient.Relayer.Proving;

/// <summary>
/// Makes one proof at a time: first those that were begun and lost, then of what waits what the plan says. While one is made, or another has the turn, others come together for
/// the next: only who has the turn leases anything. Whatever it knows is in the database; it may end at any line.
/// </summary>
public sealed class ProvingLoop(
    ProofStore store, MakeProof make, Func<Hash32, CancellationToken, Task<IntegerDescriptor?>> descriptorOf, StepPolicy steps, IChainWatch chain, JobSignal signal,
    ProverTurns turns, ProvingOptions options, ProvingMeter meter, ILogger<ProvingLoop> logger, TimeProvider clock)
{
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(15);
    private const int MostMissing = 1_024;
    private static readonly BackoffPolicy Backoff = new() { First = TimeSpan.FromMilliseconds(500), Longest = TimeSpan.FromSeconds(15) };

    private readonly HashSet<Hash32> _missing = [];

    // More than a proof takes, so that nobody else begins what is being made.
    private TimeSpan Lease => options.Limit + LeaseMargin;

#pragma warning disable CA1031 // The loop outlasts whatever happens to one proof: it says so, and waits.
    public async Task RunAsync(CancellationToken stopping)
    {
        for (var failures = 0; !stopping.IsCancellationRequested;)
        {
            try
            {
                // What the last turn had in hand when it broke: it is made again at once, and not when its lease has ended.
                if (failures > 0)
                    await store.ReleaseAsync(stopping);
                if (chain.IsCatchingUp)
                    await Task.Delay(options.Poll, clock, stopping);
                else
                    await TurnAsync(stopping);
                failures = 0;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                failures++;
                logger.ProvingFailed(failure, failures);
                await BackOffAsync(failures, stopping);
            }
        }
    }
#pragma warning restore CA1031

    private async Task TurnAsync(CancellationToken stopping)
    {
        var plan = await IsBegunDueAsync(stopping) ? null : await PlanAsync(chain.Now, stopping);
        if (plan is { Batch.Count: 0 })
        {
            await RestAsync(plan.LookAgain, stopping);
            return;
        }

        var taking = turns.TakeAsync(stopping);
        var isPlanOld = !taking.IsCompleted;
        using var turn = await taking;
        // What was planned before the turn came may be settled by now, and more may have come together.
        if (await NextAsync(isPlanOld ? null : plan, stopping) is { } proof)
            await MakeAsync(proof, stopping);
    }

    private async Task<ProofInMaking?> NextAsync(ProofPlan? plan, CancellationToken cancellationToken)
    {
        if (await store.LeaseAsync(Lease, cancellationToken) is { } begun)
            return begun;
        var now = chain.Now;
        var batch = (plan ?? await PlanAsync(now, cancellationToken)).Batch;
        return batch.Count == 0 ? null : await store.BeginAsync(
            batch[0].VersionId, [.. batch.Select(item => item.RequestId)], chain.Standing.Payee, now.HeadTime, Lease, cancellationToken);
    }

    private async Task<bool> IsBegunDueAsync(CancellationToken cancellationToken) =>
        await store.NextDueAsync(cancellationToken) is { } due && due <= clock.GetUtcNow();

    private async Task<ProofPlan> PlanAsync(Moment now, CancellationToken cancellationToken)
    {
        List<ProofItem> waiting = [];
        foreach (var together in (await store.WaitingAsync(cancellationToken)).GroupBy(job => job.Job.Ask.Request.VersionId))
        {
            if (await DescriptorAsync(together.Key, cancellationToken) is { } descriptor)
                waiting.AddRange(together.SelectMany(job => steps.Next(job.Job, now) is NextStep.Prove(var before) ? ItemsOf(job, before, descriptor) : []));
        }

        meter.Waiting = waiting.Count;
        return ProofPlan.Of(waiting, now.Time, now.ChainTime, options.Batches);
    }

    // What was run at hand may be nowhere where a prover of its own looks: that is said once.
    private async Task<IntegerDescriptor?> DescriptorAsync(Hash32 versionId, CancellationToken cancellationToken)
    {
        var descriptor = await descriptorOf(versionId, cancellationToken);
        if (descriptor is not null)
        {
            _missing.Remove(versionId);
            return descriptor;
        }

        if (_missing.Count >= MostMissing)
            _missing.Clear();
        if (_missing.Add(versionId))
            logger.VersionMissing(versionId);
        return null;
    }

    // Since when it waits is said by the desk, which rings when it has filed that.
    private static IEnumerable<ProofItem> ItemsOf(LeasedJob job, ulong before, IntegerDescriptor descriptor) => job.ReadyAt is not { } readySince ? [] :
    [
        new ProofItem(
            job.Job.RequestId, job.Job.Ask.Request.VersionId, readySince, before, ProofGas.Of(job.Job, descriptor), ProofGas.BytesOf(job.Job, descriptor),
            job.Job.FailedProofs),
    ];

    private async Task MakeAsync(ProofInMaking proof, CancellationToken stopping)
    {
        var jobs = (await store.ItemsAsync(proof.ProofId, stopping)).Select(item => item.Job).ToList();
        // A proof that was not made yet costs nothing: what is not ours to settle any more is left out of the next one.
        if (jobs.Count == 0 || Open(jobs) < jobs.Count)
        {
            await store.DropAsync(proof, failure: null, options.MostFailures, stopping);
            logger.ProofPlannedAnew(proof.ProofId, jobs.Count);
            return;
        }

        logger.ProofBegun(proof.ProofId, proof.VersionId, jobs.Count);
        var started = clock.GetTimestamp();
        using var stage = RequestTrace.Start("prove", jobs[0].RequestId);
        var making = await TryMakeAsync(proof, jobs, stopping);
        meter.Proved(making, jobs.Count, clock.GetElapsedTime(started));
        switch (making)
        {
            case ProofMaking.Made(var made):
                var now = chain.Now;
                await FileAsync(proof, made with { Order = made.Order with { Deadline = now.WhenChainTimeIs(jobs.Min(job => LatestFor(job, now))) } }, stopping);
                break;
            case ProofMaking.Unavailable(var details):
                logger.ProofPostponed(proof.ProofId, details);
                await store.PostponeAsync(proof, clock.GetUtcNow() + LookAgain, stopping);
                break;
            case ProofMaking.Failed(var details):
                logger.ProofFailed(proof.ProofId, jobs.Count, details);
                await store.DropAsync(proof, details, options.MostFailures, stopping);
                break;
            default:
                throw new InvalidOperationException("There is an end of making a proof that the loop does not know.");
        }
    }

    private static ulong LatestFor(Job job, Moment now) =>
        job.View.Stage == Stage.Claimed ? Math.Min(now.ChainTimeAt(job.View.Until), job.Deadline) : job.Deadline;

#pragma warning disable CA1031 // One proof that breaks the prover is that proof's failure, told in its jobs, and not the relayer's end.
    private async Task<ProofMaking> TryMakeAsync(ProofInMaking proof, IReadOnlyList<Job> jobs, CancellationToken stopping)
    {
        try
        {
            return await make(proof, jobs, stopping);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or Database.DatabaseException or IOException))
        {
            logger.ProofBroke(failure, proof.ProofId);
            return new ProofMaking.Failed($"{failure.GetType().Name}: {failure.Message}");
        }
    }
#pragma warning restore CA1031

    private async Task FileAsync(ProofInMaking proof, MadeProof made, CancellationToken stopping)
    {
        // While it was made others may have answered: a proof of which nothing is left is not sent. One of which something is left covers what is gone, too.
        var left = (await store.ItemsAsync(proof.ProofId, stopping)).Select(item => item.Job).ToList();
        if (Open(left) == 0)
        {
            await store.DropAsync(proof, failure: null, options.MostFailures, stopping);
            logger.ProofUseless(proof.ProofId);
            return;
        }

        if (await store.FileAsync(proof, made, LookAgain, stopping))
            logger.ProofOrdered(proof.ProofId, left.Count, made.Form, made.Bytes, made.Took.TotalMilliseconds);
        else
            logger.ProofLost(proof.ProofId);
    }

    private int Open(IReadOnlyList<Job> jobs)
    {
        var now = chain.Now;
        return jobs.Count(job => steps.Next(job with { IsInProof = false }, now) is NextStep.Prove);
    }

    private async Task BackOffAsync(int failures, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(Backoff.After(failures, spread: 0.5), clock, stopping);
        }
        catch (OperationCanceledException)
        {
            // Whoever waits looks at the token itself.
        }
    }

    private async Task RestAsync(DateTimeOffset? lookAt, CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        var wait = options.Poll;
        if (lookAt is { } planned && planned - now < wait)
            wait = planned - now;
        if (await store.NextDueAsync(stopping) is { } due && due - now < wait)
            wait = due - now;
        await signal.WaitAsync(wait > ShortestRest ? wait : ShortestRest, clock, stopping);
    }
}

/// <summary>Makes the proof of some answers, in their order, and checks it.</summary>
/// <param name="proof">What its receipts say.</param>
/// <param name="jobs">The answers.</param>
/// <param name="cancellationToken">Ends it early.</param>
public delegate Task<ProofMaking> MakeProof(ProofInMaking proof, IReadOnlyList<Job> jobs, CancellationToken cancellationToken);
