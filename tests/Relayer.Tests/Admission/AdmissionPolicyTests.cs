using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Keys;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Relayer.Admission;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Tests.Jobs;

namespace OpenGradient.Relayer.Tests.Admission;

public sealed class AdmissionPolicyTests
{
    private const ulong Now = SampleJobs.Now;

    [Fact]
    public void What_nothing_speaks_against_is_taken_on() => Assert.Null(Judge(Case()));

    [Fact]
    public void Evidence_that_is_not_made_here_is_not_promised() =>
        Expect(TurnAwayReason.AssuranceNotOffered, Case(SampleJobs.Request() with { Assurance = (byte)Assurance.Proven }));

    [Fact]
    public void Only_those_who_are_named_are_served() =>
        Expect(
            TurnAwayReason.RequesterNotServed,
            Case() with { Limits = Limits with { Requesters = new HashSet<Address> { SampleJobs.Us } } });

    [Fact]
    public void A_quorum_is_left_to_its_members() => Expect(TurnAwayReason.NotAMember, Case(SampleJobs.Request() with { QuorumValue = 2 }));

    [Fact]
    public void A_version_that_is_not_chosen_or_not_known_is_not_served()
    {
        Expect(TurnAwayReason.VersionNotServed, Case() with { IsServed = false });
        Expect(TurnAwayReason.VersionNotServed, Case() with { Version = null });
    }

    [Fact]
    public void A_version_that_was_taken_out_of_use_is_not_run_and_one_that_is_advised_against_is()
    {
        Expect(TurnAwayReason.VersionYanked, Case() with { Version = VersionStatus.Yanked });
        Assert.Null(Judge(Case() with { Version = VersionStatus.Deprecated }));
    }

    [Theory]
    [InlineData(60UL, false)]
    [InlineData(59UL, true)]
    public void The_deadline_must_leave_the_time_that_it_takes(ulong left, bool isTooClose)
    {
        var judged = Judge(Case(SampleJobs.Request(Now + left)));
        Assert.Equal(isTooClose ? TurnAwayReason.DeadlineTooClose : null, judged?.Reason);
    }

    [Fact]
    public void Time_that_is_anothers_to_the_end_is_not_waited_out()
    {
        var asked = SampleJobs.Request(Now + 600) with { Assignee = SampleJobs.Them, ExclusiveUntil = Now + 580 };
        Expect(TurnAwayReason.AssignedToAnother, Case(asked));
        Assert.Null(Judge(Case(asked with { ExclusiveUntil = Now + 30 })));
        Assert.Null(Judge(Case(asked with { Assignee = SampleJobs.Us })));
    }

    [Fact]
    public void A_callback_gets_no_more_gas_than_is_sent_here() =>
        Expect(TurnAwayReason.CallbackTooLarge, Case(SampleJobs.Request() with { CallbackGas = 2_000_001 }));

    [Fact]
    public void More_than_the_whole_stake_is_never_locked()
    {
        Assert.Null(Judge(Case() with { Lien = 1_000u, Stake = 1_000u }));
        Expect(TurnAwayReason.LienTooLarge, Case() with { Lien = 1_001u, Stake = 1_000u });
    }

    [Theory]
    [InlineData(909, false)]
    [InlineData(910, true)]
    public void The_fee_covers_the_cost_and_the_margin(int cost, bool isTooLow)
    {
        // The fee is 1000, and a tenth more than the cost is wanted.
        var judged = Judge(Case() with { Cost = (UInt256)(ulong)cost });
        Assert.Equal(isTooLow ? TurnAwayReason.FeeTooLow : null, judged?.Reason);
    }

    [Fact]
    public void The_least_fee_holds_where_gas_costs_nothing() =>
        Expect(TurnAwayReason.FeeTooLow, Case() with { Limits = Limits with { LeastFee = 1_001u } });

    [Fact]
    public void Prices_and_stake_may_change_while_there_is_time_and_are_the_reason_when_there_is_none()
    {
        Assert.True(Judge(Case() with { Cost = 910u })!.MayPass);
        Assert.True(Judge(Case() with { Lien = 1_001u, Stake = 1_000u })!.MayPass);

        var late = Judge(Case(SampleJobs.Request(Now + 59)) with { Cost = 910u });
        Assert.Equal((TurnAwayReason.FeeTooLow, false), (late!.Reason, late.MayPass));
        // What is against it for good counts before.
        Expect(TurnAwayReason.VersionNotServed, Case() with { Cost = 910u, IsServed = false });
    }

    [Fact]
    public void Gas_is_rounded_up_into_the_token()
    {
        var costs = new CostPolicy(Units.Parse("2000", 6));
        Assert.Equal(UInt256.One, costs.CostOf(1, new Wei(1u)));
        // 100,000 gas at 10 gwei are 0.001 of a coin.
        Assert.Equal(Units.Parse("2", 6), costs.CostOf(100_000, Wei.FromGwei("10")));
        Assert.Equal(UInt256.Zero, new CostPolicy(UInt256.Zero).CostOf(100_000, Wei.FromGwei("10")));
    }

