using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.PrivateRequests.Messages;

namespace OpenGradient.PrivateService;

/// <summary>What holds for both servers.</summary>
internal static class HostShape
{
    // Some stand idle between two requests.
    private const int SpareConnections = 64;

    // Who sends slower than that takes up a place for nothing.
    private static readonly MinDataRate LeastRate = new(bytesPerSecond: 16 * 1024, gracePeriod: TimeSpan.FromSeconds(5));
    private static readonly TimeSpan HeadersLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A server that logs nothing by itself: what a framework tells of requests, connections and failures may hold addresses and content, so that only the
    /// events of our own are written.
    /// </summary>
    public static WebApplication Build(Uri listen, int mostAtOnce)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.WebHost.UseUrls(listen.GetLeftPart(UriPartial.Authority));
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        // Whoever stops a server says how long that may take.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = PrivateMedia.MaxRequestBytes;
            server.Limits.MaxConcurrentConnections = (2 * mostAtOnce) + SpareConnections;
            server.Limits.MinRequestBodyDataRate = LeastRate;
            server.Limits.RequestHeadersTimeout = HeadersLimit;
            server.Limits.KeepAliveTimeout = IdleLimit;
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
