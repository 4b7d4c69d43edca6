using System.Globalization;
using System.Runtime.InteropServices;
using OpenGradient.Database;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Api.Endpoints;

/// <summary>How far a stream has told: the id of the last row up to which nothing is left, and the last reorganisation. Written <c>block-log.reorg</c>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StreamPlace(long Last, long Reorg)
{
    /// <summary>Everything that is there already.</summary>
    public static async Task<StreamPlace> NowAsync(DatabaseSession session) =>
        new(await TipAsync(session), await session.QuerySingleAsync<long>("SELECT COALESCE(MAX(id), 0) FROM index_reorgs"));

    /// <summary>The last id that a row of the tip may have.</summary>
    public static async Task<long> TipAsync(DatabaseSession session)
    {
        var cursor = await Lanes.Table.ReadAsync(session, IndexSink.Head);
        return cursor.IsEmpty ? 0 : RowId.FirstOf(cursor.Tip.Number + 1).Value - 1;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out StreamPlace place)
    {
        place = default;
        var dot = text.IndexOf('.');
        if (dot < 0 || !RowId.TryParse(text[..dot], out var last)
            || !long.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var reorg))
            return false;
        place = new StreamPlace(last.Value, reorg);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{new RowId(Last)}.{Reorg}");
}
