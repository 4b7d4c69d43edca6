using System.Runtime.CompilerServices;
using System.Text.Json;

namespace OpenGradient.IndexerClient;

/// <summary>A resource: what several events say about one thing, or the rows of one event.</summary>
public abstract class ResourceClient
{
    private protected ResourceClient(IndexClient client, string path, string key, IReadOnlyList<RowColumn> columns) =>
        (Client, Path, Key, Columns) = (client, path, key, columns);

    /// <summary>Below <c>/v1/</c>.</summary>
    public string Path { get; }

    /// <summary>The column by which one is asked for.</summary>
    public string Key { get; }

    public IReadOnlyList<RowColumn> Columns { get; }

    private protected IndexClient Client { get; }

    /// <summary>A page, whatever its rows are.</summary>
    public abstract Task<IndexAnswer<RowPage<IndexRow>>> ListRowsAsync(Question question, CancellationToken cancellationToken = default);

    /// <summary>One thing, whatever it is.</summary>
    public abstract Task<IndexAnswer<IndexRow>> GetRowAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Rows counted by time.</summary>
    public Task<IndexAnswer<IReadOnlyList<Bucket>>> CountAsync(Question question, Counting counting, CancellationToken cancellationToken = default) => Client.AskAsync(
        $"/v1/{Path}/buckets{question.ToQuery(("every", counting.Every), ("value", counting.Value), ("by", counting.By))}",
        json => (IReadOnlyList<Bucket>)[.. json.GetProperty("items").EnumerateArray().Select(item => BucketOf(item, counting))],
        cancellationToken);

    /// <summary>Everything that matches, as a file: <c>csv</c>, <c>jsonl</c> or <c>parquet</c>.</summary>
    public Task<IndexAnswer<ExportedRows>> ExportAsync(Question question, string format, CancellationToken cancellationToken = default) =>
        Client.OpenAsync($"/v1/{Path}/export{question.ToQuery(("format", format))}", cancellationToken);

    /// <summary>What proves an event's row, or a range of its blocks: a file for <c>og verify</c>.</summary>
    public Task<IndexAnswer<JsonElement>> ProveAsync(string id, CancellationToken cancellationToken = default) =>
        Client.AskAsync($"/v1/{Path}/{Uri.EscapeDataString(id)}/proof", json => json, cancellationToken);

    private static Bucket BucketOf(JsonElement item, Counting counting) => new(
        item.GetProperty("from").GetInt64(),
        counting.By is { } by ? item.GetProperty(by).Clone() : default,
        item.GetProperty("count").GetInt64(),
        counting.Value is { } value && item.TryGetProperty(value, out var figures)
            ? figures.EnumerateObject().ToDictionary(figure => figure.Name, figure => figure.Value.ToString(), StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal));
}

/// <summary>A resource whose rows have types.</summary>
public sealed class ResourceClient<TRow> : ResourceClient
    where TRow : IndexRow
{
    private readonly Func<object?[], TRow> _create;

    internal ResourceClient(IndexClient client, string path, string key, IReadOnlyList<RowColumn> columns, Func<object?[], TRow> create)
        : base(client, path, key, columns) => _create = create;

    /// <summary>A page.</summary>
    public Task<IndexAnswer<RowPage<TRow>>> ListAsync(Question question, CancellationToken cancellationToken = default) =>
        Client.AskAsync($"/v1/{Path}{question.ToQuery()}", PageOf, cancellationToken);

    /// <summary>One thing by its key.</summary>
    public Task<IndexAnswer<TRow>> GetAsync(string key, CancellationToken cancellationToken = default) =>
        Client.AskAsync($"/v1/{Path}/{Uri.EscapeDataString(key)}", json => _create(IndexRow.Read(json, Columns)), cancellationToken);

    /// <summary>Page after page to the end, or to the first that was not given, which is the last that comes.</summary>
    public async IAsyncEnumerable<IndexAnswer<RowPage<TRow>>> PagesAsync(Question question, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var next = question;
        while (true)
        {
            var answer = await ListAsync(next, cancellationToken);
            yield return answer;
            if (answer is not IndexAnswer<RowPage<TRow>>.Given { Value.Next: { } cursor })
                yield break;
            next = question with { Cursor = cursor };
        }
    }

    public override async Task<IndexAnswer<RowPage<IndexRow>>> ListRowsAsync(Question question, CancellationToken cancellationToken = default) =>
        (await ListAsync(question, cancellationToken)).Select(page => new RowPage<IndexRow>(page.Rows, page.Next, page.AsOfBlock));

    public override async Task<IndexAnswer<IndexRow>> GetRowAsync(string key, CancellationToken cancellationToken = default) =>
        (await GetAsync(key, cancellationToken)).Select(IndexRow (row) => row);

    private RowPage<TRow> PageOf(JsonElement json) => new(
        [.. json.GetProperty("items").EnumerateArray().Select(item => _create(IndexRow.Read(item, Columns)))],
        json.GetProperty("next") is { ValueKind: JsonValueKind.String } next ? next.GetString() : null,
        json.GetProperty("as_of").GetProperty("block").GetUInt64());
}
