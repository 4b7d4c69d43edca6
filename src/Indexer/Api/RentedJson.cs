using Microsoft.AspNetCore.Http;

namespace OpenGradient.Indexer.Api;

/// <summary>Sends JSON from rented memory, and gives the memory back.</summary>
internal sealed class RentedJson(RentedBytes body) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using (body)
        {
            var answer = httpContext.Response;
            (answer.ContentType, answer.ContentLength) = ("application/json; charset=utf-8", body.Written.Length);
            if (!HttpMethods.IsHead(httpContext.Request.Method))
                await answer.Body.WriteAsync(body.Written, httpContext.RequestAborted);
        }
    }
}
