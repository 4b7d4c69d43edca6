using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Parts;

namespace OpenGradient.Explorer.Serving;

/// <summary>One person's look at one page.</summary>
internal sealed record Visit(IndexClient Index, ExplorerOptions Options, RelayerClient Relayers, TimeProvider Clock, HttpRequest Request, CancellationToken Stop)
{
    private const long DaySeconds = 86_400;

    public IQueryCollection Query => Request.Query;

    /// <summary>So many days ago, in seconds of Unix time.</summary>
    public long Since(int days) => Clock.GetUtcNow().ToUnixTimeSeconds() - (days * DaySeconds);

    public string Route(string name) => Request.RouteValues[name]?.ToString() ?? "";
}

/// <summary>What a visit comes to: a page, or another place.</summary>
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <summary>A page: a component, and what it shows.</summary>
    public sealed record Page(string Title, Type Component, object Model, int Status = StatusCodes.Status200OK) : Outcome;

    public sealed record Elsewhere(string Path) : Outcome;
}

/// <summary>Gathers what a page shows, and does it before anything is written.</summary>
internal delegate Task<Outcome> Load(Visit visit);

/// <summary>Renders pages on the server. A component only shows what it is given: all asking is over when it is called.</summary>
internal sealed class PageServer(IndexClient index, ExplorerOptions options, RelayerClient relayers, TimeProvider clock, IServiceProvider services, ILoggerFactory loggers)
{
    private readonly SiteWatch _watch = new(index, options);

    public async Task ServeAsync(HttpContext context, Load load)
    {
        var stop = context.RequestAborted;
        var loading = load(new Visit(index, options, relayers, clock, context.Request, stop));
        var site = await _watch.LookAsync(stop);
        switch (await loading)
        {
            case Outcome.Elsewhere(var path):
                PageHeaders.Set(context.Response);
                context.Response.Redirect(path);
                break;
            case Outcome.Page page:
                await WriteAsync(context, site, page);
                break;
        }
    }

    private async Task WriteAsync(HttpContext context, Site site, Outcome.Page page)
    {
        await using var renderer = new HtmlRenderer(services, loggers);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                [nameof(Layout.Site)] = site,
                [nameof(Layout.Page)] = page,
                [nameof(Layout.Path)] = context.Request.Path.Value ?? "/",
            });
            return (await renderer.RenderComponentAsync<Layout>(parameters)).ToHtmlString();
        });
        var bytes = Encoding.UTF8.GetBytes(html);
        PageHeaders.Set(context.Response);
        context.Response.StatusCode = page.Status;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
