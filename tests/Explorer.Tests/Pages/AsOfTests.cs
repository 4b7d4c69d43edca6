using System.Text.RegularExpressions;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Explorer.Tests.Chain;
using OpenGradient.Support.Databases;
using static OpenGradient.Explorer.Tests.Chain.Story;

namespace OpenGradient.Explorer.Tests.Pages;

/// <summary>Lists as of a block show nothing beside their rows that came later.</summary>
public sealed partial class AsOfTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    // Two blocks are there before a test adds any.
    private const int FirstBlock = 2;

    private static readonly Address First = Someone(0x51), Second = Someone(0x52);

    [Fact]
    public async Task Nodes_have_the_stakes_and_answers_that_they_had_then()
    {
        await using var pages = await ServedPages.StartAsync(await databases.CreateAsync());
        var (_, asked) = await AskAsync(1, 1, First, 0, _ => Task.FromResult(new byte[65]));
        await pages.MineAsync(
        [
            [Registered(First), Staked(First, 700)],
            [Registered(Second), Staked(Second, 30), Staked(First, 5)],
            .. asked,
            [Event("nodes_withdrawn", Second, Someone(0xb1), Amount(10)), Event("nodes_slashed", First, Amount(4), Amount(4), Someone(0xc1))],
        ]);

        // The newest node stands first.
        Assert.Equal("700 0", await ShownAsync(pages, FirstBlock));
        Assert.Equal("30 0 705 0", await ShownAsync(pages, FirstBlock + 1));
        Assert.Equal("30 0 705 1", await ShownAsync(pages, FirstBlock + 3));
        Assert.Equal("20 0 701 1", await ShownAsync(pages, FirstBlock + 4));
        Assert.Equal("20 0 701 1", await ShownAsync(pages, null));
    }

    [Fact]
    public async Task Roots_beside_keys_are_those_that_were_approved_then()
    {
        await using var pages = await ServedPages.StartAsync(await databases.CreateAsync());
        await pages.MineAsync(
        [
            [Event("keys_root_approved", Named("root"), new Hash32([.. "earlier"u8, .. new byte[25]]), true)],
            [Event("keys_root_approved", Named("other"), new Hash32([.. "later"u8, .. new byte[27]]), true), Event("keys_root_revoked", Named("root"), "Its secret was found.")],
        ]);

        var (then, now) = (await pages.GetAsync($"/keys?as_of={FirstBlock}"), await pages.GetAsync("/keys"));

        Assert.Equal((1, 0), (Approved().Count(then), Revoked().Count(then)));
        Assert.Equal((1, 1), (Approved().Count(now), Revoked().Count(now)));
        Assert.DoesNotContain("later", then, StringComparison.Ordinal);
    }

    private static Log Registered(Address node) => Event("nodes_registered", node, Someone(0xb1), Someone(0xb1), Number(1), "", "");

    private static Log Staked(Address node, ulong amount) => Event("nodes_staked", node, Someone(0xb1), Amount(amount));

    // Stake and answers of each row.
    private static async Task<string> ShownAsync(ServedPages pages, int? block) =>
        string.Join(' ', Numbers().Matches(await pages.GetAsync(block is null ? "/nodes" : $"/nodes?as_of={block}")).Select(match => match.Groups[1].Value));

    [GeneratedRegex("<td[^>]*class=\"number\"[^>]*>(?:<[^>]*>)*([0-9,.]+)", RegexOptions.None, 1000)]
    private static partial Regex Numbers();

    [GeneratedRegex(">approved</span>", RegexOptions.None, 1000)]
    private static partial Regex Approved();

    [GeneratedRegex(">revoked</span>", RegexOptions.None, 1000)]
    private static partial Regex Revoked();
}
