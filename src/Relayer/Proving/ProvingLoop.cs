using Microsoft.Extensions.Logging;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Inference.Integer;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Pipeline;
using OpenGradient.Relayer.Proving.Elsewhere;
using OpenGradient.Relayer.Proving.Materials;
using OpenGradient.Relayer.Proving.Models;
using OpenGradient.Relayer.Proving.Planning;

namespace OpenGradient.Relayer.Proving;

/// <summary>
/// Makes one proof at a time: first those that were begun and lost, then of what waits what the plan says. While one is made, or another has the turn, others come together for
/// the next: only who has the turn leases anything, and nothing is fetched under it. Whatever it knows is in the database; it may end at any line.
/// </summary>
public sealed class ProvingLoop(
    ProofStore store, IProofMaker maker, StepPolicy steps, IChainWatch chain, JobSignal signal, ProverTurns turns, ProvingOptions options, ProvingMeter meter,
    ILogger<ProvingLoop> logger, TimeProvider clock, LeftVersions? left = null)
{
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(15);
    private const int MostPages = 64;
    private static readonly BackoffPolicy Backoff = new() { First = TimeSpan.FromMilliseconds(500), Longest = TimeSpan.FromSeconds(15) };

    // What was missing when all was looked at last, and what is now.
    private HashSet<Hash32> _missing = [];
    private HashSet<Hash32> _missingNow = [];

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
                await Backoff.RestAsync(failures, clock, stopping);
            }
        }
    }
