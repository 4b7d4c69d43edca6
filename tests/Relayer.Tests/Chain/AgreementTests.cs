using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;

namespace OpenGradient.Relayer.Tests.Chain;

/// <summary>One endpoint of three lies, in either direction, and changes nothing.</summary>
public sealed class AgreementTests
{
    private const ulong Now = 1_000_000;
    private const ulong Day = 86_400;

    [Theory]
    [InlineData(Now + Day, Now, Now + 2, Now + 2)]
    [InlineData(Now, Now + 2, Now + Day, Now + 2)]
    [InlineData(Now - Day, Now, Now + 2, Now)]
    [InlineData(ulong.MaxValue, Now, Now, Now)]
    [InlineData(0UL, Now, Now, Now)]
    public void A_time_has_come_when_two_say_so(ulong first, ulong second, ulong third, ulong reached) =>
        Assert.Equal(reached, Agreement.Reached([first, second, third], quorum: 2));

    [Fact]
    public void Nobody_alone_makes_gas_dear_or_cheap()
    {
        Assert.Equal(new Wei(10u), Agreement.Middle([new Wei(10u), new Wei(1_000_000u), new Wei(9u)]));
        Assert.Equal(new Wei(9u), Agreement.Middle([new Wei(10u), new Wei(0u), new Wei(9u)]));
        Assert.Equal(new Wei(12u), Agreement.Middle([new Wei(12u), new Wei(10u)]));
        Assert.Equal(new Wei(5u), Agreement.Middle([new Wei(5u)]));
    }

    [Fact]
    public void The_heads_that_a_quorum_may_have_are_looked_at_from_the_highest()
    {
        Assert.Equal([101UL, 100UL], Heads(quorum: 2, 7_300, 100, 101));
        Assert.Equal([100UL, 40UL], Heads(quorum: 2, 40, 100, 100));
        Assert.Equal([100UL], Heads(quorum: 1, 100));

        static IEnumerable<ulong> Heads(int quorum, params ulong[] heads) =>
            Agreement.Candidates(heads.Select(head => new BlockNumber(head)), quorum).Select(number => number.Value);
    }

    [Fact]
    public void What_is_said_is_believed_when_enough_say_the_same()
    {
        Assert.Equal("a", Agreement.Of(["b", "a", "a"], quorum: 2));
        Assert.Null(Agreement.Of(["c", "b", "a"], quorum: 2));
        Assert.Equal("c", Agreement.Of(["c"], quorum: 1));
    }
}
