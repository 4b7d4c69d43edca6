using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Proving.Planning;

namespace OpenGradient.Relayer.Tests.Proving;

public sealed class ProofPlanTests
{
    private const ulong ChainTime = 1_000;
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly ProofLimits Limits = new() { Items = 4, Gas = 2_000_000, Bytes = 10_000, Wait = TimeSpan.FromSeconds(10), UrgentSeconds = 60 };

    [Fact]
    public void Nothing_waits_and_nothing_is_planned() => Assert.Equal((0, null), Show(Plan()));

    [Fact]
    public void A_lone_answer_waits_for_company_as_long_as_it_may()
    {
        Assert.Equal((0, Now.AddSeconds(7)), Show(Plan(Item(1, readySince: Now.AddSeconds(-3)))));
        Assert.Equal((1, null), Show(Plan(Item(1, readySince: Now.AddSeconds(-10)))));
    }

    [Fact]
    public void The_more_are_together_the_less_the_next_one_is_waited_for()
    {
        var patience = Enumerable.Range(1, 64).Select(items => ProofPlan.PatienceOf(items, Limits.Wait)).ToList();
        Assert.Equal(Limits.Wait, patience[0]);
        Assert.Equal(patience.OrderDescending(), patience);
        // Opening costs 172,000: the ninth answer saves each of eight a fortieth of what it costs.
        Assert.InRange(patience[7], TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2));
        var plan = Plan(Item(1), Item(2), Item(3));
        Assert.Equal((0, Now + patience[2]), Show(plan));
    }

    [Fact]
    public void What_is_known_to_come_is_waited_for_as_long_as_a_lone_answer_waits()
    {
        var three = (ProofItem[])[Item(1), Item(2), Item(3)];
        Assert.Equal((0, Now.AddSeconds(10)), Show(PlanWith(coming: 1, three)));
        Assert.Equal((3, null), Show(PlanWith(coming: 1, [Item(1, readySince: Now.AddSeconds(-10)), Item(2), Item(3)])));
        // Of another version it is nothing to wait for; and who is urgent, or full, waits for nobody.
        Assert.Equal(Show(Plan(three)), Show(PlanWith(coming: 2, three)));
        Assert.Equal((2, null), Show(PlanWith(coming: 1, Item(1), Item(2, before: ChainTime + 10))));
        Assert.Equal((4, null), Show(PlanWith(coming: 1, Item(1), Item(2), Item(3), Item(4))));
    }

    [Fact]
    public void A_full_batch_waits_for_nobody() =>
        Assert.Equal([1, 2, 3, 4], Plan([.. Enumerable.Range(1, 6).Select(i => Item(i, before: ChainTime + 1_000 + (ulong)i))]).Batch.Select(NumberOf));

    [Fact]
    public void An_answer_goes_before_its_deadline_or_its_claims_end_comes_too_close()
    {
        Assert.Equal((0, Now.AddSeconds(5)), Show(Plan(Item(1, before: ChainTime + 65))));
        Assert.Equal((1, null), Show(Plan(Item(1, before: ChainTime + 60))));
    }

    [Fact]
    public void Who_is_urgent_takes_along_all_that_wait_of_its_version() =>
        Assert.Equal([2, 1], Plan(Item(1), Item(2, before: ChainTime + 10)).Batch.Select(NumberOf));

    [Fact]
    public void Answers_of_two_versions_are_never_in_one_proof()
    {
        var plan = Plan(Item(1, before: ChainTime + 20), Item(2, version: 2, before: ChainTime + 10), Item(3, version: 2));
        Assert.Equal([2, 3], plan.Batch.Select(NumberOf));
    }

    [Fact]
    public void What_came_to_nothing_is_proven_alone_and_at_once() =>
        Assert.Equal([2], Plan(Item(1), Item(2) with { FailedProofs = 1 }, Item(3)).Batch.Select(NumberOf));

    [Fact]
    public void An_answer_too_large_for_any_company_goes_alone() =>
        Assert.Equal([1], Plan(Item(1, before: ChainTime + 5_000) with { Gas = 9_000_000 }, Item(2, before: ChainTime + 5_001)).Batch.Select(NumberOf));

    [Fact]
    public void No_batch_is_too_large_mixed_or_held_back_too_long()
    {
        var items =
            from count in Gen.Choose(0, 30)
            from parts in Gen.ArrayOf(
                from version in Gen.Choose(1, 3)
                from before in Gen.Choose(0, 200)
                from waited in Gen.Choose(0, 15)
                from gas in Gen.Choose(1, 900_000)
                from bytes in Gen.Choose(1, 6_000)
                from failed in Gen.Choose(0, 4)
                select (version, before, waited, gas, bytes, failed), count)
            from coming in Gen.Choose(0, 3)
            select (Coming: coming, Waiting: parts.Select((part, i) => new ProofItem(
                Hash32.FromUInt256((ulong)i + 1), Hash32.FromUInt256((ulong)part.version), Now.AddSeconds(-part.waited), ChainTime + (ulong)part.before,
                (ulong)part.gas, part.bytes, Math.Max(0, part.failed - 3))).ToArray());
        Prop.ForAll(items.ToArbitrary(), given =>
        {
            var waiting = given.Waiting;
            var plan = PlanWith((ulong)given.Coming, waiting);
            Assert.True(plan.Batch.Select(item => item.VersionId).Distinct().Count() <= 1);
            Assert.Equal(plan.Batch.Count, plan.Batch.Distinct().Count());
            Assert.All(plan.Batch, item => Assert.Contains(item, waiting));
            Assert.True(plan.Batch.Count <= 1 || (plan.Batch.Count <= Limits.Items && plan.Batch.Sum(item => item.Bytes) <= Limits.Bytes
                && plan.Batch.Aggregate(ProofGas.OfTransaction, (sum, item) => sum + item.Gas) <= Limits.Gas && plan.Batch.All(item => item.FailedProofs == 0)));
            // With nothing to prove now, nothing that waits is urgent, has waited long enough, or is tried again.
            if (plan.Batch.Count == 0)
            {
                Assert.Equal(waiting.Length == 0, plan.LookAgain is null);
                Assert.All(waiting, item => Assert.True(
                    item.Before > ChainTime + Limits.UrgentSeconds && item.ReadySince + Limits.Wait > Now && item.FailedProofs == 0));
            }
        }).QuickCheckThrowOnFailure();
    }

    private static ProofPlan Plan(params ProofItem[] waiting) => ProofPlan.Of(waiting, new HashSet<Hash32>(), Now, ChainTime, Limits);

    private static ProofPlan PlanWith(ulong coming, params ProofItem[] waiting) => ProofPlan.Of(waiting, new HashSet<Hash32> { Hash32.FromUInt256(coming) }, Now, ChainTime, Limits);

    private static (int Batch, DateTimeOffset? LookAgain) Show(ProofPlan plan) => (plan.Batch.Count, plan.LookAgain);

    private static int NumberOf(ProofItem item) => (int)(ulong)item.RequestId.ToUInt256();

    private static ProofItem Item(int number, ulong version = 1, ulong before = ChainTime + 10_000, DateTimeOffset? readySince = null) =>
        new(Hash32.FromUInt256((ulong)number), Hash32.FromUInt256(version), readySince ?? Now, before, Gas: 100_000, Bytes: 1_500, FailedProofs: 0);
}
