using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using OpenGradient.Database;
using OpenGradient.Indexer.Api.Queries;

namespace OpenGradient.Indexer.Api;

/// <summary>What is wrong with a request, or why it cannot be answered, as RFC 9457 has it.</summary>
internal static class Problems
{
    public static IResult BadRequest(string detail) => Of(StatusCodes.Status400BadRequest, "The request makes no sense.", detail);

    public static IResult NotFound(string detail) => Of(StatusCodes.Status404NotFound, "There is no such thing.", detail);

    public static IResult UnknownKey() =>
        Of(StatusCodes.Status401Unauthorized, "This key is not known.", "Send a key that the operator gave out as 'Authorization: Bearer KEY', or none at all.");

    public static IResult Busy(HttpContext context, string detail)
    {
        context.Response.Headers.RetryAfter = "5";
        return Of(StatusCodes.Status503ServiceUnavailable, "Too much is asked at once.", detail);
    }

    public static IResult TooSlow(HttpContext context, string detail)
    {
        context.Response.Headers.RetryAfter = "30";
        return Of(StatusCodes.Status503ServiceUnavailable, "This takes too long.", detail);
    }

    public static IResult DatabaseAway(HttpContext context, DatabaseFault fault)
    {
        context.Response.Headers.RetryAfter = "10";
        return Of(StatusCodes.Status503ServiceUnavailable, "The database does not answer.", fault.ToString());
    }

    public static IResult NodeBusy(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "10";
        return Of(StatusCodes.Status503ServiceUnavailable, "The node has no time.", "A node that has to be asked for blocks is overloaded, or does not answer: ask again in a while, or for fewer blocks.");
    }

    public static IResult NotReady(HttpContext context, string detail)
    {
        context.Response.Headers.RetryAfter = "30";
        return Of(StatusCodes.Status503ServiceUnavailable, "This is not there yet.", detail);
    }

    public static IResult NotWhole(HttpContext context, IEnumerable<string> families) =>
        NotReady(context, $"{string.Join(", ", families)} is still being filled in or indexed; the events of a family can be listed meanwhile.");

    /// <summary>What a route said by its status alone, and what no route says anything about.</summary>
    public static IResult Unanswered(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => NotFound($"There is nothing at {ListQuery.Shown(context.Request.Path)}: /v1/openapi.json names what there is."),
        StatusCodes.Status405MethodNotAllowed => Of(
            StatusCodes.Status405MethodNotAllowed, "This is not asked so.", $"{ListQuery.Shown(context.Request.Path)} takes {context.Response.Headers.Allow}, and not {ListQuery.Shown(context.Request.Method)}."),
        var status => Of(status, "The request makes no sense.", $"{ReasonPhrases.GetReasonPhrase(status)}."),
    };

    /// <summary>What was thrown. Only of what a client sent is told what was wrong with it.</summary>
    public static IResult Unforeseen(HttpContext context) => context.Features.Get<IExceptionHandlerFeature>()?.Error is BadHttpRequestException bad
        ? Of(bad.StatusCode, "The request could not be read.", bad.Message)
        : Of(StatusCodes.Status500InternalServerError, "Something went wrong here.", "Nobody foresaw this. The indexer's log says what it was.");

    public static IResult Of(int status, string title, string detail) => Results.Problem(detail, statusCode: status, title: title);
}
