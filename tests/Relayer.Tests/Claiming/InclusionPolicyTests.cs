using OpenGradient.Relayer.Claiming;

namespace OpenGradient.Relayer.Tests.Claiming;

public sealed class InclusionPolicyTests
{
    [Theory]
    [InlineData(99, 0)]
    [InlineData(100, 2)]
    [InlineData(200, 2)]
    public void Nothing_is_said_of_one_in_a_hundred_before_a_hundred_are_known(int count, int seconds) =>
        Assert.Equal((ulong)seconds, InclusionPolicy.Measured([.. Enumerable.Repeat(TimeSpan.FromSeconds(1.2), count)]));

    [Theory]
    [InlineData(100, 1, 1)]
    [InlineData(100, 2, 50)]
    [InlineData(199, 1, 1)]
    [InlineData(200, 2, 1)]
    [InlineData(200, 3, 50)]
    public void One_of_a_hundred_may_take_longer(int count, int slow, int seconds)
    {
        var took = Enumerable.Range(0, count).Select(i => TimeSpan.FromSeconds(i < slow ? 50 : 1)).ToList();

        Assert.Equal((ulong)seconds, InclusionPolicy.Measured(took));
    }

    [Theory]
    [InlineData(0, 36, MarginMove.None)]
    [InlineData(0, 37, MarginMove.Grew)]
    [InlineData(37, 90, MarginMove.None)]
    [InlineData(90, 36, MarginMove.Back)]
    [InlineData(90, 0, MarginMove.Back)]
    [InlineData(12, 24, MarginMove.None)]
    public void It_is_told_when_what_is_planned_for_passes_three_blocks_and_when_it_is_back(ulong before, ulong measured, MarginMove move) =>
        Assert.Equal(move, InclusionPolicy.MoveOf(planned: 36, before, measured));

    [Fact]
    public void What_stands_still_for_longer_than_an_hour_is_planned_for_as_an_hour() =>
        Assert.Equal(3_600UL, InclusionPolicy.Measured([.. Enumerable.Repeat(TimeSpan.FromDays(1), 100)]));
}
