using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace OpenGradient.PrivateService;

/// <summary>What holds for both servers.</summary>
internal static class HostShape
{
    private const int MostConnections = 256;

    /// <summary>
    /// A server that logs nothing by itself: what a framework tells of requests, connections and failures may hold addresses and content, so that only the
    /// events of our own are written.
    /// </summary>
    public static WebApplication Build(Uri listen, long mostBodyBytes)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.WebHost.UseUrls(listen.GetLeftPart(UriPartial.Authority));
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = mostBodyBytes;
            server.Limits.MaxConcurrentConnections = MostConnections;
        });
        return builder.Build();
    }

    /// <summary>A problem in few fixed words: the same for everyone whom it concerns.</summary>
    public static async Task RefuseAsync(HttpContext context, int status, string? type = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        await context.Response.WriteAsync($$"""{"type":"{{type ?? "about:blank"}}","title":"Refused."}""", context.RequestAborted);
    }
}
