using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Operations;

/// <summary>What an operator looks at: health, metrics, and for each job where it is and why. It changes nothing.</summary>
public static class OperationsPages
{
    private const int MostListed = 100;

    public static async Task<WebApplication> StartAsync(
        Uri listen, JobQueries jobs, HealthReport health, PrometheusText metrics, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.WebHost.UseUrls(listen.GetLeftPart(UriPartial.Authority));
        builder.Services.AddSingleton(loggers);
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = 0);
        var application = builder.Build();
        application.Use(SecureAsync);
        application.MapGet("/health/live", () => Results.Text("alive"));
        application.MapGet("/health/ready", async (CancellationToken stop) =>
        {
            var state = await health.LookAsync(stop);
            return Results.Json(state, statusCode: (int)(state.IsReady ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable));
        });
        application.MapGet("/metrics", () => Results.Text(metrics.Write(), "text/plain; version=0.0.4"));
        application.MapGet("/api/jobs", (bool? open, int? limit, CancellationToken stop) => jobs.ListAsync(open, limit ?? MostListed, stop));
        application.MapGet("/api/jobs/{requestId}", async (string requestId, CancellationToken stop) =>
            !Hash32.TryParse(requestId, out var id) ? Results.Problem("A request's id is 0x and 64 hexadecimal digits.", statusCode: StatusCodes.Status400BadRequest)
            : await jobs.FindAsync(id, stop) is { } job ? Results.Json(job)
            : Results.Problem("There is no such request.", statusCode: StatusCodes.Status404NotFound));
        application.MapGet("/", async (CancellationToken stop) =>
            Results.Text(PageOf(await health.LookAsync(stop), await jobs.ListAsync(open: null, MostListed, stop)), "text/html; charset=utf-8"));
        await application.StartAsync(cancellationToken);
        return application;
    }

    private static Task SecureAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        return next(context);
    }

    private static string PageOf(HealthState health, IReadOnlyList<JobSummary> jobs)
    {
        var page = new StringBuilder(
            """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="5">
            <title>Relayer</title><style>
            :root{color-scheme:light dark;font:14px/1.5 system-ui,sans-serif}body{margin:2rem;max-width:80rem}table{border-collapse:collapse;width:100%}
            td,th{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid color-mix(in srgb,currentColor 15%,transparent);vertical-align:top}
            code{font-size:.9em}.bad{color:#c22}.table{overflow-x:auto}</style></head><body><h1>Relayer</h1><h2>Health</h2><div class="table"><table><tbody>
            """);
        foreach (var check in health.Checks)
            page.Append($"<tr><td>{Text(check.Name)}</td><td{(check.IsGood ? "" : " class=\"bad\"")}>{(check.IsGood ? "good" : "bad")}</td><td>{Text(check.Details)}</td></tr>");
        page.Append("</tbody></table></div><h2>Jobs</h2><div class=\"table\"><table><thead><tr><th>request<th>stage<th>where it is, and why<th>found<th>backend</tr></thead><tbody>");
        foreach (var job in jobs)
        {
            var where = job.Ended is null ? $"waits for {job.WaitsFor}" : $"ended: {job.Ended}";
            var why = job.TurnedAway ?? job.NotTaken;
            page.Append($"<tr><td><code>{job.RequestId[..12]}…</code></td><td>{Text(job.Stage)}</td><td>{Text(why is null ? where : $"{where}. {why}")}</td>")
                .Append($"<td>{job.FoundAt:u}</td><td>{Text(job.Backend ?? "")}</td></tr>");
        }

        return page.Append("</tbody></table></div></body></html>").ToString();
    }

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
