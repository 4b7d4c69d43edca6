using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Api.Queries;

namespace OpenGradient.Indexer.Api.Search;

/// <summary>What an id, an address, a transaction's hash, a block's number or the beginning of a model's name means here.</summary>
internal sealed class SearchEndpoint(IndexApi api, FindTransaction? find)
{
    private const int LongestName = 200;
    private const int MostModels = 25;

    private static readonly (string Kind, string Resource)[] Hashes = [("request", "requests"), ("version", "versions"), ("model", "models")];
    private static readonly (string Kind, string Resource)[] Addresses = [("node", "nodes"), ("key", "attested_keys")];

    public async Task<IResult> SearchAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var asked = context.Request.Query["q"].ToString().Trim();
        if (asked.Length is 0 or > LongestName || asked.Contains('\0', StringComparison.Ordinal))
            return Problems.BadRequest($"q is an id, an address, a transaction's hash, a block's number, or how a model's name begins, in up to {LongestName} letters.");
        var found = await api.AskAsync(context, session => FindAsync(session, asked), cancellationToken);
        if (found is null)
            return Problems.NotWhole(context, api.Families.Select(family => family.Name));
        // A node is only asked where the index knows nothing of that name.
        if (found.Count == 0 && find is not null && Hash32.TryParse(asked, out var hash) && await find(hash, cancellationToken) is { Block: not null })
            found.Add(new Found("transaction", hash.ToString(), null));
        return Results.Json(new { q = asked, items = found.Select(thing => new { kind = thing.Kind, key = thing.Key, name = thing.Name }) });
    }

    private async Task<List<Found>?> FindAsync(DatabaseSession session, string asked)
    {
        var found = new List<Found>();
        var moment = await Moment.ReadAsync(session, [.. api.Families.Select(family => family.Name)]);
        if (ulong.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var block))
        {
            if (!moment.Cursor.IsEmpty && block <= moment.Cursor.Tip.Number.Value)
                found.Add(new Found("block", block.ToString(CultureInfo.InvariantCulture), null));
            return found;
        }

        if (!moment.IsReadyForViews)
            return null;
        if (Hash32.TryParse(asked, out var hash))
            await FindKeyAsync(session, hash.ToArray(), hash.ToString(), Hashes, found);
        else if (Address.TryParse(asked, out var address))
            await FindAccountAsync(session, address, found);
        else
            await FindModelsAsync(session, asked, found);
        return found;
    }

    private async Task FindKeyAsync(DatabaseSession session, byte[] value, string key, (string Kind, string Resource)[] places, List<Found> found)
    {
        foreach (var (kind, name) in places)
        {
            if (ResourceOf(name) is { } resource && await AnyAsync(session, resource, new Condition(resource.Key!, "=", [value])))
                found.Add(new Found(kind, key, null));
        }
    }

    private async Task FindAccountAsync(DatabaseSession session, Address address, List<Found> found)
    {
        await FindKeyAsync(session, address.ToArray(), address.ToLowerHex(), Addresses, found);
        if (ResourceOf("requests") is { } requests && await AnyAsync(session, requests, new Condition("requester", "=", [address.ToArray()])))
            found.Add(new Found("requester", address.ToLowerHex(), null));
    }

    // A prefix is what lies between it and the last letter there is.
    private async Task FindModelsAsync(DatabaseSession session, string asked, List<Found> found)
    {
        if (ResourceOf("models") is not { } models)
            return;
        var query = new ListQuery
        {
            Resource = models,
            Conditions = [new Condition("name", ">=", [asked]), new Condition("name", "<", [asked + new Rune(0x10FFFF)])],
        };
        var (key, name) = (Place(models, "model_id"), Place(models, "name"));
        await using var command = QueryText.Rows(query, MostModels).ToCommand(session);
        await using var rows = await command.ExecuteReaderAsync(session.Cancellation);
        while (await rows.ReadAsync(session.Cancellation))
            found.Add(new Found("model", RowJson.PlainTextOf(rows, key, models.Columns[key]), RowJson.PlainTextOf(rows, name, models.Columns[name]) is var text && text.Length > LongestName ? text[..LongestName] + "…" : text));
    }

    private static async Task<bool> AnyAsync(DatabaseSession session, Resource resource, Condition condition)
    {
        await using var command = QueryText.Rows(new ListQuery { Resource = resource, Conditions = [condition] }, 1).ToCommand(session);
        await using var rows = await command.ExecuteReaderAsync(session.Cancellation);
        return await rows.ReadAsync(session.Cancellation);
    }

    private static int Place(Resource resource, string column) => resource.Columns.ToList().FindIndex(known => known.Name == column);

    private Resource? ResourceOf(string path) => api.Resources.FirstOrDefault(resource => resource.Path == path);

    private sealed record Found(string Kind, string Key, string? Name);
}
