using Microsoft.AspNetCore.Http;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Pages.Tools;
using OpenGradient.Explorer.Parts.Evidence;
using OpenGradient.Explorer.Serving;

namespace OpenGradient.Explorer.Pages.Requests;

/// <summary>One request with its whole custody.</summary>
public sealed record RequestModel(Row Request, Row? Version, IReadOnlyList<Step> Steps, IReadOnlyList<string> Gaps, Problem? Problem, ExplorerOptions Options)
{
    /// <summary>The evidence behind the key that signed; null where a staked node signed, or a proof settled it.</summary>
    public KeyEvidence? Evidence { get; init; }

    /// <summary>Where the fee is, and what key and version were worth when it counted and are now, in the index's words.</summary>
    public Row Payment { get; init; }

    /// <inheritdoc cref="Payment"/>
    public Row KeyStanding { get; init; }

    /// <inheritdoc cref="Payment"/>
    public Row VersionStanding { get; init; }

    public Row? Find(string table) => Steps.Where(step => step.Event == table).Select(step => (Row?)step.Row).FirstOrDefault();

    /// <summary>The key that signed lies under a root that is no hardware.</summary>
    public bool IsEmulated => Find("keys_root_approved")?.Is("is_emulated") == true;
}

internal static class RequestLoader
{
    public static async Task<Outcome> LoadAsync(Visit visit)
    {
        var id = visit.Route("id");
        if (!Hash32.TryParse(id, out var request))
            return await ToolLoader.MissingAsync(visit);
        var (row, problem) = await visit.Index.FindAsync("requests", request.ToString(), visit.Stop);
        if (row is not { } found)
            return problem!.IsMissing ? await ToolLoader.MissingAsync(visit) : ToolLoader.Failed(problem);
        var custody = await visit.Index.AskAsync($"/v1/requests/{request}/custody", visit.Stop);
        var told = new Row(custody.Body);
        var (version, _) = await visit.Index.FindAsync("versions", found.Text("version_id"), visit.Stop);
        var model = new RequestModel(
            found, version, [.. told.Each("steps").Select(Step.Of)], [.. told.Each("gaps").Select(gap => gap.Self)], custody.Problem, visit.Options)
        {
            Payment = told.Below("payment"),
            KeyStanding = told.Below("key"),
            VersionStanding = told.Below("version"),
        };
        if (model.Find("keys_registered") is { } key)
            model = model with { Evidence = await KeyEvidence.LoadAsync(visit, key) };
        return new Outcome.Page(
            $"Request {Parts.Show.Short(request.ToString())}", typeof(RequestPage), model, StatusCodes.Status200OK);
    }
}