    [Theory]
    [InlineData(0UL, 60UL)]
    [InlineData(12UL, 60UL)]
    [InlineData(20UL, 84UL)]
    public void Where_transactions_take_longer_than_was_planned_a_request_needs_more_time(ulong inclusionSeconds, ulong needed)
    {
        var limits = Limits with { InclusionSeconds = 12 };
        var now = SampleJobs.At(Now) with { InclusionSeconds = inclusionSeconds };

        Assert.Null(Judge(Case(SampleJobs.Request(Now + needed)) with { Limits = limits, Now = now }));
        Expect(TurnAwayReason.DeadlineTooClose, Case(SampleJobs.Request(Now + needed - 1)) with { Limits = limits, Now = now });
    }

    private static AdmissionLimits Limits { get; } = new() { LeastSeconds = 60 };

    [Fact]
    public void Attested_evidence_is_promised_only_with_a_key_that_is_valid_now()
    {
        var asked = Case(SampleJobs.Request() with { Assurance = (byte)Assurance.Attested });
        Expect(TurnAwayReason.AssuranceNotOffered, asked with { AttestedKey = Key });
        var offered = asked with { Limits = Limits with { Assurances = new HashSet<Assurance> { Assurance.Signed, Assurance.Attested } } };

        Expect(TurnAwayReason.AssuranceNotOffered, offered);
        Assert.Null(Judge(offered with { AttestedKey = Key }));
    }

    [Fact]
    public void A_request_that_names_workloads_is_answered_only_by_one_of_them()
    {
        var attested = Case(SampleJobs.Request() with { Assurance = (byte)Assurance.Attested }) with
        {
            Limits = Limits with { Assurances = new HashSet<Assurance> { Assurance.Attested } },
            AttestedKey = Key,
        };

        Assert.Null(Judge(Accepting(attested, Hash32.FromUInt256(1), Key.WorkloadId)));
        Expect(TurnAwayReason.WorkloadNotAccepted, Accepting(attested, Hash32.FromUInt256(1)));
        // A signature by a hot key shows no workload.
        Expect(TurnAwayReason.WorkloadNotAccepted, Accepting(Case(), Key.WorkloadId));

        static AdmissionCase Accepting(AdmissionCase request, params IReadOnlyList<Hash32> workloads) =>
            request with { Job = request.Job with { Terms = new IHubContract.Terms(workloads, []) } };
    }

    [Fact]
    public void A_proof_that_nobody_would_make_is_waited_for_and_not_promised()
    {
        var proven = Case(SampleJobs.Request() with { Assurance = (byte)Assurance.Proven }) with
        {
            Limits = Limits with { Assurances = new HashSet<Assurance> { Assurance.Signed, Assurance.Proven } },
            HasProver = false,
        };

        Assert.Equal((TurnAwayReason.NoProver, true), (Judge(proven)!.Reason, Judge(proven)!.MayPass));
        Assert.Null(Judge(proven with { HasProver = true }));
        // A signature waits for nobody, and who has the sole right to answer puts up no bond.
        Assert.Null(Judge(Case() with { HasProver = false }));
        Assert.Null(Judge(Changed(asked => asked with { Assignee = SampleJobs.Us })));
        var late = Judge(Changed(asked => asked with { Deadline = Now + 59 }));
        Assert.Equal((TurnAwayReason.NoProver, false), (late!.Reason, late.MayPass));

        AdmissionCase Changed(Func<IHubContract.Request, IHubContract.Request> change) =>
            proven with { Job = proven.Job with { Ask = proven.Job.Ask with { Request = change(proven.Job.Ask.Request) } } };
    }

    private static UsableKey Key { get; } = new(new Secp256k1ReceiptSigner(new LocalSigner(PrivateKey.Generate())), 1, Hash32.Zero, Hash32.FromUInt256(0xA0), "emulated", ulong.MaxValue);

    private static AdmissionCase Case(IHubContract.Request? asked = null)
    {
        var job = SampleJobs.Open();
        return new AdmissionCase
        {
            Job = job with { Ask = job.Ask with { Request = asked ?? job.Ask.Request } },
            Version = VersionStatus.Active,
            IsServed = true,
            Now = SampleJobs.At(Now),
            Node = SampleJobs.Us,
            Stake = 1_000_000u,
            Lien = 100_000u,
            Cost = UInt256.Zero,
            Limits = Limits,
        };
    }

    private static TurnedAway? Judge(AdmissionCase request) => new AdmissionPolicy().Judge(request);

    private static void Expect(TurnAwayReason reason, AdmissionCase request) => Assert.Equal(reason, Judge(request)?.Reason);
}
