using OpenGradient.Ethereum.Primitives;
using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Pages.Tools;
using OpenGradient.Explorer.Serving;

namespace OpenGradient.Explorer.Pages.Models;

/// <summary>
/// A version: what was committed to, and who asked it. Whether its proofs are checked by a setup whose secret is known is null where the index does not say now.
/// </summary>
public sealed record VersionModel(Row Row, RowPage Requests, Usage Usage, bool? HasDevelopmentProofs, ExplorerOptions Options)
{
    public bool IsProvable => Row.Text("proof_commitment").AsSpan().IndexOfAnyExcept('0', 'x') >= 0;
}

internal static class VersionLoader
{
    private const int DaysShown = 30;

    public static async Task<Outcome> LoadAsync(Visit visit)
    {
        if (!Hash32.TryParse(visit.Route("id"), out var id))
            return await ToolLoader.MissingAsync(visit);
        var (row, problem) = await visit.Index.FindAsync("versions", id.ToString(), visit.Stop);
        if (row is not { } found)
            return problem!.IsMissing ? await ToolLoader.MissingAsync(visit) : ToolLoader.Failed(problem);
        var requests = await visit.Index.ListAsync("requests", Filters.None.And("version_id", id.ToString()).And("limit", Filters.RowsOnPage), visit.Stop);
        var usage = await Usage.LoadAsync(visit, "version_id", id.ToString(), visit.Since(DaysShown));
        var verifiers = await visit.Index.ListAsync("events/verifiers_registered", Filters.None.And("verifier", found.Text("proof_verifier")).And("limit", 1), visit.Stop);
        return new Outcome.Page(
            $"{Parts.Show.Strangers(found.Text("model_name"), 40)} {found.Text("major")}.{found.Text("minor")}", typeof(VersionPage),
            new VersionModel(found, requests, usage, verifiers.Problem is { IsMissing: false } ? null : verifiers.Items.Any(verifier => verifier.Is("is_development")), visit.Options));
    }
}
