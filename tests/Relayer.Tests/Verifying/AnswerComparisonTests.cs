using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Tensors;
using OpenGradient.Relayer.Verifying.Duties;
using OpenGradient.Relayer.Verifying.Reviews;
using static OpenGradient.Relayer.Tests.Verifying.SampleDossiers;

namespace OpenGradient.Relayer.Tests.Verifying;

public sealed class AnswerComparisonTests
{
    private static readonly VersionSemantics Integer = new VersionSemantics.Integer(Hash32.Zero);

    // 0.1 absolute, nothing relative.
    private static readonly VersionSemantics Float = new VersionSemantics.Float(new Tolerance(100_000_000_000_000_000, 0));

    [Fact]
    public void Integers_are_equal_or_wrong()
    {
        Assert.Equal(Verdict.Agreed, Judge(Integer, [1], [1]).Verdict);
        Assert.Equal(Verdict.Differs, Judge(Integer, [1], [2], [2], [2]).Verdict);
    }

    [Fact]
    public void Nothing_is_said_of_what_cannot_be_compared() =>
        Assert.Equal((Verdict.Undecidable, ReviewReason.NotComparable), Of(Judge(VersionSemantics.None.Instance, [1], [2], [2], [2])));

    [Theory]
    [InlineData(1.05f, Verdict.Agreed, ReviewReason.None)]
    [InlineData(1.15f, Verdict.Undecidable, ReviewReason.WithinMargin)]
    [InlineData(0.85f, Verdict.Undecidable, ReviewReason.WithinMargin)]
    [InlineData(1.25f, Verdict.Differs, ReviewReason.None)]
    [InlineData(0.75f, Verdict.Differs, ReviewReason.None)]
    [InlineData(float.NaN, Verdict.Differs, ReviewReason.None)]
    public void Floats_are_wrong_beyond_twice_the_tolerance(float answer, Verdict verdict, ReviewReason reason)
    {
        var own = Floats(1);

        Assert.Equal((verdict, reason), Of(Judge(Float, Floats(answer), own, own, own)));
    }

    [Fact]
    public void One_run_that_agrees_is_enough() => Assert.Equal(Verdict.Agreed, Judge(Float, Floats(1), Floats(2), Floats(2), Floats(1.05f)).Verdict);

    [Fact]
    public void One_run_that_leaves_a_doubt_is_enough() =>
        Assert.Equal((Verdict.Undecidable, ReviewReason.WithinMargin), Of(Judge(Float, Floats(1), Floats(2), Floats(1.15f), Floats(2))));

    [Fact]
    public void Runs_that_do_not_agree_with_each_other_decide_nothing() =>
        Assert.Equal((Verdict.Undecidable, ReviewReason.RunsDisagree), Of(Judge(Float, Floats(1), Floats(2), Floats(2.2f))));

    [Fact]
    public void Integer_runs_that_differ_decide_nothing() =>
        Assert.Equal((Verdict.Undecidable, ReviewReason.RunsDisagree), Of(Judge(Integer, [1], [2], [3])));

    [Fact]
    public void Bytes_that_stayed_off_the_chain_leave_a_doubt_but_where_equality_decides()
    {
        var commit = Keccak256.Hash(Floats(1));

        Assert.Equal(ReviewReason.OutputNotShown, AnswerComparison.Of(Float, commit, output: null, [Run(Floats(2))]).Reason);
        Assert.Equal(Verdict.Agreed, AnswerComparison.Of(Float, commit, output: null, [Run(Floats(1))]).Verdict);
        Assert.Equal(Verdict.Differs, AnswerComparison.Of(Integer, commit, output: null, [Run(Floats(2))]).Verdict);
    }

    [Fact]
    public void What_is_longer_than_the_court_compares_is_not_called_wrong() =>
        Assert.Equal(ReviewReason.OutputTooLong, Judge(Float, Floats(new float[1_100]), Floats([.. Enumerable.Repeat(9f, 1_100)])).Reason);

    [Fact]
    public void Other_shapes_are_wrong() => Assert.Equal(Verdict.Differs, Judge(Float, Floats(1, 1), Floats(1), Floats(1)).Verdict);

    [Fact]
    public void A_failure_is_wrong_where_the_input_can_be_run_and_the_other_way_round()
    {
        Assert.Equal(Verdict.Differs, AnswerComparison.Of(Float, HubDomain.Failure, output: null, [Run(Floats(1)), Run(Floats(1))]).Verdict);
        Assert.Equal(Verdict.Differs, AnswerComparison.Of(Float, Keccak256.Hash(Floats(1)), Floats(1), [Failed(isCertain: true)]).Verdict);
        Assert.Equal(Verdict.Agreed, AnswerComparison.Of(Float, HubDomain.Failure, output: null, [Failed(isCertain: false)]).Verdict);
    }

    [Fact]
    public void A_failure_that_may_depend_on_the_machine_is_held_against_nobody() =>
        Assert.Equal(
            (Verdict.Undecidable, ReviewReason.FailureUncertain), Of(AnswerComparison.Of(Float, Keccak256.Hash(Floats(1)), Floats(1), [Failed(isCertain: false)])));

    [Fact]
    public void The_widest_tolerance_is_doubled_without_overflow() =>
        Assert.Equal(Verdict.Agreed, Judge(new VersionSemantics.Float(new Tolerance(UInt128.MaxValue, UInt128.MaxValue)), Floats(1), Floats(2)).Verdict);

    private static (Verdict, ReviewReason) Of(Finding finding) => (finding.Verdict, finding.Reason);

    private static Finding Judge(VersionSemantics semantics, byte[] answer, params byte[][] runs) =>
        AnswerComparison.Of(semantics, Keccak256.Hash(answer), answer, [.. runs.Select(Run)]);

    private static OwnRun Run(byte[] output) => new(new OwnAnswer(Keccak256.Hash(output), output), IsCertain: true);

    private static OwnRun Failed(bool isCertain) => new(new OwnAnswer(HubDomain.Failure, ReadOnlyMemory<byte>.Empty), isCertain);
}
