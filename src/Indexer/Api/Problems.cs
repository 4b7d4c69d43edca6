using Microsoft.AspNetCore.Http;
using OpenGradient.Database;

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

    public static IResult Of(int status, string title, string detail) => Results.Problem(detail, statusCode: status, title: title);
}
