using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Pages.Blocks;
using OpenGradient.Explorer.Pages.Challenges;
using OpenGradient.Explorer.Pages.Keys;
using OpenGradient.Explorer.Pages.Models;
using OpenGradient.Explorer.Pages.Nodes;
using OpenGradient.Explorer.Pages.Operator;
using OpenGradient.Explorer.Pages.Overview;
using OpenGradient.Explorer.Pages.Requests;
using OpenGradient.Explorer.Pages.Search;
using OpenGradient.Explorer.Pages.Statistics;
using OpenGradient.Explorer.Pages.Tools;
using OpenGradient.Explorer.Serving;

namespace OpenGradient.Explorer;

/// <summary>All pages. They read the indexer's API and nothing else, and change nothing.</summary>
public static class ExplorerPages
{
    /// <param name="application">What serves.</param>
    /// <param name="api">The indexer's API, whose base address it knows.</param>
    /// <param name="options">How things are shown.</param>
    /// <param name="clock">By which figures of the last days are of the last days.</param>
    public static void Map(WebApplication application, HttpClient api, ExplorerOptions options, TimeProvider? clock = null)
    {
#pragma warning disable CA2000 // It is disposed of with the application.
        var relayers = new RelayerClient(options);
#pragma warning restore CA2000
        application.Lifetime.ApplicationStopped.Register(relayers.Dispose);
        var server = new PageServer(new IndexClient(api), options, relayers, clock ?? TimeProvider.System, application.Services, application.Services.GetRequiredService<ILoggerFactory>());
        AssetStore.Map(application);
        Page("/", OverviewLoader.LoadAsync);
        Page("/requests", RequestListLoader.LoadAsync);
        Page("/requests/{id}", RequestLoader.LoadAsync);
        Page("/models", ModelLoader.ListAsync);
        Page("/models/{id}", ModelLoader.LoadAsync);
        Page("/versions/{id}", VersionLoader.LoadAsync);
        Page("/nodes", NodeListLoader.LoadAsync);
        Page("/nodes/{address}", NodeLoader.LoadAsync);
        Page("/keys", KeyLoader.ListAsync);
        Page("/keys/{address}", KeyLoader.LoadAsync);
        Page("/blocks/{number}", EventsLoader.LoadBlockAsync);
        Page("/transactions/{hash}", EventsLoader.LoadTransactionAsync);
        Page("/challenges", ChallengeLoader.ListAsync);
        Page("/statistics", StatisticsLoader.LoadAsync);
        Page("/sql", ToolLoader.SqlAsync);
        Page("/exports", ToolLoader.ExportsAsync);
        Page("/verify", ToolLoader.VerifyAsync);
        Page("/operator", OperatorLoader.LoadAsync);
        Page("/search", SearchLoader.LoadAsync);
        // No route of its own: one that takes everything would stand in for those of the API that take only some methods.
        application.Use((context, next) =>
            context.GetEndpoint() is null && !IsApi(context.Request.Path) ? server.ServeAsync(context, ToolLoader.MissingAsync) : next(context));

        void Page(string path, Load load) => application.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], context => server.ServeAsync(context, load));
    }

    // The API says in its own form what it has not.
    private static bool IsApi(PathString path) => path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase) || path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase);
}
