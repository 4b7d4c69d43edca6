using System.Text.Json;
using Microsoft.Playwright;
using OpenGradient.Contracts.Hub;
using OpenGradient.Explorer.Tests.Browser;

namespace OpenGradient.EndToEnd.Tests.Pages;

/// <summary>The pages by keys alone.</summary>
[Collection(UpSystem.Shared)]
public sealed class UpKeyboardTests(UpSystem up, Chromium chromium)
{
    private const int MostTabs = 400;

    // What people can use, in the order of the page; marked, since a page may have two that look alike.
    private const string Mark = """
        () => {
          window.usable = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter((one) => one.checkVisibility() && !one.disabled);
          return window.usable.length;
        }
        """;

    private const string Focused = """
        () => JSON.stringify({
          place: window.usable.indexOf(document.activeElement),
          name: document.activeElement.outerHTML.slice(0, 200),
          shown: getComputedStyle(document.activeElement).outlineStyle !== 'none',
        })
        """;

    [Fact]
    public async Task From_the_first_page_to_a_verified_receipt_and_on_to_a_version_without_a_mouse()
    {
        await using var window = await chromium.OpenAsync(up);
        var request = up.RequestOf(Assurance.Signed);
        await window.GoAsync("/");
        await window.Page.Keyboard.PressAsync("/");
        await window.Page.Keyboard.TypeAsync(request);
        await window.Page.Keyboard.PressAsync("Enter");
        await window.Page.WaitForURLAsync($"**/requests/{request}");

        await Assertions.Expect(window.Page.Locator("[data-verify-start]")).ToBeEnabledAsync();
        await window.Page.Keyboard.PressAsync("Tab");
        await window.Page.Keyboard.PressAsync("Enter");
        await TabToAsync(window, "document.activeElement.matches('.timeline summary')");
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(window.Page.Locator(".timeline details[open]")).ToHaveCountAsync(1);
        await TabToAsync(window, "document.activeElement.matches('[data-verify-start]')");
        await window.Page.Keyboard.PressAsync("Enter");
        await window.Page.Locator("[data-verdict=holds]").WaitForAsync();

        await window.Page.Keyboard.PressAsync("/");
        await TabToAsync(window, "document.activeElement.textContent === 'Models'");
        await window.Page.Keyboard.PressAsync("Enter");
        await window.Page.WaitForURLAsync("**/models");
        await TabToAsync(window, "/^[/]models[/]0x/.test(document.activeElement.getAttribute('href'))");
        await window.Page.Keyboard.PressAsync("Enter");
        await window.Page.WaitForURLAsync("**/models/0x*");
        await TabToAsync(window, "/^[/]versions[/]0x/.test(document.activeElement.getAttribute('href'))");
        await window.Page.Keyboard.PressAsync("Enter");
        await window.Page.WaitForURLAsync("**/versions/0x*");
        Assert.Empty(window.Complaints);
    }

    [Theory]
    [InlineData("overview")]
    [InlineData("requests")]
    [InlineData("request-attested")]
    [InlineData("statistics")]
    [InlineData("sql")]
    [InlineData("verify")]
    [InlineData("operator")]
    public async Task All_that_can_be_used_is_reached_in_its_order_seen_and_left_again(string name)
    {
        await using var window = await chromium.OpenAsync(up);
        await window.GoAsync(await UpPageList.PathOfAsync(name, up));
        var usable = await window.Page.EvaluateAsync<int>(Mark);
        Assert.InRange(usable, 10, MostTabs);

        var next = 0;
        for (var tabs = 0; next < usable; tabs++)
        {
            Assert.True(tabs < MostTabs, $"{next} of {usable} were reached.");
            await window.Page.Keyboard.PressAsync("Tab");
            var focused = await FocusedAsync(window);
            Assert.True(focused.Shown, $"It is not seen that this has the focus: {focused.Name}");
            // A browser may stop at what scrolls, too.
            if (focused.Place < 0)
                continue;
            Assert.True(focused.Place == next, $"After {next} of {usable} came {focused.Place}: {focused.Name}");
            next++;
        }

        await window.Page.Keyboard.PressAsync("Tab");
        Assert.NotEqual(usable - 1, (await FocusedAsync(window)).Place);
        Assert.Empty(window.Complaints);
    }

    private static async Task TabToAsync(Window window, string condition)
    {
        for (var tabs = 0; tabs < MostTabs; tabs++)
        {
            await window.Page.Keyboard.PressAsync("Tab");
            if (await window.Page.EvaluateAsync<bool>(condition))
                return;
        }

        Assert.Fail($"No Tab led there: {condition}");
    }

    private static async Task<FocusedElement> FocusedAsync(Window window) =>
        JsonSerializer.Deserialize<FocusedElement>(await window.Page.EvaluateAsync<string>(Focused), JsonSerializerOptions.Web)!;

    private sealed record FocusedElement(int Place, string Name, bool Shown);
}