#pragma warning restore CA1031

    private async Task TurnAsync(CancellationToken stopping)
    {
        var begun = await BegunAsync(stopping);
        var plan = begun is null ? await PlanAsync(chain.Now, of: null, stopping) : null;
        if (plan is { Batch.Count: 0 })
        {
            await RestAsync(plan.LookAgain, stopping);
            return;
        }

        var versionId = begun?.VersionId ?? plan!.Batch[0].VersionId;
        var version = await TryTakeAsync(versionId, stopping);
        if (left is not null && ((version as ProvableTaking.Refused)?.Details ?? maker.Find(versionId)?.Refusal) is { } refusal)
        {
            logger.VersionLeft(versionId, refusal);
            await LeaveAsync(begun?.ProofId, stopping);
            return;
        }

        using var turn = await turns.TakeAsync(stopping);
        if (await NextAsync(begun?.ProofId, versionId, stopping) is { } proof)
            await MakeAsync(proof, version, stopping);
    }

    // A failure would count against answers that another process may prove. That this one does not the relayer is told, which says it where nobody does.
    private async Task LeaveAsync(long? begun, CancellationToken cancellationToken)
    {
        if (begun is { } proofId && await store.LeaseAsync(proofId, Lease, cancellationToken) is { } proof)
            await store.DropAsync(proof, failure: null, options.MostFailures, cancellationToken);
    }

    // What was planned before the turn came may be settled by now, and more may have come together.
    private async Task<ProofInMaking?> NextAsync(long? begun, Hash32 versionId, CancellationToken cancellationToken)
    {
        if (begun is { } proofId)
            return await store.LeaseAsync(proofId, Lease, cancellationToken);
        var now = chain.Now;
        var batch = (await PlanAsync(now, versionId, cancellationToken)).Batch;
        return batch.Count == 0 ? null : await store.BeginAsync(
            versionId, [.. batch.Select(item => item.RequestId)], chain.Standing.Payee, now.HeadTime, Lease, cancellationToken);
    }

    // One whose inputs are still being got keeps nobody waiting.
    private async Task<(long ProofId, Hash32 VersionId)?> BegunAsync(CancellationToken cancellationToken)
    {
        foreach (var begun in await store.BegunAsync(cancellationToken))
        {
            if (maker.Find(begun.VersionId) is not { } version)
                continue;
            if (version.WaitsForCache)
                continue;
            if (version.Descriptor is not { } descriptor)
                return begun;
            // All are asked for at once, and come side by side.
            var states = (await store.ItemsAsync(begun.ProofId, cancellationToken)).Select(job => maker.StateOf(job.Job, descriptor)).ToHashSet();
            if (!states.Contains(InputState.Coming))
                return begun;
        }

        return null;
    }

    // Of what is here: what is still being got rings when it has come.
    private async Task<ProofPlan> PlanAsync(Moment now, Hash32? of, CancellationToken cancellationToken)
    {
        var waiting = 0;
        List<ProofItem> ready = [];
        var coming = (await store.BeingAnsweredAsync(now.Time - options.Batches.Wait, now, cancellationToken)).ToHashSet();
        Job? last = null;
        // What cannot be proven now hides nothing that can, however much of it there is: strangers may ask for as much as they like of it.
        for (var pages = 0; pages < MostPages && ready.Count < ProofStore.PageLength; pages++)
        {
            var page = await store.WaitingAsync(last, cancellationToken);
            waiting += Collect(page, now, of, ready, coming);
            if (page.Count < ProofStore.PageLength)
                break;
            last = page[^1].Job;
        }

        if (of is null)
            (_missing, _missingNow) = (_missingNow, []);
        meter.Waiting = waiting;
        return ProofPlan.Of(ready, coming, now.Time, now.ChainTime, options.Batches);
    }

    // Gives how many of a page could be proven if all were here.
    private int Collect(IReadOnlyList<LeasedJob> page, Moment now, Hash32? of, List<ProofItem> ready, HashSet<Hash32> coming)
    {
        var waiting = 0;
        foreach (var together in page.GroupBy(job => job.Job.Ask.Request.VersionId))
        {
            if (VersionOf(together.Key) is not { Descriptor: { } descriptor } version || (left is not null && (version.Refusal ?? left.RefusalOf(together.Key)) is not null))
                continue;
            foreach (var leased in together)
            {
                var (job, next) = (leased.Job, steps.Next(leased.Job, now));
                // Since when one waits is said by the desk, which rings when it has filed that.
                if (next is not NextStep.Prove(var before) || leased.ReadyAt is not { } readySince)
                {
                    if (IsComing(next, job, now))
                        coming.Add(together.Key);
                    continue;
                }

                waiting++;
                if ((of is null || of == together.Key) && HasInput(job, descriptor) && !version.WaitsForCache)
                    ready.Add(new ProofItem(job.RequestId, together.Key, readySince, before, ProofGas.Of(job, descriptor), ProofGas.BytesOf(job, descriptor), job.FailedProofs));
            }
        }

        return waiting;
    }

    // Claimed with others it can be proven with them a moment later. What is to be claimed may have to wait for stake: that is not known to be soon where it was found long ago.
    private bool IsComing(NextStep next, Job job, Moment now) =>
        next is NextStep.Prove or NextStep.Rest { Reason: WaitingFor.OurClaim or WaitingFor.ClaimsConfirmation }
        || (next is NextStep.Claim && job.FoundAt > now.Time - options.Batches.Wait);

    // What was run elsewhere may be nowhere where a prover of its own looks: that is said once.
    private ProvenVersion? VersionOf(Hash32 versionId)
    {
        var version = maker.Find(versionId);
        if (IsNewlyMissing(versionId, version is null ? null : version.Descriptor is null))
            logger.VersionMissing(versionId);
        return version;
    }

    private bool HasInput(Job job, IntegerDescriptor descriptor)
    {
        var state = maker.StateOf(job, descriptor);
        if (IsNewlyMissing(job.RequestId, state == InputState.Coming ? null : state == InputState.Unavailable))
            logger.InputMissing(job.RequestId);
        return state == InputState.Known;
    }

    // Of what is being got nothing new is known.
    private bool IsNewlyMissing(Hash32 id, bool? isMissing)
    {
        if (!(isMissing ?? _missing.Contains(id)))
            return false;
        _missingNow.Add(id);
        return _missing.Add(id);
    }

    private async Task MakeAsync(ProofInMaking proof, ProvableTaking version, CancellationToken stopping)
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
        var making = await TryMakeAsync(version, proof, jobs, stopping);
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
            case ProofMaking.Incomplete(var details):
                // The next plan leaves out what is not here.
                logger.ProofPostponed(proof.ProofId, details);
                await store.DropAsync(proof, failure: null, options.MostFailures, stopping);
                break;
            case ProofMaking.Failed(var details):
                logger.ProofFailed(proof.ProofId, jobs.Count, details);
                await store.DropAsync(proof, details, options.MostFailures, stopping);
                break;
            default:
                throw new InvalidOperationException("There is an end of making a proof that the loop does not know.");
        }
    }

    // What a proof and two transactions take is planned for where it may take its longest: less that, the time is the proof's.
    private TimeSpan TimeLeftFor(IReadOnlyList<Job> jobs)
    {
        var now = chain.Now;
        var before = jobs.Min(job => LatestFor(job, now));
        var transactions = options.Batches.UrgentSeconds - Math.Min(options.Batches.UrgentSeconds, (ulong)options.Limit.TotalSeconds);
        return TimeSpan.FromSeconds(Math.Min(before - Math.Min(before, now.ChainTime + transactions), 86_400));
    }

    private static ulong LatestFor(Job job, Moment now) =>
        job.View.Stage == Stage.Claimed ? Math.Min(now.ChainTimeAt(job.View.Until), job.Deadline) : job.Deadline;

