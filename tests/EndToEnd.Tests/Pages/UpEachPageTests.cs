using Microsoft.Playwright;
using OpenGradient.Explorer.Tests.Browser;

namespace OpenGradient.EndToEnd.Tests.Pages;

/// <summary>Every page over what <c>og up</c> runs, in a real browser: by light, in the dark, and on a phone. Pictures of them lie with those of other pages.</summary>
[Collection(UpSystem.Shared)]
public sealed class UpEachPageTests(UpSystem up, Chromium chromium)
{
    private const int Found = 200;
    private const int PhoneWidth = 375;
    private const int PhoneHeight = 800;

    public static TheoryData<string> Names => [.. UpPageList.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_page_is_whole_and_hinders_nobody_in_light_and_dark_and_on_a_phone(string name)
    {
        await using var window = await chromium.OpenAsync(up);
        var path = await UpPageList.PathOfAsync(name, up);

        Assert.Equal(Found, await window.StatusAsync(path));
        Assert.Equal(1, await window.Page.Locator("h1").CountAsync());
        Assert.Equal(0, await window.Page.Locator("main .notice").CountAsync());
        Assert.Empty(await window.HindrancesAsync());
        await window.PictureAsync($"up-{name}");

        await window.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        Assert.Equal("rgb(19, 23, 22)", await window.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        Assert.Empty(await window.HindrancesAsync());
        await window.PictureAsync($"up-{name}-dark");

        await window.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
        await window.Page.SetViewportSizeAsync(PhoneWidth, PhoneHeight);
        Assert.Equal(Found, await window.StatusAsync(path));
        var width = await window.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        Assert.True(width <= PhoneWidth, $"{name} is {width} pixels wide on a phone of {PhoneWidth}.");
        Assert.Empty(await window.HindrancesAsync());
        await window.PictureAsync($"up-{name}-phone");
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Every_page_that_is_linked_from_all_pages_is_among_these()
    {
        await using var window = await chromium.OpenAsync(up);
        await window.StatusAsync("/");
        var linked = await window.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('header a, footer a')].map((link) => link.getAttribute('href'))");
        List<string> walked = ["#main"];
        foreach (var name in UpPageList.Names)
            walked.Add(await UpPageList.PathOfAsync(name, up));

        Assert.True(linked.Length > 10);
        Assert.Empty(linked.Where(path => !path.StartsWith("/v1/", StringComparison.Ordinal)).Except(walked, StringComparer.Ordinal));
    }
}
