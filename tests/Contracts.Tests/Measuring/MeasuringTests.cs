using OpenGradient.Benchmarks.Indexer;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Benchmarks.Prover;
using OpenGradient.Support;

namespace OpenGradient.Contracts.Tests.Measuring;

/// <summary>What benchmarks say of what they did, and of what they did not.</summary>
public sealed class MeasuringTests
{
    [Theory]
    [InlineData(5, 6)]
    [InlineData(2, 3)]
    [InlineData(1, 1)]
    public void The_first_of_several_rounds_compiles_the_code_and_is_not_counted(int rounds, int expected)
    {
        var calls = 0;
        Assert.Equal(rounds, ProverSuite.Times(rounds, () => calls++).Length);
        Assert.Equal(expected, calls);
    }

    [Fact]
    public void A_peer_that_was_not_measured_leaves_its_goal_missed()
    {
        var missing = IndexerSuite.PeerRow(150_000, theirs: null);
        Assert.Equal((false, null, null), (missing.Met, missing.Baseline, missing.Ratio));
        Assert.False(new BenchmarkReport("indexer", Machine.Describe("none"), [missing], "").GoalsMet);
        Assert.Contains("not measured", missing.BaselineName, StringComparison.Ordinal);

        Assert.Equal((true, 60.0), (IndexerSuite.PeerRow(150_000, 2_500).Met, IndexerSuite.PeerRow(150_000, 2_500).Ratio));
        Assert.False(IndexerSuite.PeerRow(150_000, 7_501).Met);
    }

    [Fact]
    public void A_failure_of_ours_is_not_taken_for_one_of_the_peer()
    {
        using var stop = new CancellationTokenSource();
        Assert.True(PonderPeer.IsFailure(new InvalidOperationException("Ponder ended early"), stop.Token));
        Assert.True(PonderPeer.IsFailure(new System.ComponentModel.Win32Exception("no npm"), stop.Token));
        Assert.True(PonderPeer.IsFailure(new TaskCanceledException("its limit"), stop.Token));
        Assert.False(PonderPeer.IsFailure(new FormatException("ours"), stop.Token));
        stop.Cancel();
        Assert.False(PonderPeer.IsFailure(new TaskCanceledException("whoever waits"), stop.Token));
    }

    [Fact]
    public void The_figures_beside_a_ratio_are_those_that_it_is_of()
    {
        // The medians of each alone would be 100 and 160: a ratio that no round had.
        (double, double)[] rounds = [(100, 250), (90, 150), (120, 160)];
        Assert.Equal((90.0, 150.0), IndexerSuite.MedianPair(rounds));
        Assert.Equal((120.0, 160.0), IndexerSuite.MedianPair(rounds[2..]));
    }

    [Fact]
    public void A_wait_ends_when_nothing_comes_any_more_and_not_before()
    {
        var time = new ManualTime();
        var patience = new Patience(TimeSpan.FromMinutes(3), time);
        for (var minutes = 0; minutes < 10; minutes += 2)
        {
            time.Advance(TimeSpan.FromMinutes(2));
            patience.Spend(() => "");
            patience.Renew();
        }

        time.Advance(TimeSpan.FromMinutes(4));
        var late = Assert.Throws<TimeoutException>(() => patience.Spend(() => "3 of 5 requests are not settled"));
        Assert.Equal("3 of 5 requests are not settled: nothing came for 3 minutes.", late.Message);
    }
}
