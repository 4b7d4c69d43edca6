using OpenGradient.Contracts.Hub;

namespace OpenGradient.EndToEnd.Tests.Pages;

/// <summary>Every page of the menu, and one of each thing that has a page, by short names.</summary>
internal static class UpPageList
{
    private static readonly Dictionary<string, Func<UpSystem, Task<string>>> Paths = new(StringComparer.Ordinal)
    {
        ["overview"] = At("/"),
        ["requests"] = At("/requests"),
        ["request-signed"] = up => Task.FromResult($"/requests/{up.RequestOf(Assurance.Signed)}"),
        ["request-attested"] = up => Task.FromResult($"/requests/{up.RequestOf(Assurance.Attested)}"),
        ["request-proven"] = up => Task.FromResult($"/requests/{up.RequestOf(Assurance.Proven)}"),
        ["request-overturned"] = up => Task.FromResult($"/requests/{up.RequestOf(Assurance.Signed, "Slashed")}"),
        ["models"] = At("/models"),
        ["model"] = async up => $"/models/{await FirstAsync(up, "models", "model_id")}",
        ["version"] = up => Task.FromResult($"/versions/{up.Report.Models[0].VersionId}"),
        ["nodes"] = At("/nodes"),
        ["node"] = up => Task.FromResult($"/nodes/{up.Report.Nodes[0].Address}"),
        ["keys"] = At("/keys"),
        ["key"] = async up => $"/keys/{await FirstAsync(up, "attested_keys", "signer")}",
        ["challenges"] = At("/challenges"),
        ["statistics"] = At("/statistics"),
        ["sql"] = At("/sql"),
        ["exports"] = At("/exports"),
        ["verify"] = At("/verify"),
        ["operator"] = At("/operator"),
        ["search"] = At("/search"),
        ["block"] = async up => $"/blocks/{(await FirstAsync(up, "events/hub_settled", "id")).Split('-')[0]}",
        ["transaction"] = async up => $"/transactions/{await FirstAsync(up, "events/hub_settled", "transaction_hash")}",
    };

    public static IEnumerable<string> Names => Paths.Keys;

    public static Task<string> PathOfAsync(string name, UpSystem up) => Paths[name](up);

    public static async Task<string> FirstAsync(UpSystem up, string resource, string column) => (await up.ItemsAsync($"/v1/{resource}?limit=1"))[0].GetProperty(column).GetString()!;

    private static Func<UpSystem, Task<string>> At(string path) => _ => Task.FromResult(path);
}
