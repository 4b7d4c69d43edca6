using System.Text.Json;

namespace OpenGradient.IndexerClient;

/// <summary>A page of a list.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="Next">The cursor of the page behind it; null for the last.</param>
/// <param name="AsOfBlock">The block that the answer is of.</param>
/// <param name="GapLast">The last block of which rows are still missing; null when all are there.</param>
public sealed record RowPage<TRow>(IReadOnlyList<TRow> Rows, string? Next, ulong AsOfBlock, ulong? GapLast)
    where TRow : IndexRow;

/// <summary>Rows counted by time.</summary>
/// <param name="Items">Ascending by time.</param>
/// <param name="AsOfBlock">The block that the answer is of.</param>
/// <param name="GapLast">The last block of which rows are still missing; null when all are there.</param>
public sealed record BucketList(IReadOnlyList<Bucket> Items, ulong AsOfBlock, ulong? GapLast);

/// <summary>Rows of some time, counted.</summary>
/// <param name="From">The beginning, in seconds of Unix time.</param>
/// <param name="Group">The value of the column by which groups are made, as JSON; undefined without one.</param>
/// <param name="Count">How many rows.</param>
/// <param name="Figures"><c>count min max sum p50 p95 p99</c> of the measured column by name; empty without one, or where no row has a value.</param>
public sealed record Bucket(long From, JsonElement Group, long Count, IReadOnlyDictionary<string, string> Figures);

/// <summary>The answer to a question in SQL.</summary>
/// <param name="Columns">Their names.</param>
/// <param name="Rows">Values, as JSON.</param>
/// <param name="IsTruncated">There is more than one answer may have.</param>
public sealed record SqlTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<JsonElement>> Rows, bool IsTruncated);

/// <summary>An export that begins to come in. To be disposed of.</summary>
public sealed class ExportedRows(HttpResponseMessage answer, Stream content) : IAsyncDisposable
{
    public Stream Content => content;

    /// <summary>The block that it is of, and its hash, which is not told of one below the last final ones; null where nothing is indexed yet.</summary>
    public (ulong Number, string? Hash)? AsOf { get; } =
        ulong.TryParse(Header(answer, "OG-As-Of-Block"), out var number) ? (number, Header(answer, "OG-As-Of-Hash")) : null;

    /// <summary>The last block of which rows are still missing; null when it is whole.</summary>
    public ulong? GapLast { get; } = ulong.TryParse(Header(answer, "OG-Gap-Last"), out var last) ? last : null;

    public async ValueTask DisposeAsync()
    {
        await content.DisposeAsync();
        answer.Dispose();
    }

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
