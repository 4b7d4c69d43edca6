using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Earnings;
using OpenGradient.Relayer.Scheduling;

namespace OpenGradient.Relayer.Operations;

/// <summary>What the pages tell of.</summary>
public sealed record OperationsParts(
    JobQueries Jobs, JobDetailQueries Details, ProfitQueries Profit, InstanceRegister Instances, HealthReport Health, PrometheusText Metrics)
{
    /// <summary>What stands at the head of every page: that what this node attests to rests on no hardware. Null where nothing need be said.</summary>
    public string? Notice { get; init; }
}

/// <summary>
/// What an operator looks at: health, metrics, for each job where it is and why, and what was earned. It changes nothing, every list is bounded, and what
/// goes wrong is told as RFC 9457 has it.
/// </summary>
public static class OperationsPages
{
    private const int MostListed = 100;
    private const int DaysOnPage = 7;
    private const int MostConnections = 256;

    /// <param name="listen">Where; port 0 takes any that is free.</param>
    /// <param name="parts">What to tell of.</param>
    /// <param name="loggers">For what goes wrong.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="more">Pages of other roles.</param>
    public static async Task<WebApplication> StartAsync(
        Uri listen, OperationsParts parts, ILoggerFactory loggers, CancellationToken cancellationToken, Action<WebApplication>? more = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.WebHost.UseUrls(listen.GetLeftPart(UriPartial.Authority));
        builder.Services.AddSingleton(loggers);
        builder.Services.AddProblemDetails();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = 0;
            server.Limits.MaxConcurrentConnections = MostConnections;
        });
        var application = builder.Build();
        application.UseExceptionHandler();
        application.UseStatusCodePages();
        application.Use(SecureAsync);
        Map(application, parts);
        more?.Invoke(application);
        await application.StartAsync(cancellationToken);
        return application;
    }

    private static void Map(WebApplication application, OperationsParts parts)
    {
        application.MapGet("/health/live", () => Results.Text("alive"));
        application.MapGet("/health/ready", async (CancellationToken stop) =>
        {
            var state = await parts.Health.LookAsync(stop);
            return Results.Json(
                state, OperationsJson.Default.HealthState, statusCode: (int)(state.IsReady ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable));
        });
        application.MapGet("/metrics", async (CancellationToken stop) =>
        {
            // The gauges tell of the last look.
            await parts.Health.LookAsync(stop);
            return Results.Text(parts.Metrics.Write(), "text/plain; version=0.0.4");
        });
        application.MapGet("/api/jobs", async (bool? open, int? limit, CancellationToken stop) =>
            Results.Json(await parts.Jobs.ListAsync(open, limit ?? MostListed, stop), OperationsJson.Default.IReadOnlyListJobSummary));
        application.MapGet("/api/jobs/{requestId}", async (string requestId, CancellationToken stop) =>
            await FindAsync(parts, requestId, stop) is (var details, var refusal) && details is not null
                ? Results.Json(details, OperationsJson.Default.JobDetails)
                : refusal);
        application.MapGet("/api/profit", async (int? days, CancellationToken stop) =>
            Results.Json(await parts.Profit.ListAsync(days ?? DaysOnPage, stop), OperationsJson.Default.IReadOnlyListProfitLine));
        application.MapGet("/api/instances", async (CancellationToken stop) =>
            Results.Json(await parts.Instances.ListAsync(stop), OperationsJson.Default.IReadOnlyListInstance));
        application.MapGet("/style.css", () => Results.Text(PageShell.Style, "text/css; charset=utf-8"));
        application.MapGet("/", async (CancellationToken stop) => Page(HomePage.Of(
            await parts.Health.LookAsync(stop),
            await parts.Jobs.ListAsync(open: null, MostListed, stop),
            await parts.Profit.ListAsync(DaysOnPage, stop),
            await parts.Instances.ListAsync(stop), parts.Notice)));
        application.MapGet("/jobs/{requestId}", async (string requestId, CancellationToken stop) =>
            await FindAsync(parts, requestId, stop) is (var details, var refusal) && details is not null ? Page(JobPage.Of(details, parts.Notice)) : refusal);
    }

    private static async Task<(JobDetails? Details, IResult Refusal)> FindAsync(OperationsParts parts, string requestId, CancellationToken stop) =>
        !Hash32.TryParse(requestId, out var id)
            ? (null, Results.Problem("A request's id is 0x and 64 hexadecimal digits.", statusCode: StatusCodes.Status400BadRequest))
            : (await parts.Details.FindAsync(id, stop), Results.Problem("There is no such request.", statusCode: StatusCodes.Status404NotFound));

    private static IResult Page(string html) => Results.Text(html, "text/html; charset=utf-8");

    private static Task SecureAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        return next(context);
    }
}
