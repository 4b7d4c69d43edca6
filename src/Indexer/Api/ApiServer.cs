using System.Text.Json.Nodes;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using OpenGradient.Database;
using OpenGradient.Indexer.Api.Certificates;
using OpenGradient.Indexer.Api.Clients;
using OpenGradient.Indexer.Api.Custody;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Api.Exports;
using OpenGradient.Indexer.Api.OpenApi;
using OpenGradient.Indexer.Api.Operations;
using OpenGradient.Indexer.Api.Search;
using OpenGradient.Indexer.Api.Sql;
using OpenGradient.Indexer.Api.Statistics;
using OpenGradient.Indexer.Fetching;
using OpenGradient.Indexer.Gas;
using OpenGradient.Indexer.Webhooks;

namespace OpenGradient.Indexer.Api;

/// <summary>The routes of the API, and what holds for all of them.</summary>
internal static class ApiServer
{
    private const int MaxBodyBytes = 64 * 1024;

    // Whoever only wants to know how an answer would be asks by HEAD.
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static async Task<WebApplication> StartAsync(
        IndexApi api, ISqlConsole? console, ReadBlock? readBlock, ILoggerFactory loggers, CancellationToken cancellationToken, MapPages? pages = null,
        ReadHeaders? readHeaders = null, FindTransaction? findTransaction = null,
        WebhookSender? webhooks = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.WebHost.UseUrls(api.Options.Listen.GetLeftPart(UriPartial.Authority));
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Limits.MaxRequestBodySize = MaxBodyBytes;
            server.AddServerHeader = false;
        });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddRateLimiter(Limit);
        builder.Services.AddSingleton(_ => new ExportEndpoints(api, loggers.CreateLogger<ExportEndpoints>()));
        builder.Services.AddSingleton(_ => new SqlEndpoint(console));
        builder.Services.AddSingleton(_ => new BlobEndpoints(api));
        builder.Services.AddSingleton(_ => new BucketEndpoints(api));
        builder.Services.AddSingleton(_ => new ProofEndpoint(api, readBlock));
        builder.Services.AddSingleton(_ => new CompletenessEndpoint(api, readBlock, readHeaders));
        var application = builder.Build();
        // What nobody foresaw is a problem in the same form, and is told to the log alone.
        application.UseExceptionHandler(failed => failed.Run(context =>
        {
            // What was said of the answer that was to come is forgotten by now.
            Allow(context.Response.Headers, api.Options);
            return Problems.Unforeseen(context).ExecuteAsync(context);
        }));
        if (!api.Options.Proxies.IsEmpty)
            application.UseForwardedHeaders(api.Options.Proxies.ToOptions());
        application.Use((context, next) => GuardAsync(context, next, api.Options));
        application.Use((context, next) =>
        {
            context.Features.Set(Client.Of(context, api.Options));
            return next(context);
        });
        application.UseRouting();
        application.UseRateLimiter();
        application.Use(static (context, next) => context.Features.Get<Client>()!.HasUnknownKey ? Problems.UnknownKey().ExecuteAsync(context) : next(context));
        // What the pages ask enters here: whoever asked for the page has been counted.
        RequestDelegate? inner = null;
        application.Use(next => inner = next);
        application.UseRouting();
        var answers = new OpenAnswers();
        application.Use(answers.CountAsync);
        application.UseStatusCodePages(static answer => Problems.Unanswered(answer.HttpContext).ExecuteAsync(answer.HttpContext));
        var document = OpenApiDocument.Of(api.Resources);
        var routes = Routes(application, document);
        Map(application, routes, document, api, findTransaction);
        routes.MapRead("/v1/webhooks", new WebhookEndpoint(api, webhooks?.Hooks ?? []).ListAsync);
        var metrics = new MetricsText(api, answers, webhooks?.Figures);
        routes.MapRead("/metrics", () => Results.Text(metrics.Write(), "text/plain; version=0.0.4")).DisableRateLimiting();
#pragma warning disable CA2000 // The pages keep it for as long as the process serves.
        pages?.Invoke(application, InProcessHandler.Client(context => GuardAsync(context, inner!, api.Options), application.Services));
