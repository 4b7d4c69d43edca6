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

    [Fact]
    public void What_stands_still_for_longer_than_an_hour_is_planned_for_as_an_hour() =>
        Assert.Equal(3_600UL, InclusionPolicy.Measured([.. Enumerable.Repeat(TimeSpan.FromDays(1), 100)]));
}