#pragma warning disable CA1031 // A version that breaks the prover is the end of its own proofs, and keeps no others waiting.
    private async Task<ProvableTaking> TryTakeAsync(Hash32 versionId, CancellationToken stopping)
    {
        if (left?.RefusalOf(versionId) is { } resting)
            return new ProvableTaking.Refused(resting);
        ProvableTaking taking;
        try
        {
            taking = await maker.TakeAsync(versionId, stopping);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or Database.DatabaseException or IOException))
        {
            logger.VersionBroke(failure, versionId);
            taking = new ProvableTaking.Refused($"{failure.GetType().Name}: {failure.Message}");
        }

        left?.Note(versionId, taking);
        return taking;
    }
#pragma warning restore CA1031

#pragma warning disable CA1031 // One proof that breaks the prover is that proof's failure, told in its jobs, and not the relayer's end.
    private async Task<ProofMaking> TryMakeAsync(ProvableTaking version, ProofInMaking proof, IReadOnlyList<Job> jobs, CancellationToken stopping)
    {
        try
        {
            return await maker.MakeAsync(version, proof, jobs, TimeLeftFor(jobs), stopping);
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
        var items = (await store.ItemsAsync(proof.ProofId, stopping)).Select(item => item.Job).ToList();
        if (Open(items) == 0)
        {
            await store.DropAsync(proof, failure: null, options.MostFailures, stopping);
            logger.ProofUseless(proof.ProofId);
            return;
        }

        if (await store.FileAsync(proof, made, LookAgain, stopping))
            logger.ProofOrdered(proof.ProofId, items.Count, made.Form, made.Bytes, made.Took.TotalMilliseconds);
        else
            logger.ProofLost(proof.ProofId);
    }

    private int Open(IReadOnlyList<Job> jobs)
    {
        var now = chain.Now;
        return jobs.Count(job => steps.Next(job with { IsInProof = false }, now) is NextStep.Prove);
    }

    private async Task RestAsync(DateTimeOffset? lookAt, CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        var wait = options.Poll;
        if (lookAt is { } planned && planned - now < wait)
            wait = planned - now;
        // What is due already waits for its inputs, which ring.
        if (await store.NextDueAsync(stopping) is { } due && due > now && due - now < wait)
            wait = due - now;
        await signal.WaitAsync(wait > ShortestRest ? wait : ShortestRest, clock, stopping);
    }
}
