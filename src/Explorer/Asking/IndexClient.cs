using System.Globalization;
using System.Text.Json;

namespace OpenGradient.Explorer.Asking;

/// <summary>Asks the indexer's API. What it answers holds texts of strangers: they are shown, and mean nothing here.</summary>
internal sealed class IndexClient(HttpClient api)
{
    private const string Items = "items";

    /// <summary>One answer as it is.</summary>
    public async Task<Reply> AskAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await api.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseContentRead, cancellationToken);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        if (answer.IsSuccessStatusCode)
            return new Reply(JsonSerializer.Deserialize<JsonElement>(body), null);
        return new Reply(default, Problem.Read((int)answer.StatusCode, body));
    }

    /// <summary>Bytes as they are; null where they cannot be had now.</summary>
    public async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await api.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseContentRead, cancellationToken);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsByteArrayAsync(cancellationToken) : null;
    }

    /// <summary>One thing; null where it is not there, or cannot be told.</summary>
    public async Task<(Row? Row, Problem? Problem)> FindAsync(string resource, string key, CancellationToken cancellationToken)
    {
        var reply = await AskAsync($"/v1/{resource}/{Uri.EscapeDataString(key)}", cancellationToken);
        return reply.Problem is null ? (new Row(reply.Body), null) : (null, reply.Problem);
    }

    /// <summary>A page of a list.</summary>
    public async Task<RowPage> ListAsync(string resource, Filters filters, CancellationToken cancellationToken)
    {
        var reply = await AskAsync($"/v1/{resource}{filters}", cancellationToken);
        if (reply.Problem is { } problem)
            return new RowPage([], null, problem);
        var next = reply.Body.GetProperty("next");
        return new RowPage([.. reply.Body.GetProperty(Items).EnumerateArray().Select(row => new Row(row))], next.ValueKind == JsonValueKind.String ? next.GetString() : null, null);
    }

    /// <summary>Rows counted by time: <c>from</c>, <c>count</c>, and of the value its figures under its name.</summary>
    public Task<RowPage> CountAsync(string resource, Filters filters, CancellationToken cancellationToken) => BucketsAsync($"/v1/{resource}/buckets{filters}", cancellationToken);

    /// <summary>What became of requests, by the time in which they were made.</summary>
    public Task<RowPage> StatisticsAsync(Filters filters, CancellationToken cancellationToken) => BucketsAsync($"/v1/statistics{filters}", cancellationToken);

    private async Task<RowPage> BucketsAsync(string path, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(path, cancellationToken);
        return reply.Problem is { } problem
            ? new RowPage([], null, problem)
            : new RowPage([.. reply.Body.GetProperty(Items).EnumerateArray().Select(row => new Row(row))], null, null);
    }
}

/// <summary>An answer, or what is wrong.</summary>
internal sealed record Reply(JsonElement Body, Problem? Problem);

/// <summary>Rows, where the list goes on, or what is wrong.</summary>
public sealed record RowPage(IReadOnlyList<Row> Items, string? Next, Problem? Problem)
{
    public static RowPage Empty { get; } = new([], null, null);
}

/// <summary>Why the API did not answer.</summary>
public sealed record Problem(int Status, string Title, string Detail)
{
    private const int NotFound = 404;

    public bool IsMissing => Status == NotFound;

    public static Problem Read(int status, byte[] body)
    {
        try
        {
            var told = new Row(JsonSerializer.Deserialize<JsonElement>(body));
            return new Problem(status, told.Text("title"), told.Text("detail"));
        }
        catch (JsonException)
        {
            return new Problem(status, "The index does not answer.", string.Create(CultureInfo.InvariantCulture, $"Its answer was {status}."));
        }
    }
}
