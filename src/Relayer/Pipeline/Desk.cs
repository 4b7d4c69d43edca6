using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Claiming;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Settlement;

namespace OpenGradient.Relayer.Pipeline;

/// <summary>
/// Where work ends up that nobody computes on any more: it finds each job's next step, orders the claims and batches that these ask for, and files
/// all of it in one transaction, which is what gives the throughput: the more there is to do, the more is done at once.
/// </summary>
public sealed class Desk(
    JobStore store, StepPolicy steps, SubmissionMaker submissions, ClaimBudget budget, IHubContract hub, IChainWatch chain, DeskOptions options,
    JobSignal? proving = null, ProversWatch? provers = null, PipelineMeter? meter = null, TimeProvider? clock = null)
{
    /// <summary>Files all of it. What is at the desk is leased, and is given back.</summary>
    /// <param name="items">What is at the desk.</param>
    /// <param name="mayClaim">Whether what has to be claimed is: whoever ends soon leaves that to the next, since a claim that is not settled in time loses its bond.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task FileAsync(IReadOnlyCollection<DeskItem> items, bool mayClaim, CancellationToken cancellationToken)
    {
        var (now, key) = (chain.Now, submissions.KeyAt(chain.Now));
        List<Filing> filings = [];
        List<DeskItem> ready = [];
        var next = items.OrderBy(item => item.Job.Deadline).Select(item => (Item: item, Step: steps.Next(item.Job, now))).ToList();
        var room = mayClaim && next.Exists(entry => entry.Step is NextStep.Claim) ? await budget.OpenAsync(chain.Standing, cancellationToken) : null;
        var words = await WordsAsync(next, cancellationToken);
        foreach (var (item, step) in next)
        {
            switch (step)
            {
                // The stake that was missing is free again as other answers become final.
                case NextStep.Settle when item.Job.NotTaken == Refusal.LienRefused && budget.LienOf(item.Job) > chain.Standing.FreeStake:
                    filings.Add(item.File() with { WaitingFor = WaitingFor.Capacity, DueAt = now.Time + options.CapacityWait });
                    break;
                // A key may come back to us, by a successor; nothing is sent that would be refused.
                case NextStep.Settle when !SubmissionMaker.CanSign(item.Job, key):
                    filings.Add(item.File() with { WaitingFor = WaitingFor.AttestedKey, DueAt = now.Time + options.CapacityWait });
                    break;
                case NextStep.Settle:
                    ready.Add(item);
                    break;
                case NextStep.Claim or NextStep.Prove when WordOf(item.Job, words) is { Refusal: { } refusal }:
                    filings.Add(AfterRefusal(item, step, refusal, now));
                    break;
                case NextStep.Prove:
                    filings.Add(item.File() with { ReadyAt = item.Leased.ReadyAt ?? now.Time, WaitingFor = WaitingFor.Proof, DueAt = now.Time + options.LookAgain });
                    break;
                // Whoever proved may have ended since it was taken on, or was started again and has not spoken; what was assigned was answered before anybody had. An answer makes those that live speak.
                case NextStep.Claim when WordOf(item.Job, words) is { IsInTime: false }:
                    filings.Add(item.File() with { WaitingFor = WaitingFor.Prover, DueAt = now.Time + options.CapacityWait });
                    break;
                case NextStep.Claim when room is not null && room.TryTake(item.Job):
                    filings.Add(item.File() with { Claim = ClaimOf(item.Job, now), WaitingFor = WaitingFor.OurClaim, DueAt = now.Time + options.LookAgain });
                    break;
                case NextStep.Claim:
                    filings.Add(item.File() with { WaitingFor = WaitingFor.Capacity, DueAt = now.Time + options.CapacityWait });
                    break;
                case NextStep.Rest rest:
                    filings.Add(item.File() with { WaitingFor = rest.Reason, DueAt = rest.Until });
                    break;
                case NextStep.Sleep sleep:
                    filings.Add(item.File() with { WaitingFor = sleep.Reason });
                    break;
                case NextStep.End end:
                    filings.Add(item.File() with { End = end.Reason });
                    break;
                case NextStep.Prepare:
                    filings.Add(item.File() with { DueAt = item.NotBefore ?? now.Time, WaitingFor = item.NotBefore is null ? WaitingFor.Nothing : item.NotBeforeReason });
                    break;
                default:
                    throw new InvalidOperationException("There is a step that the desk does not know.");
            }
        }

        filings.AddRange(await SettleAsync(ready, now, key, cancellationToken));
        await store.FileAsync(filings, cancellationToken);
        if (next.Exists(entry => entry.Step is NextStep.Prove))
            proving?.Ring();
        var filedAt = (clock ?? TimeProvider.System).GetUtcNow();
        foreach (var filing in filings)
            Tell(filing, filedAt);
    }

    // What is not claimed is left without a loss, and others have time to answer it. A claim that holds may still be settled, by one that proves it and is started meanwhile.
    private Filing AfterRefusal(DeskItem item, NextStep step, RefusedByProvers refusal, Moment now) =>
        refusal.IsByAll && (step is NextStep.Claim || item.Job.View.Stage != Stage.Claimed)
            ? (item with { NewTurnedAway = new TurnedAway(TurnAwayReason.NotProvable, $"No prover proves it. {refusal.Details}") }).File() with { End = JobEnd.TurnedAway }
            : item.File() with
            {
                ReadyAt = step is NextStep.Prove ? item.Leased.ReadyAt ?? now.Time : item.Leased.ReadyAt,
                WaitingFor = WaitingFor.Prover,
                DueAt = now.Time + options.CapacityWait,
            };

    // A version that was told to be in time may be refused by whoever proves next: one that was started again with less memory, or nobody but a smaller one.
    private async Task<Dictionary<Hash32, ProversWord>> WordsAsync(IEnumerable<(DeskItem Item, NextStep Step)> next, CancellationToken cancellationToken)
    {
        Dictionary<Hash32, ProversWord> words = [];
        if (provers is null)
            return words;
        foreach (var versionId in next.Where(entry => entry is { Step: NextStep.Claim or NextStep.Prove, Item.Job.Assurance: Assurance.Proven })
            .Select(entry => entry.Item.Job.Ask.Request.VersionId).Distinct())
            words.Add(versionId, await provers.WordAsync(versionId, cancellationToken));
        return words;
    }

    // Nobody is asked where proofs are made in this process, or none is needed.
    private static ProversWord? WordOf(Job job, Dictionary<Hash32, ProversWord> words) =>
        job.Assurance == Assurance.Proven ? words.GetValueOrDefault(job.Ask.Request.VersionId) : null;

    private void Tell(Filing filing, DateTimeOffset filedAt)
    {
        // Blocks that were waited for are in it: it is the relayer's own time where nothing had to be claimed.
        if (filing is { Settlement: not null, Leased.Job: { Settlement: null } first })
            meter?.Ordered(filedAt - first.FoundAt - ((filing.NewAnswer ?? first.Answer)?.Compute ?? TimeSpan.Zero));
        var requestId = filing.Leased.Job.RequestId;
        if (filing.Claim is { } claim)
            RequestTrace.Tell("claim", requestId, "order", claim.Key);
        if (filing.Settlement is { } settlement)
            RequestTrace.Tell("settle", requestId, "order", settlement.Key);
        if (filing.End != JobEnd.None)
            RequestTrace.Tell("end", requestId, "end", filing.End.ToString());
    }

    private async Task<IReadOnlyList<Filing>> SettleAsync(List<DeskItem> ready, Moment now, UsableKey? key, CancellationToken cancellationToken)
    {
        if (ready.Count == 0)
            return [];

        List<Filing> filings = [];
        var left = ready.ToDictionary(item => item.Job.RequestId);
        var plan = BatchPlan.Of([.. ready.Select(item => ItemOf(item, now))], now.Time, now.ChainTime, options.Batches);
        // Side by side: what takes its time is to sign.
        var orders = await Task.WhenAll(plan.Batches.Select(batch => OrderOfAsync([.. batch.Select(item => left[item.RequestId])], batch, now, key, cancellationToken)));
        foreach (var (members, order) in orders)
        {
            foreach (var member in members)
            {
                left.Remove(member.Job.RequestId);
                filings.Add(member.File() with
                {
                    Settlement = order,
                    ReadyAt = member.Leased.ReadyAt ?? now.Time,
                    WaitingFor = WaitingFor.OurSettlement,
                    DueAt = now.Time + options.LookAgain,
                });
            }
        }

        filings.AddRange(left.Values.Select(item =>
            item.File() with { ReadyAt = item.Leased.ReadyAt ?? now.Time, WaitingFor = WaitingFor.OurSettlement, DueAt = plan.LookAgain }));
        return filings;
    }

    private BatchItem ItemOf(DeskItem item, Moment now) => new(
        item.Job.RequestId,
        item.Leased.ReadyAt ?? now.Time,
        steps.Next(item.Job, now) is NextStep.Settle settle ? settle.Before : item.Job.Deadline,
        SettlementGas.Of(item.Job),
        SettlementGas.BytesOf(item.Job));

    private async Task<(IReadOnlyList<DeskItem> Members, Order Order)> OrderOfAsync(
        List<DeskItem> members, IReadOnlyList<BatchItem> batch, Moment now, UsableKey? key, CancellationToken cancellationToken)
    {
        var payee = chain.Standing.Payee;
        // Signing is work for a processor, or a wait for a service: either way it is done side by side.
        var signed = await Task.WhenAll(members.Select(
            member => Task.Run(() => submissions.MakeAsync(member.Job, now, payee, key, cancellationToken).AsTask(), cancellationToken)));
        var call = hub.PrepareSettleBatchCompactly(signed);
        var gas = batch.Aggregate(SettlementGas.OfTransaction, (sum, item) => sum + item.Gas);
        return (members, new Order(KeyOf(members), call.To, call.Data, Math.Min(gas, options.Batches.Gas), OrderPurpose.Settle)
        {
            Deadline = now.WhenChainTimeIs(batch.Min(item => item.Before)),
        });
    }

    private Order ClaimOf(Job job, Moment now)
    {
        var call = hub.PrepareClaim(job.Ask);
        return new Order(
            $"claim:{job.RequestId}:{(job.Claim?.Attempt ?? 0) + 1}", call.To, call.Data, options.ClaimGas, OrderPurpose.Claim)
        {
            Deadline = steps.ClaimBefore(job, now),
        };
    }

    // The same answers at the same attempts are the same order, whoever places it.
    private static string KeyOf(IEnumerable<DeskItem> members)
    {
        var hasher = new Keccak256Hasher();
        foreach (var member in members)
        {
            hasher.Append(member.Job.RequestId.Bytes);
            hasher.Append(((UInt256)(ulong)(member.Job.Settlement?.Attempt ?? 0)).ToBigEndian());
        }

        return $"settle:{hasher.Finish()}";
    }
}

/// <summary>What is filed in which form.</summary>
public sealed record DeskOptions
{
    public BatchLimits Batches { get; init; } = new();

    /// <summary>How much gas a claim may use: about 54,000 are used, and more where it takes the place of another.</summary>
    public ulong ClaimGas { get; init; } = 160_000;

    /// <summary>When to look after what was sent, where the chain tells nothing.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>When to look again for stake and balance that were too small.</summary>
    public TimeSpan CapacityWait { get; init; } = TimeSpan.FromSeconds(2);
}
