using System.Collections.Concurrent;
using Microsoft.Playwright;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Explorer.Tests.Browser;

/// <summary>Debian's Chromium, started once. Where it cannot be had, tests that ask for it are skipped, each by its name.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";

    private readonly SemaphoreSlim _starting = new(1, 1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private string? _missing;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A window of its own, with nothing kept from others.</summary>
    internal async Task<Window> OpenAsync(Uri address, ColorScheme scheme = ColorScheme.Light, int width = 1280, int height = 900)
    {
        var browser = await BrowserAsync();
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ReducedMotion = ReducedMotion.Reduce,
        });
        return new Window(context, await context.NewPageAsync());
    }

    /// <summary>Skips the test where there is no browser, before it takes pains for nothing.</summary>
    internal async Task RequireAsync() => await BrowserAsync();

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        _starting.Dispose();
    }

    private async Task<IBrowser> BrowserAsync()
    {
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_browser is null && _missing is null)
            {
                _missing = await DebianPackages.InstallAsync(Program, "chromium fonts-dejavu-core", "Chromium is not installed: install Debian's chromium.");
                if (_missing is null)
                {
                    _playwright = await Playwright.CreateAsync();
                    // Its sandbox refuses to work for root.
                    _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
                    {
                        ExecutablePath = Program,
                        Timeout = Window.PatienceMs,
                        Args = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [],
                    });
                }
            }

            return _browser ?? throw new SkippedTestException(_missing!);
        }
        finally
        {
            _starting.Release();
        }
    }
}

/// <summary>A page in the browser, and everything that it complained of.</summary>
internal sealed class Window : IAsyncDisposable
{
    // A machine that does much else is slow, and nothing here waits for what does not come.
    internal const int PatienceMs = 240_000;

    private static readonly Lazy<string> Axe = new(() => File.ReadAllText(Repository.PathOf("node_modules", "axe-core", "axe.min.js")));

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();

    public Window(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.SetDefaultTimeout(PatienceMs);
        Assertions.SetDefaultExpectTimeout(PatienceMs);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _complaints.Enqueue(message.Text);
        };
        page.PageError += (_, error) => _complaints.Enqueue(error);
    }

    public IPage Page { get; }

    /// <summary>What was refused by the policy, broke, or was not found.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public Task GoAsync(string path) => Page.GotoAsync(path, new PageGotoOptions { WaitUntil = WaitUntilState.Load });

    /// <summary>What hinders people, by the rules of axe. It runs beside the page, whose policy holds.</summary>
    /// <param name="rule">One rule alone; all without it.</param>
    public async Task<IReadOnlyList<string>> HindrancesAsync(string? rule = null)
    {
        await Page.EvaluateAsync(Axe.Value);
        return await Page.EvaluateAsync<string[]>(
            "async (rule) => (await axe.run(rule ? { runOnly: [rule] } : { resultTypes: ['violations'] })).violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => `${node.target} ${node.any.map((found) => found.message)}`).slice(0, 3).join(' | ')}`)",
            rule);
    }

    public Task PictureAsync(string name) => Page.ScreenshotAsync(new PageScreenshotOptions { Path = Repository.PathOf(".og", "tests", "pages", name + ".png"), FullPage = false });

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
