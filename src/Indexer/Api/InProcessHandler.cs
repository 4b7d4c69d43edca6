using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenGradient.Indexer.Api.Clients;

namespace OpenGradient.Indexer.Api;

/// <summary>Adds pages to the host of the API. They reach it by the client that they are given, and know nothing else of it.</summary>
/// <param name="application">What serves.</param>
/// <param name="api">Asks the API as anybody does, without a network between.</param>
public delegate void MapPages(WebApplication application, HttpClient api);

/// <summary>Answers an HTTP client by the API of this process. Each answer is gathered whole: streams are for browsers.</summary>
internal sealed class InProcessHandler(RequestDelegate api, IServiceProvider services) : HttpMessageHandler
{
    private static readonly Uri Here = new("http://index");

#pragma warning disable CA2000 // The client owns the handler, and is there for as long as the process serves.
    public static HttpClient Client(RequestDelegate api, IServiceProvider services) => new(new InProcessHandler(api, services)) { BaseAddress = Here };
#pragma warning restore CA2000

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        using var body = new MemoryStream();
        var address = request.RequestUri!;
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = cancellationToken };
        context.Request.Method = request.Method.Method;
        context.Request.Scheme = address.Scheme;
        context.Request.Host = HostString.FromUriComponent(address);
        context.Request.Path = PathString.FromUriComponent(address);
        context.Request.QueryString = QueryString.FromUriComponent(address);
        context.Response.Body = body;
        // Who asked for the page is who asks: else all visitors were one client, and kept places from each other.
        if (services.GetRequiredService<IHttpContextAccessor>().HttpContext?.Features.Get<Client>() is { } visitor)
            context.Features.Set(visitor);
        await api(context);
        await context.Response.CompleteAsync();
        cancellationToken.ThrowIfCancellationRequested();
        var answer = new HttpResponseMessage((HttpStatusCode)context.Response.StatusCode) { Content = new ByteArrayContent(body.ToArray()) };
        if (MediaTypeHeaderValue.TryParse(context.Response.ContentType, out var type))
            answer.Content.Headers.ContentType = type;
        return answer;
    }
}
