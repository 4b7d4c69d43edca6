using Microsoft.Playwright;
using OpenGradient.Explorer.Tests.Chain;

namespace OpenGradient.Explorer.Tests.Browser;

/// <summary>Every page in a real browser: by light, in the dark, and on a phone.</summary>
public sealed class EachPageTests(FilledPages filled, Chromium chromium)
{
    private const int PhoneWidth = 375;

    public static TheoryData<string> Names => [.. PageList.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_page_is_whole_in_light_and_dark_and_on_a_phone(string name)
    {
        var path = PageList.PathOf(name, filled.Story);
        await using var wide = await chromium.OpenAsync(filled.Pages.Address);
        await wide.GoAsync(path);
        Assert.True(await wide.Page.Locator("h1").CountAsync() == 1, "A page has one heading of the first level.");
        Assert.Empty(await wide.HindrancesAsync());
        await wide.PictureAsync(name);

        await wide.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        var paper = await wide.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        Assert.Equal("rgb(19, 23, 22)", paper);
        Assert.Empty(await wide.HindrancesAsync("color-contrast"));
        await wide.PictureAsync(name + "-dark");
        Assert.Empty(wide.Complaints);

        await using var phone = await chromium.OpenAsync(filled.Pages.Address, width: PhoneWidth, height: 800);
        await phone.GoAsync(path);
        var width = await phone.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        Assert.True(width <= PhoneWidth, $"{name} is {width} pixels wide on a phone of {PhoneWidth}.");
        await phone.PictureAsync(name + "-phone");
        Assert.Empty(phone.Complaints);
    }
}
