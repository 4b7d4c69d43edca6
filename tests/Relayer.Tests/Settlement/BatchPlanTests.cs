using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Settlement;

namespace OpenGradient.Relayer.Tests.Settlement;

public sealed class BatchPlanTests
{
    private const ulong ChainTime = 1_000;
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly BatchLimits Limits = new() { Items = 4, Gas = 1_000_000, Bytes = 10_000, Wait = TimeSpan.FromSeconds(1), UrgentSeconds = 20 };

    [Fact]
    public void A_lone_answer_waits_for_company()
    {
        var plan = BatchPlan.Of([Item(1, readySince: Now.AddMilliseconds(-400))], Now, ChainTime, Limits);
        Assert.Empty(plan.Batches);
        Assert.Equal(Now.AddMilliseconds(600), plan.LookAgain);
    }

    [Fact]
    public void Whoever_has_waited_long_enough_takes_all_others_along()
    {
        var plan = BatchPlan.Of([Item(1, readySince: Now), Item(2, readySince: Now.AddSeconds(-1))], Now, ChainTime, Limits);
        Assert.Equal(2, Assert.Single(plan.Batches).Count);
        Assert.Null(plan.LookAgain);
    }

    [Fact]
    public void A_full_batch_goes_at_once_and_the_rest_waits()
    {
        var plan = BatchPlan.Of([.. Enumerable.Range(1, 5).Select(i => Item(i, before: ChainTime + 100 + (ulong)i))], Now, ChainTime, Limits);
        Assert.Equal([1, 2, 3, 4], Assert.Single(plan.Batches).Select(NumberOf));
        Assert.Equal(Now + Limits.Wait, plan.LookAgain);
    }

    [Fact]
    public void Urgent_answers_wait_for_nobody() =>
        Assert.Single(BatchPlan.Of([Item(1, before: ChainTime + 20)], Now, ChainTime, Limits).Batches);

    [Fact]
    public void The_earliest_deadline_goes_first()
    {
        var plan = BatchPlan.Of([Item(1, before: ChainTime + 9), Item(2, before: ChainTime + 5), Item(3, before: ChainTime + 7)], Now, ChainTime, Limits);
        Assert.Equal([2, 3, 1], Assert.Single(plan.Batches).Select(NumberOf));
    }

    [Fact]
    public void An_answer_too_large_for_any_company_goes_alone()
    {
        var plan = BatchPlan.Of(
            [Item(1, before: ChainTime + 1), Item(2, before: ChainTime + 2) with { Gas = 5_000_000 }, Item(3, before: ChainTime + 3)], Now, ChainTime, Limits);
        Assert.Equal([[1], [2], [3]], plan.Batches.Select(batch => batch.Select(NumberOf).ToArray()));
    }

    [Fact]
    public void No_answer_is_lost_or_sent_twice_and_no_batch_is_too_large()
    {
        var items =
            from count in Gen.Choose(0, 40)
            from parts in Gen.ArrayOf(
                from before in Gen.Choose(0, 60)
                from waited in Gen.Choose(0, 1_500)
                from gas in Gen.Choose(1, 600_000)
                from bytes in Gen.Choose(1, 6_000)
                select (before, waited, gas, bytes), count)
            select parts.Select((part, i) => new BatchItem(
                Hash32.FromUInt256((ulong)i + 1), Now.AddMilliseconds(-part.waited), ChainTime + (ulong)part.before, (ulong)part.gas, part.bytes)).ToArray();
        Prop.ForAll(items.ToArbitrary(), ready =>
        {
            var plan = BatchPlan.Of(ready, Now, ChainTime, Limits);
            var sent = plan.Batches.SelectMany(batch => batch).ToList();
            var kept = ready.Except(sent).ToList();
            Assert.Equal(sent.Count, sent.Distinct().Count());
            Assert.Equal(plan.LookAgain is null, kept.Count == 0);
            // What is kept is neither urgent nor has it waited long enough.
            Assert.All(kept, item => Assert.True(item.Before > ChainTime + Limits.UrgentSeconds && item.ReadySince + Limits.Wait > Now));
            Assert.All(plan.Batches, batch => Assert.True(
                batch.Count == 1
                || (batch.Count <= Limits.Items && batch.Sum(item => item.Bytes) <= Limits.Bytes
                    && batch.Aggregate(SettlementGas.OfTransaction, (sum, item) => sum + item.Gas) <= Limits.Gas)));
        }).QuickCheckThrowOnFailure();
    }

    private static BatchItem Item(int number, DateTimeOffset? readySince = null, ulong before = ChainTime + 100) =>
        new(Hash32.FromUInt256((ulong)number), readySince ?? Now, before, Gas: 100_000, Bytes: 1_000);

    private static int NumberOf(BatchItem item) => (int)(ulong)item.RequestId.ToUInt256();
}
