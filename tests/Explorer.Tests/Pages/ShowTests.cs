using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Explorer.Parts;
using OpenGradient.Explorer.Tests.Chain;

namespace OpenGradient.Explorer.Tests.Pages;

/// <summary>Values as people read them.</summary>
public sealed class ShowTests
{
    [Theory]
    [InlineData("0", 18, "0")]
    [InlineData("1", 18, "< 0.000001")]
    [InlineData("2500000000000000000", 18, "2.5")]
    [InlineData("1234567890000000000000000", 18, "1,234,567.89")]
    [InlineData("1000000000000000001", 18, "1")]
    [InlineData("5", 0, "5")]
    [InlineData("5", 1, "0.5")]
    public void An_amount_is_shown_by_what_tells_something(string amount, int decimals, string shown) =>
        Assert.Equal(shown, Show.Money(BigInteger.Parse(amount, CultureInfo.InvariantCulture), decimals));

    [Fact]
    public void Whatever_a_stranger_writes_nothing_unseen_is_left_and_it_ends() =>
        Prop.ForAll<string>(text =>
        {
            var shown = Show.Strangers(text ?? "", 50);
            Assert.DoesNotContain(shown, letter => char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator);
            // A letter that is named takes twelve at the most.
            Assert.True(shown.Length <= (50 * 12) + 1);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, 7, "0 %")]
    [InlineData(1, 2, "50 %")]
    [InlineData(2, 3, "66.6 %")]
    [InlineData(1_999_999, 2_000_000, "99.9 %")]
    [InlineData(2_000_000, 2_000_000, "100 %")]
    public void Only_all_is_shown_as_all(long part, long whole, string shown) => Assert.Equal(shown, Show.Percent(part, whole));

    [Fact]
    public void Letters_that_turn_others_are_named() => Assert.Equal("safe⟨U+202E⟩exe.fdp⟨U+2066⟩⟨U+200B⟩", Show.Strangers(Story.Turned));

    [Fact]
    public void Marks_are_not_heaped() => Assert.Equal("Z\u0301\u0301\u0301a", Show.Strangers("Z" + new string('\u0301', 500) + "a", 1_000));

    [Fact]
    public void Letters_beyond_the_first_plane_are_not_cut_in_two() => Assert.Equal("😀😀…", Show.Strangers("😀😀😀", 2));

    [Theory]
    [InlineData(0, "never")]
    [InlineData(long.MaxValue, "never")]
    [InlineData(1_700_000_000, "2023-11-14 22:13:20")]
    public void A_time_that_is_none_is_no_time(long seconds, string shown) => Assert.Equal(shown, Show.Time(seconds));
}
