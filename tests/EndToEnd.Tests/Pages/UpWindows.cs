using Microsoft.Playwright;
using OpenGradient.Explorer.Tests.Browser;

namespace OpenGradient.EndToEnd.Tests.Pages;

/// <summary>Windows on the pages of what <c>og up</c> runs. Where there is no browser, it is not started for nothing.</summary>
internal static class UpWindows
{
    public static async Task<Window> OpenAsync(this Chromium chromium, UpSystem up)
    {
        await chromium.RequireAsync();
        await up.StartAsync();
        return await chromium.OpenAsync(new Uri(up.Report.Pages));
    }

    /// <summary>Goes to a page, and gives the status that it came with.</summary>
    public static async Task<int> StatusAsync(this Window window, string path) =>
        (await window.Page.GotoAsync(path, new PageGotoOptions { WaitUntil = WaitUntilState.Load }))?.Status ?? 0;

    /// <summary>What the browser was told to be wrong with a receipt, by what was looked at.</summary>
    public static async Task<string> WrongAsync(this Window window) =>
        string.Join(", ", await window.Page.Locator("[data-held=false] > span:nth-child(2)").AllTextContentsAsync());

    /// <summary>Has the browser verify a request's receipt, to this end.</summary>
    public static async Task VerifyAsync(this Window window, string request, string verdict)
    {
        await window.GoAsync($"/requests/{request}");
        await window.Page.ClickAsync("[data-verify-start]");
        await window.Page.Locator($"[data-verdict={verdict}]").WaitForAsync();
    }
}
