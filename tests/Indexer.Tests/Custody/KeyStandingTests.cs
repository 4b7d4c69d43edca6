using OpenGradient.Indexer.Api.Custody;

namespace OpenGradient.Indexer.Tests.Custody;

/// <summary>The register's state as of a place on the chain, from the events that led to it.</summary>
public sealed class KeyStandingTests
{
    private const long From = 1_000;
    private const long Until = 9_000;
    private const long End = long.MaxValue;

    [Fact]
    public void A_key_of_which_nothing_was_said_holds_in_its_time()
    {
        var key = Of();

        Assert.Equal("not yet active", key.At(5, From - 1));
        Assert.Equal("valid", key.At(5, From));
        Assert.Equal("valid", key.At(5, Until - 1));
        Assert.Equal("expired", key.At(5, Until));
        Assert.Empty(key.LostAfter(0));
    }

    [Theory]
    [InlineData("keys_revoked", "revoked")]
    [InlineData("keys_root_revoked", "revoked")]
    [InlineData("keys_workload_revoked", "revoked")]
    [InlineData("keys_platform_revoked", "revoked")]
    [InlineData("keys_tcb_floor_raised", "outdated")]
    public void What_is_taken_back_counts_from_its_place_on_and_not_before(string source, string word)
    {
        var key = Of((10, 2_000, source));

        Assert.Equal("valid", key.At(10, 2_000));
        Assert.Equal(word, key.At(11, 2_000));
        Assert.Equal(word, key.At(End, Until));
        Assert.Single(key.LostAfter(9));
        Assert.Empty(key.LostAfter(10));
    }

    [Fact]
    public void A_veto_stands_until_it_is_overruled_and_a_confirmed_key_holds_from_then_on()
    {
        var key = Of((10, 500, "keys_vetoed"), (20, 3_000, "keys_confirmed"));

        Assert.Equal("not yet active", key.At(10, 500));
        Assert.Equal("vetoed", key.At(20, 3_000));
        Assert.Equal("valid", key.At(21, 3_000));
        Assert.Equal("not yet active", key.At(21, 2_999));
        Assert.Empty(key.LostAfter(0));
    }

    [Fact]
    public void A_key_with_an_active_successor_is_no_longer_the_nodes_own()
    {
        var key = Of() with { SuccessorFrom = 4_000 };

        Assert.Equal("valid", key.At(5, 3_999));
        Assert.Equal("succeeded", key.At(5, 4_000));
        Assert.Equal("expired", key.At(5, Until));
    }

    private static KeyStanding Of(params (long Id, long Time, string Source)[] words) =>
        new(From, Until, null, [.. words.Select(word => new RegistryWord { Id = word.Id, Time = word.Time, Source = word.Source })]);
}
