using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OpenGradient.Cli.Tests.Support;

/// <summary>Something that answers as a server does, with what it is told to.</summary>
internal sealed class ServedAnswers : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ServedAnswers(WebApplication application) => _application = application;

    public string Address => _application.Urls.First();

    /// <summary>Paths with their queries, in the order in which they were asked for.</summary>
    public List<string> Asked { get; } = [];

    public static async Task<ServedAnswers> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var served = new ServedAnswers(application);
        application.Run(context =>
        {
            lock (served.Asked)
                served.Asked.Add(context.Request.Path + context.Request.QueryString.ToString());
            return answer(context);
        });
        await application.StartAsync(TestContext.Current.CancellationToken);
        return served;
    }

    public static Task<ServedAnswers> StartAsync(string json) => StartAsync(context =>
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    });

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
