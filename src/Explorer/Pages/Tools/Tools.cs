using Microsoft.AspNetCore.Http;
using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Serving;

namespace OpenGradient.Explorer.Pages.Tools;

/// <summary>What can be exported.</summary>
public sealed record ExportsModel(IReadOnlyList<string> Views, IReadOnlyList<string> Events, Problem? Problem);

/// <summary>Why a page cannot be shown.</summary>
public sealed record FailureModel(string Title, string Detail);

internal static class ToolLoader
{
    private const string Root = "/v1/";
    private const string Export = "/export";

    public static Task<Outcome> SqlAsync(Visit visit) => Task.FromResult<Outcome>(new Outcome.Page("SQL", typeof(SqlPage), visit.Options));

    public static Task<Outcome> VerifyAsync(Visit visit) => Task.FromResult<Outcome>(new Outcome.Page("Verify a receipt", typeof(VerifyPage), visit.Options));

    // The API's own description says what there is.
    public static async Task<Outcome> ExportsAsync(Visit visit)
    {
        var reply = await visit.Index.AskAsync("/v1/openapi.json", visit.Stop);
        var names = reply.Problem is null
            ? new Row(reply.Body).Below("paths").Columns.Where(path => path.EndsWith(Export, StringComparison.Ordinal)).Select(path => path[Root.Length..^Export.Length]).ToList()
            : [];
        return new Outcome.Page("Exports", typeof(ExportsPage), new ExportsModel(
            [.. names.Where(name => !name.StartsWith("events/", StringComparison.Ordinal))], [.. names.Where(name => name.StartsWith("events/", StringComparison.Ordinal))], reply.Problem));
    }

    public static Task<Outcome> MissingAsync(Visit visit) => Task.FromResult<Outcome>(new Outcome.Page(
        "Not found", typeof(FailurePage), new FailureModel("There is nothing here", "No page, and nothing on this chain, has this address. A request that was just made shows up within a second or two."),
        StatusCodes.Status404NotFound));

    public static Outcome Failed(Problem problem) => new Outcome.Page("Not now", typeof(FailurePage), new FailureModel(problem.Title, problem.Detail), problem.Status);
}
