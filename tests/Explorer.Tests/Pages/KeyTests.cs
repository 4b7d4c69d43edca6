using OpenGradient.Attestation.Verdicts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Explorer.Tests.Chain;
using OpenGradient.Support.Databases;
using static OpenGradient.Explorer.Tests.Chain.Story;

namespace OpenGradient.Explorer.Tests.Pages;

/// <summary>What attested keys are worth, as events take it from them one after the other.</summary>
public sealed class KeyTests(SqliteFixture databases) : IClassFixture<SqliteFixture>
{
    private static readonly Address Node = Someone(0x51), First = Someone(0x52), Second = Someone(0x53);

    [Fact]
    public async Task A_key_that_no_answer_may_rest_on_any_more_is_not_shown_as_active()
    {
        await using var pages = await ServedPages.StartAsync(await databases.CreateAsync());
        await pages.MineAsync(
        [
            [Event("keys_root_approved", Named("root"), new Hash32([.. "emulated"u8, .. new byte[24]]), true)],
            [KeyEvent(Node, First, 1, Named("evidence"))],
        ]);
        Assert.Equal("active", await StandingAsync(pages, First));
        var html = await pages.GetAsync("/keys");
        Assert.Contains("Written by a stranger\">emulated</bdi>", html, StringComparison.Ordinal);
        Assert.Contains(">approved</span>", html, StringComparison.Ordinal);
        Assert.Contains("none was set", await pages.GetAsync($"/keys/{First}"), StringComparison.Ordinal);

        // Its node has another by now.
        await pages.MineAsync([[KeyEvent(Node, Second, 2, Named("evidence"))]]);
        Assert.Equal(("succeeded", "active"), (await StandingAsync(pages, First), await StandingAsync(pages, Second)));

        // A floor that they still stand on, and one that they do not.
        await pages.MineAsync([[Event("keys_tcb_floor_raised", TeeType.Tdx.ToWord(), Number(3))]]);
        Assert.Equal("active", await StandingAsync(pages, Second));
        Assert.Contains("Floor of the trusted base</dt><dd>evaluation 3</dd>", await pages.GetAsync($"/keys/{Second}"), StringComparison.Ordinal);
        await pages.MineAsync([[Event("keys_tcb_floor_raised", TeeType.Tdx.ToWord(), Number(4))]]);
        Assert.Equal("outdated", await StandingAsync(pages, Second));
        html = await pages.GetAsync($"/keys/{Second}");
        Assert.Contains("Floor of the trusted base</dt><dd>evaluation 4</dd>", html, StringComparison.Ordinal);
        Assert.Contains("The floor of its trusted base was raised", html, StringComparison.Ordinal);

        await pages.MineAsync([[Event("keys_root_revoked", Named("root"), "Its secret was found.")]]);
        Assert.Equal("revoked", await StandingAsync(pages, Second));
        html = await pages.GetAsync("/keys");
        Assert.DoesNotContain(">approved</span>", html, StringComparison.Ordinal);
        Assert.Contains("Its root was revoked", await pages.GetAsync($"/keys/{Second}"), StringComparison.Ordinal);
    }

    private static async Task<string> StandingAsync(ServedPages pages, Address key)
    {
        var html = await pages.GetAsync($"/keys/{key}");
        var heading = html[html.IndexOf("<h1>", StringComparison.Ordinal)..html.IndexOf("</h1>", StringComparison.Ordinal)];
        return heading[(heading.IndexOf("\">", StringComparison.Ordinal) + 2)..heading.IndexOf("</span>", StringComparison.Ordinal)];
    }
}
