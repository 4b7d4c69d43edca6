using System.Text.Json;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenGradient.PrivateService;
using OpenGradient.Relayer.Attesting.Collecting;
using OpenGradient.Relayer.Attesting.Judging;

namespace OpenGradient.Relayer.Attesting.Attesters;

// The limiters are disposed of when the application has stopped.
#pragma warning disable CA2000

/// <summary>
/// Where nodes ask for verdicts about their keys: on a listener of its own, since anyone may ask there. A body is bounded before it is read, callers are
/// counted in a fixed number of places, a few are judged at once, and nothing that a stranger sends is kept.
/// </summary>
public static class AttesterEndpoint
{
    private const int MostConnections = 128;
    private const int MostWaiting = 32;
    private static readonly TimeSpan BodyLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HeadersLimit = TimeSpan.FromSeconds(5);

    /// <param name="options">Where, and how much.</param>
    /// <param name="attester">Who judges.</param>
    /// <param name="loggers">For what goes wrong.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<WebApplication> StartAsync(
        AttesterOptions options, Attester attester, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.WebHost.UseUrls(options.Listen.GetLeftPart(UriPartial.Authority));
        builder.Services.AddSingleton(loggers);
        builder.Services.AddProblemDetails();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = ClaimMessage.MaxBytes;
            server.Limits.MaxConcurrentConnections = MostConnections;
            server.Limits.RequestHeadersTimeout = HeadersLimit;
            server.Limits.KeepAliveTimeout = HeadersLimit;
        });
        var callers = new CallerLimit(options.RequestsPerMinute);
        builder.Services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.GlobalLimiter = callers.Limiter;
        });
        var application = builder.Build();
        application.Lifetime.ApplicationStopped.Register(callers.Dispose);
        application.UseExceptionHandler();
        application.UseStatusCodePages();
        application.UseRateLimiter();
        var room = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = options.Workers,
            QueueLimit = MostWaiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
        application.Lifetime.ApplicationStopped.Register(room.Dispose);
        application.MapGet("/", () => Results.Text($"{attester.Address} attests to keys: POST /{VerdictCollector.Path}\n"));
        application.MapPost("/" + VerdictCollector.Path, context => AnswerAsync(context, attester, room, clock));
        await application.StartAsync(cancellationToken);
        return application;
    }

    private static async Task AnswerAsync(HttpContext context, Attester attester, ConcurrencyLimiter room, TimeProvider clock)
    {
        var body = await ReadAsync(context, clock);
        if (body is null)
        {
            await Results.Problem("The body is too long, or came too slowly.", statusCode: StatusCodes.Status413PayloadTooLarge).ExecuteAsync(context);
            return;
        }

        if (!ClaimMessage.TryRead(body, out var claim, out var fault))
        {
            await Results.Problem(fault, statusCode: StatusCodes.Status400BadRequest).ExecuteAsync(context);
            return;
        }

        // Only what is read whole takes a place: who sends slowly holds nobody up.
        using var place = await room.AcquireAsync(1, context.RequestAborted);
        if (!place.IsAcquired)
        {
            await Results.Problem("Too many wait for a verdict.", statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
            return;
        }

        if (await attester.JudgeAsync(claim, context.RequestAborted) is { } verdict)
            await Results.Bytes(JsonSerializer.SerializeToUtf8Bytes(verdict, AttestingJson.Default.VerdictMessage), "application/json").ExecuteAsync(context);
        else
            await Results.Problem("There is no verdict now: the chain does not answer, or what the attester keeps cannot be read.", statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
    }

    // Null where it is longer than a claim, or takes too long.
    private static async Task<byte[]?> ReadAsync(HttpContext context, TimeProvider clock)
    {
        using var limit = new CancellationTokenSource(BodyLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, context.RequestAborted);
        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body, either.Token);
            return body.ToArray();
        }
        catch (Exception failure) when (failure is BadHttpRequestException || (failure is OperationCanceledException && !context.RequestAborted.IsCancellationRequested))
        {
            return null;
        }
    }
}
