using System.Globalization;
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

    /// <summary>By what one is asked for: a column, or some with dashes between their values.</summary>
    public string Key { get; }

    public IReadOnlyList<RowColumn> Columns { get; }

    private protected IndexClient Client { get; }

    /// <summary>A page, whatever its rows are.</summary>
    public abstract Task<IndexAnswer<RowPage<IndexRow>>> ListRowsAsync(Question question, CancellationToken cancellationToken = default);

    /// <summary>One thing, whatever it is.</summary>
    public Task<IndexAnswer<IndexRow>> GetRowAsync(string key, CancellationToken cancellationToken = default) => GetRowAsync(key, Question.All, cancellationToken);

    /// <summary>One thing, whatever it is, with what may be asked beside its key: as of which block.</summary>
    public abstract Task<IndexAnswer<IndexRow>> GetRowAsync(string key, Question question, CancellationToken cancellationToken = default);

    /// <summary>Rows counted by time: all that match, so that only the question's conditions count.</summary>
    public Task<IndexAnswer<BucketList>> CountAsync(Question question, Counting counting, CancellationToken cancellationToken = default) => Client.AskAsync(
        $"/v1/{Path}/buckets{question.ToConditions(("every", counting.Every), ("value", counting.Value), ("by", counting.By))}",
        json => new BucketList([.. json.GetProperty("items").EnumerateArray().Select(item => BucketOf(item, counting))], AsOfBlock(json), GapLast(json)),
        cancellationToken);

    /// <summary>Everything that matches, in the question's order, as a file: <c>csv</c>, <c>jsonl</c> or <c>parquet</c>.</summary>
    public Task<IndexAnswer<ExportedRows>> ExportAsync(Question question, string format, CancellationToken cancellationToken = default) =>
        Client.OpenAsync($"/v1/{Path}/export{question.ToRows(format)}", cancellationToken);

    /// <summary>What proves one row of an event: a file for <c>og verify</c>. Only events have it.</summary>
    public Task<IndexAnswer<JsonElement>> ProveAsync(string id, CancellationToken cancellationToken = default) =>
        Client.AskAsync($"/v1/{Path}/{Uri.EscapeDataString(id)}/proof", json => json, cancellationToken);

    /// <summary>What shows that a range of blocks holds these rows of an event and no others: a file for <c>og verify</c>. Only events have it.</summary>
    public Task<IndexAnswer<JsonElement>> CertifyAsync(ulong from, ulong to, CancellationToken cancellationToken = default) =>
        Client.AskAsync(string.Create(CultureInfo.InvariantCulture, $"/v1/{Path}/completeness?from={from}&to={to}"), json => json, cancellationToken);

    private protected static ulong AsOfBlock(JsonElement json) => json.GetProperty("as_of").GetProperty("block").GetUInt64();

    private protected static ulong? GapLast(JsonElement json) =>
        json.GetProperty("as_of").GetProperty("gap_last") is { ValueKind: JsonValueKind.Number } last ? last.GetUInt64() : null;

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
    private const int BadRequest = 400;

    private readonly Func<object?[], TRow> _create;

    internal ResourceClient(IndexClient client, string path, string key, IReadOnlyList<RowColumn> columns, Func<object?[], TRow> create)
        : base(client, path, key, columns) => _create = create;

    /// <summary>A page.</summary>
    public Task<IndexAnswer<RowPage<TRow>>> ListAsync(Question question, CancellationToken cancellationToken = default) =>
        Client.AskAsync($"/v1/{Path}{question.ToPage()}", PageOf, cancellationToken);

    /// <summary>One thing by its key.</summary>
    public Task<IndexAnswer<TRow>> GetAsync(string key, CancellationToken cancellationToken = default) => GetAsync(key, Question.All, cancellationToken);

    /// <summary>One thing by its key, with what may be asked beside that: as of which block.</summary>
    public async Task<IndexAnswer<TRow>> GetAsync(string key, Question question, CancellationToken cancellationToken = default) => IsKey(key)
        ? await Client.AskAsync($"/v1/{Path}/{Uri.EscapeDataString(key)}{question.ToConditions()}", json => _create(IndexRow.Read(json, Columns)), cancellationToken)
        : new IndexAnswer<TRow>.Refused(BadRequest, "The request makes no sense.", $"'{key}' is no {Key}, by which one of {Path} is asked for.");

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
        (await ListAsync(question, cancellationToken)).Select(page => new RowPage<IndexRow>(page.Rows, page.Next, page.AsOfBlock, page.GapLast));

    public override async Task<IndexAnswer<IndexRow>> GetRowAsync(string key, Question question, CancellationToken cancellationToken = default) =>
        (await GetAsync(key, question, cancellationToken)).Select(IndexRow (row) => row);

    // Ids, hashes and addresses begin with a digit. Anything else would be another path than that of one thing.
    private static bool IsKey(string key) => key.Length > 0 && char.IsAsciiDigit(key[0]);

    private RowPage<TRow> PageOf(JsonElement json) => new(
        [.. json.GetProperty("items").EnumerateArray().Select(item => _create(IndexRow.Read(item, Columns)))],
        json.GetProperty("next") is { ValueKind: JsonValueKind.String } next ? next.GetString() : null,
        AsOfBlock(json), GapLast(json));
}
