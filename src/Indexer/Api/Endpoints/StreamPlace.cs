using System.Globalization;
using System.Runtime.InteropServices;
using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Api.Endpoints;

/// <summary>How far a stream has told: the id of the last row up to which nothing is left, and the last reorganisation. Written <c>block-log.reorg</c>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StreamPlace(long Last, long Reorg)
{
    /// <summary>How the last reorganisation is asked for, where more is asked in one message.</summary>
    public const string LastReorg = "SELECT COALESCE(MAX(id), 0) FROM index_reorgs";

    /// <summary>Everything that is there already.</summary>
    public static async Task<StreamPlace> NowAsync(DatabaseSession session) => await OfAsync(session, await Lanes.Table.ReadAsync(session, IndexSink.Head));

    /// <summary>Everything that is there, where the head is known.</summary>
    public static async Task<StreamPlace> OfAsync(DatabaseSession session, ChainCursor head) =>
        Of(head, await session.QuerySingleAsync<long>(LastReorg));

    /// <summary>The same, where the last reorganisation is known.</summary>
    public static StreamPlace Of(ChainCursor head, long lastReorg) => new(LastOf(head), lastReorg);

    /// <summary>The last id that a row of the tip may have.</summary>
    public static async Task<long> TipAsync(DatabaseSession session) => LastOf(await Lanes.Table.ReadAsync(session, IndexSink.Head));

    /// <summary>The last id that a row of a block may have.</summary>
    public static long LastOf(BlockNumber block) => RowId.FirstOf(block + 1).Value - 1;

    private static long LastOf(ChainCursor head) => head.IsEmpty ? 0 : LastOf(head.Tip.Number);

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
