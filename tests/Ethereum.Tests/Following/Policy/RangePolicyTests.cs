using OpenGradient.Ethereum.Following;

namespace OpenGradient.Ethereum.Tests.Following.Policy;

public sealed class RangePolicyTests
{
    private static readonly RangePolicy Start = new() { Blocks = 100, Most = 1_000, TargetLogs = 500, TargetTime = TimeSpan.FromSeconds(2) };
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(10);

    [Fact]
    public void Doubles_while_answers_are_small_and_quick_up_to_the_most()
    {
        var policy = Start;
        List<ulong> sizes = [];
        for (var i = 0; i < 5; i++)
        {
            policy = policy.AfterAnswer(policy.Blocks, logs: 0, Quick);
            sizes.Add(policy.Blocks);
        }

        Assert.Equal([200UL, 400, 800, 1_000, 1_000], sizes);
    }

    [Fact]
    public void Aims_at_the_number_of_logs() => Assert.Equal(50UL, Start.AfterAnswer(100, logs: 1_000, Quick).Blocks);

    [Fact]
    public void Aims_at_the_time() => Assert.Equal(25UL, Start.AfterAnswer(100, logs: 10, TimeSpan.FromSeconds(8)).Blocks);

    [Fact]
    public void Never_goes_below_one_block()
    {
        var policy = Start.AfterAnswer(1, logs: 1_000_000, TimeSpan.FromHours(1));

        Assert.Equal(1UL, policy.Blocks);
        Assert.Equal(1UL, policy.AfterRefusal(1, suggested: null).AfterSilence(1).Blocks);
    }

    [Fact]
    public void Learns_nothing_from_a_range_cut_short_by_the_end_of_the_chain() =>
        Assert.Equal(100UL, Start.AfterAnswer(3, logs: 1, Quick).Blocks);

    [Fact]
    public void Takes_the_size_that_the_endpoint_suggests() => Assert.Equal(80UL, Start.AfterRefusal(100, suggested: 80).Blocks);

    [Theory]
    [InlineData(null)]
    [InlineData(0UL)]
    [InlineData(100UL)]
    [InlineData(5_000UL)]
    public void Halves_where_there_is_no_usable_suggestion(ulong? suggested) =>
        Assert.Equal(50UL, Start.AfterRefusal(100, suggested).Blocks);

    [Fact]
    public void Stays_below_a_refused_size_for_a_while_and_then_tries_again()
    {
        var policy = Start.AfterRefusal(100, suggested: null);
        var tries = 0;
        while (policy.Blocks < 100)
        {
            policy = policy.AfterAnswer(policy.Blocks, logs: 0, Quick);
            tries++;
        }

        Assert.Equal(32, tries);
        Assert.Equal(100UL, policy.Blocks);
        Assert.Equal(50UL, policy.AfterRefusal(100, suggested: null).Blocks);
    }

    [Fact]
    public void Reaches_what_an_endpoint_takes_in_few_questions_however_far_off_it_starts()
    {
        var policy = new RangePolicy { Blocks = 10_000 };
        var refusals = 0;
        while (policy.Blocks > 7)
        {
            policy = policy.AfterRefusal(policy.Blocks, suggested: null);
            refusals++;
        }

        Assert.Equal(11, refusals);
    }
}
