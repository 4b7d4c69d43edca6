using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using OpenGradient.PrivateRequests.Messages;

namespace OpenGradient.Client.Tests.World;

/// <summary>A server that keeps what it is sent, and says what it was told to.</summary>
internal sealed class FakeGateway : IAsyncDisposable
{
    private WebApplication _application = null!;

    public ConcurrentQueue<(IReadOnlyDictionary<string, string> Headers, byte[] Body)> Seen { get; } = new();

    public Func<HttpContext, Task> Answer { get; set; } = context =>
    {
        context.Response.Headers.SetCookie = "telltale=1";
        context.Response.Headers["X-Gateway"] = "1";
        return context.Response.WriteAsync("sealed");
    };

    public Uri Address => new(_application.Urls.First());

    public static async Task<FakeGateway> StartAsync()
    {
        var gateway = new FakeGateway();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        gateway._application = builder.Build();
        gateway._application.MapPost(PrivateMedia.RequestsPath, async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            gateway.Seen.Enqueue((context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.Ordinal), body.ToArray()));
            await gateway.Answer(context);
        });
        await gateway._application.StartAsync(TestContext.Current.CancellationToken);
        return gateway;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
