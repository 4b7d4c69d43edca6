using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace OpenGradient.IndexerClient;

/// <summary>
/// Asks one indexer. Its resources are generated from the indexer's own OpenAPI document (<c>og bindings</c>). What is wrong with a question, or
/// with the indexer, is an answer; only a cancelled token throws.
/// </summary>
public sealed partial class IndexClient
{
    private const int MaxAnswerBytes = 32 << 20;

    private readonly HttpClient _http;

    /// <param name="http">Whose base address is the indexer's, with a slash at its end; it stays the caller's.</param>
    /// <param name="key">What the operator gave out, or null.</param>
    public IndexClient(HttpClient http, string? key = null)
    {
        _http = http;
        Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        All = [.. CreateAll()];
    }

    /// <summary>Every resource that an indexer of this version may have.</summary>
    public IReadOnlyList<ResourceClient> All { get; }

    private AuthenticationHeaderValue? Authorization { get; }

    /// <summary>A resource by its path, such as <c>requests</c>, or that of an event with or without <c>events/</c>.</summary>
    public ResourceClient? Find(string path) => All.FirstOrDefault(resource => resource.Path == path || resource.Path == "events/" + path);

    /// <summary>A resource by its path, asking the indexer's own document about one that is not known here; null where it has none either.</summary>
    public async Task<IndexAnswer<ResourceClient?>> FindAsync(string path, CancellationToken cancellationToken = default) =>
        Find(path) is { } known ? new IndexAnswer<ResourceClient?>.Given(known) : await AskAsync("/v1/openapi.json", document => OpenResources.Find(this, document, path), cancellationToken);

    /// <summary>Where the indexer is.</summary>
    public Task<IndexAnswer<JsonElement>> StatusAsync(CancellationToken cancellationToken = default) => AskAsync("/v1/status", json => json, cancellationToken);

    /// <summary>What the index holds up to a block, or up to its tip, by one hash for each family.</summary>
    public Task<IndexAnswer<IndexState>> StateAsync(ulong? block = null, CancellationToken cancellationToken = default) =>
        AskAsync(string.Create(CultureInfo.InvariantCulture, $"/v1/state{(block is null ? "" : "?block=")}{block}"), IndexState.Of, cancellationToken);

    /// <summary>How well requests were answered: conditions are <c>every</c>, <c>by</c>, <c>from</c>, <c>to</c>, and one <c>model_id</c>, <c>version_id</c>, <c>node</c> or <c>assurance</c>.</summary>
    public Task<IndexAnswer<StatisticsList>> StatisticsAsync(Question question, CancellationToken cancellationToken = default) =>
        AskAsync($"/v1/statistics{question.ToConditions()}", StatisticsList.Of, cancellationToken);

    /// <summary>Runs one <c>SELECT</c>.</summary>
    public async Task<IndexAnswer<SqlTable>> SqlAsync(string sql, CancellationToken cancellationToken = default)
    {
        using var question = new HttpRequestMessage(HttpMethod.Post, At("/v1/sql")) { Content = new StringContent(sql, Encoding.UTF8, "text/plain") };
        return await AskAsync(
            question,
            json => new SqlTable(
                [.. json.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!)],
                [.. json.GetProperty("rows").EnumerateArray().Select(row => (IReadOnlyList<JsonElement>)[.. row.EnumerateArray().Select(value => value.Clone())])],
                json.GetProperty("truncated").GetBoolean()),
            cancellationToken);
    }

    internal async Task<IndexAnswer<T>> AskAsync<T>(string path, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, At(path));
        return await AskAsync(question, read, cancellationToken);
    }

    internal async Task<IndexAnswer<ExportedRows>> OpenAsync(string path, CancellationToken cancellationToken)
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, At(path));
        HttpResponseMessage? answer = null;
        try
        {
            answer = await SendAsync(question, cancellationToken);
            if (!answer.IsSuccessStatusCode)
                return await ProblemOfAsync<ExportedRows>(answer, cancellationToken);
#pragma warning disable CA2000 // It is the caller's from here on.
            var export = new ExportedRows(answer, await answer.Content.ReadAsStreamAsync(cancellationToken));
#pragma warning restore CA2000
            answer = null;
            return new IndexAnswer<ExportedRows>.Given(export);
        }
        catch (Exception failure) when (IsNoAnswer(failure, cancellationToken))
        {
            return new IndexAnswer<ExportedRows>.Unreachable(failure.Message);
        }
        finally
        {
            answer?.Dispose();
        }
    }

    private async Task<IndexAnswer<T>> AskAsync<T>(HttpRequestMessage question, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await SendAsync(question, cancellationToken);
            if (!answer.IsSuccessStatusCode)
                return await ProblemOfAsync<T>(answer, cancellationToken);
            using var document = JsonDocument.Parse(await ReadAsync(answer, cancellationToken));
            return new IndexAnswer<T>.Given(read(document.RootElement.Clone()));
        }
        catch (Exception failure) when (IsNoAnswer(failure, cancellationToken))
        {
            return new IndexAnswer<T>.Unreachable(failure.Message);
        }
    }

    // Below the base address, which may be more than a host where a proxy stands before the indexer.
    private static Uri At(string path) => new(path.TrimStart('/'), UriKind.Relative);

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage question, CancellationToken cancellationToken)
    {
        question.Headers.Authorization = Authorization;
        return await _http.SendAsync(question, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static async Task<IndexAnswer<T>> ProblemOfAsync<T>(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(await ReadAsync(answer, cancellationToken));
            return new IndexAnswer<T>.Refused(
                (int)answer.StatusCode, document.RootElement.GetProperty("title").GetString() ?? "",
                document.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() ?? "" : "");
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Something stands before the indexer, or instead of it, and has words of its own.
            return new IndexAnswer<T>.Unreachable(string.Create(CultureInfo.InvariantCulture, $"The answer is {(int)answer.StatusCode}, and not in the words of an indexer."));
        }
    }

    // What answers may be anything: more than an indexer ever sends is not taken.
    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var content = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (body.Length + read > MaxAnswerBytes)
                throw new JsonException("It is longer than any answer of an indexer.");
            await body.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    // A client that others made may let out what a socket says, where a connection is reset while it is made.
    private static bool IsNoAnswer(Exception failure, CancellationToken cancellationToken) =>
        failure is HttpRequestException or SocketException or IOException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException
        || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