#pragma warning restore CA2000
        await application.StartAsync(cancellationToken);
        return application;
    }

    // All routes are mapped into one group, whose rule holds for all of them.
    private static RouteGroupBuilder Routes(WebApplication application, JsonObject document)
    {
        var routes = application.MapGroup("");
        ((IEndpointConventionBuilder)routes).Finally(route =>
        {
            var taken = new TakenParameters(document, route.Metadata.OfType<HttpMethodMetadata>().Single().HttpMethods[0].ToLowerInvariant(), ((RouteEndpointBuilder)route).RoutePattern.RawText!);
            var answer = route.RequestDelegate!;
            route.RequestDelegate = context => taken.FaultOf(context.Request.Query) is { } fault ? Problems.BadRequest(fault).ExecuteAsync(context) : answer(context);
        });
        return routes;
    }

    private static void Map(WebApplication application, RouteGroupBuilder routes, JsonObject description, IndexApi api, FindTransaction? findTransaction)
    {
        var lists = new ListEndpoints(api);
        var exports = application.Services.GetRequiredService<ExportEndpoints>();
        var proofs = application.Services.GetRequiredService<ProofEndpoint>();
        var certificates = application.Services.GetRequiredService<CompletenessEndpoint>();
        var streams = new StreamEndpoints(api);
        var buckets = application.Services.GetRequiredService<BucketEndpoints>();
        foreach (var resource in api.Resources)
        {
            var path = "/v1/" + resource.Path;
            routes.MapRead(path, (HttpContext context, CancellationToken stop) => lists.ListAsync(resource, context, stop));
            routes.MapRead(path + "/export", (HttpContext context, CancellationToken stop) => exports.ExportAsync(resource, context, stop)).WithMetadata(AnswerKind.Export);
            if (resource.TimeColumn is not null)
                routes.MapRead(path + "/buckets", (HttpContext context, CancellationToken stop) => buckets.CountAsync(resource, context, stop));
            routes.MapRead(path + "/{key}", (string key, HttpContext context, CancellationToken stop) => lists.GetAsync(resource, key, context, stop));
            if (resource.IsView)
                continue;
            routes.MapRead(path + "/stream", (HttpContext context, CancellationToken stop) => streams.StreamAsync(resource, context, stop)).WithMetadata(AnswerKind.Stream);
            routes.MapRead(path + "/completeness", (HttpContext context, CancellationToken stop) => certificates.CertifyAsync(resource, context, stop)).WithMetadata(AnswerKind.Proof);
            routes.MapRead(path + "/{key}/proof", (string key, HttpContext context, CancellationToken stop) => proofs.ProveAsync(resource, key, context, stop)).WithMetadata(AnswerKind.Proof);
        }

        if (api.Resources.Any(resource => resource.Path == "requests"))
        {
            var custody = new CustodyEndpoint(api);
            routes.MapRead("/v1/requests/{key}/custody", custody.TellAsync);
            routes.MapRead("/v1/statistics", new StatisticsEndpoint(api).TellAsync);
        }

        var happened = new BlockEvents(api, findTransaction);
        routes.MapRead("/v1/blocks/{number}", happened.OfBlockAsync);
        routes.MapRead("/v1/transactions/{hash}", happened.OfTransactionAsync);
        routes.MapRead("/v1/search", new SearchEndpoint(api, findTransaction).SearchAsync);
        var blobs = application.Services.GetRequiredService<BlobEndpoints>();
        routes.MapRead("/v1/blobs/{hash}", blobs.TellAsync);
        routes.MapRead("/v1/blobs/{hash}/content", blobs.GiveAsync);
        var states = new StateEndpoints(api);
        routes.MapRead("/v1/status", states.StatusAsync);
        routes.MapRead("/v1/state", states.StateAsync);
        routes.MapRead("/v1/reorgs", states.ReorgsAsync);
        var document = description.ToJsonString();
        routes.MapRead("/v1/openapi.json", () => Results.Text(document, "application/json; charset=utf-8"));
        var sql = application.Services.GetRequiredService<SqlEndpoint>();
        routes.MapPost("/v1/sql", sql.RunAsync).WithMetadata(AnswerKind.Sql);
        routes.MapRead("/health/live", () => Results.Text("alive")).DisableRateLimiting();
        routes.MapRead("/health/ready", states.ReadyAsync).DisableRateLimiting();
    }

    private static RouteHandlerBuilder MapRead(this RouteGroupBuilder routes, string path, Delegate answer) => routes.MapMethods(path, Reading, answer);

    // Nothing is secret and nothing is changed here, so that any page may ask; what fails for a known reason says so in one form.
    private static async Task GuardAsync(HttpContext context, RequestDelegate next, ApiOptions options)
    {
        var headers = context.Response.Headers;
        Allow(headers, options);
        context.Response.OnStarting(ForgetFaultsAsync, context.Response);
        if (options.AllowedOrigin.Length > 0 && HttpMethods.IsOptions(context.Request.Method))
        {
            headers.AccessControlAllowMethods = "GET, HEAD, POST";
            headers.AccessControlAllowHeaders = "Authorization, Content-Type, If-None-Match, Last-Event-ID";
            headers.AccessControlMaxAge = "86400";
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone.
        }
        catch (QueryTimeoutException slow) when (!context.Response.HasStarted)
        {
            await Problems.TooSlow(context, slow.Message + " Ask for less, or filter by an indexed column.").ExecuteAsync(context);
        }
        catch (ReadsTakenException taken) when (!context.Response.HasStarted)
        {
            await Problems.Busy(context, taken.Message).ExecuteAsync(context);
        }
        catch (NodeBusyException) when (!context.Response.HasStarted)
        {
            await Problems.NodeBusy(context).ExecuteAsync(context);
        }
        catch (DatabaseException failure) when (!context.Response.HasStarted)
        {
            await Problems.DatabaseAway(context, failure.Fault).ExecuteAsync(context);
        }
    }

    private static void Allow(IHeaderDictionary headers, ApiOptions options)
    {
        headers.XContentTypeOptions = "nosniff";
        if (options.AllowedOrigin.Length == 0)
            return;
        headers.AccessControlAllowOrigin = options.AllowedOrigin;
        headers.AccessControlExposeHeaders = "ETag, Retry-After, OG-As-Of-Block, OG-As-Of-Hash, OG-Gap-Last, OG-Stream-Place";
    }

    // What is wrong may be right with the next breath, whatever was set for the answer that was to come.
    private static Task ForgetFaultsAsync(object state)
    {
        var response = (HttpResponse)state;
        if (response.StatusCode >= StatusCodes.Status400BadRequest)
        {
            response.Headers.CacheControl = "no-store";
            response.Headers.Remove(HeaderNames.ETag);
        }

        return Task.CompletedTask;
    }

    private static void Limit(RateLimiterOptions limiter)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, (string Name, int Rate)>(context => RateLimitPartition.GetTokenBucketLimiter(
            context.Features.Get<Client>() is { } client ? (client.Name, Rate: client.RequestsPerSecond) : default,
            who => new TokenBucketRateLimiterOptions
            {
                TokenLimit = who.Rate,
                TokensPerPeriod = who.Rate,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            }));
        limiter.OnRejected = async (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = "1";
            await Problems.Of(
                StatusCodes.Status429TooManyRequests, "Too many requests.", $"You may ask {rejected.HttpContext.Features.Get<Client>()!.RequestsPerSecond} times a second.")
                .ExecuteAsync(rejected.HttpContext);
        };
    }

    /// <summary>What the SQL console may read.</summary>
    public static IReadOnlyList<string> TablesOf(IndexApi api) =>
    [
        .. api.Resources.Select(resource => resource.Source),
        .. api.Families.SelectMany(Schema.TableLayout.Of).Select(table => table.OrphanName),
        "model_metadata", "index_digests", "index_reorgs", "index_families", "orphaned_digests", GasStore.Table,
    ];
}
