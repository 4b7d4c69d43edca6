using System.Globalization;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Pages.Requests;
using OpenGradient.Explorer.Pages.Tools;
using OpenGradient.Explorer.Serving;

namespace OpenGradient.Explorer.Pages.Blocks;

/// <summary>What happened in a block, or in a transaction.</summary>
public sealed record EventsModel(string Title, string? Transaction, Row Told, IReadOnlyList<Step> Steps)
{
    public string Block => Told.Text("block");
}

internal static class EventsLoader
{
    public static async Task<Outcome> LoadBlockAsync(Visit visit) =>
        ulong.TryParse(visit.Route("number"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? await LoadAsync(visit, string.Create(CultureInfo.InvariantCulture, $"blocks/{number}"), string.Create(CultureInfo.InvariantCulture, $"Block {number}"), null)
            : await ToolLoader.MissingAsync(visit);

    public static async Task<Outcome> LoadTransactionAsync(Visit visit) =>
        Hash32.TryParse(visit.Route("hash"), out var hash)
            ? await LoadAsync(visit, $"transactions/{hash}", $"Transaction {Parts.Show.Short(hash.ToString())}", hash.ToString())
            : await ToolLoader.MissingAsync(visit);

    private static async Task<Outcome> LoadAsync(Visit visit, string path, string title, string? transaction)
    {
        var reply = await visit.Index.AskAsync("/v1/" + path, visit.Stop);
        if (reply.Problem is { } problem)
            return problem.IsMissing ? await ToolLoader.MissingAsync(visit) : ToolLoader.Failed(problem);
        var told = new Row(reply.Body);
        return new Outcome.Page(title, typeof(EventsPage), new EventsModel(title, transaction, told, [.. told.Each("events").Select(Step.Of)]));
    }
}
