using System.Buffers.Text;
using System.Data.Common;
using System.Globalization;
using System.Text;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Queries;

/// <summary>
/// Where a list goes on: behind which row, and in which order. A row's id is its place on the chain; what is not ordered by it goes on behind the
/// values that order it, whatever became of that row meanwhile.
/// </summary>
internal static class PageCursor
{
    private const char Version = '1';
    private const char Between = '-';
    private const int LongestText = 300;

    /// <summary>The cursor behind the row that a reader is at.</summary>
    public static string After(ListQuery query, DbDataReader row)
    {
        var order = query.Resource.Order;
        var place = order is [{ Kind: ColumnKind.Integer }]
            ? row.GetInt64(0).ToString(CultureInfo.InvariantCulture)
            : KeyText(order.Select(column => row.GetFieldValue<byte[]>(PlaceOf(query.Resource, column))));
        return TextOf(query, place);
    }

    /// <summary>The cursor behind the rows that a page looks at; null where it looks at all.</summary>
    public static string? Behind(ListQuery query) =>
        query.Beyond is { } id ? TextOf(query, (query.Descending ? id + 1 : id - 1).ToString(CultureInfo.InvariantCulture))
        : query.LastKey is { } last ? TextOf(query, KeyText(last.Cast<byte[]>()))
        : null;

    /// <summary>The query behind a cursor; null where it is none of this list in this order.</summary>
    public static ListQuery? Read(ListQuery query, string cursor)
    {
        Span<byte> bytes = stackalloc byte[LongestText];
        if (cursor.Length > LongestText || !Base64Url.IsValid(cursor) || !Base64Url.TryDecodeFromChars(cursor, bytes, out var length))
            return null;
        var text = Encoding.ASCII.GetString(bytes[..length]);
        if (text.Length < 2 || text[0] != Version || text[1] != (query.Descending ? 'd' : 'a'))
            return null;
        var order = query.Resource.Order;
        if (order is [{ Kind: ColumnKind.Integer }])
            return long.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? query with { After = id } : null;
        var parts = text[2..].Split(Between);
        if (parts.Length != order.Count)
            return null;
        var values = new object[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!ValueText.TryParse(order[i], parts[i], out var value, out _))
                return null;
            values[i] = value;
        }

        return query with { AfterKey = values };
    }

    private static string KeyText(IEnumerable<byte[]> values) => string.Join(Between, values.Select(value => Hex.Encode(value)));

    private static string TextOf(ListQuery query, string place) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes($"{Version}{(query.Descending ? 'd' : 'a')}{place}"));

    private static int PlaceOf(Resource resource, Column column)
    {
        for (var i = 0; i < resource.Columns.Count; i++)
        {
            if (resource.Columns[i] == column)
                return i;
        }

        throw new InvalidOperationException($"{resource.Path} is ordered by {column.Name}, which it does not have.");
    }
}
