using System.Text.Json;
using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Api.Endpoints;

/// <summary>The state of the index that an answer is of, and how much of what is asked about is there.</summary>
/// <param name="Cursor">Where the head's follower stands.</param>
/// <param name="Families">Those that the answer looks at.</param>
internal sealed record Moment(ChainCursor Cursor, IReadOnlyList<FamilyEntry> Families)
{
    /// <summary>What no block can change any more may be kept; an operator may still index other columns.</summary>
    public const string FinalCaching = "public, max-age=3600";

    /// <summary>The last block that is still being filled in; null when nothing is missing.</summary>
    public long? GapLast => Families.Max(family => family.GapLast);

    public bool IsWhole => GapLast is null;

    /// <summary>Views over half of the events would tell what is not so; of events themselves it is told what is missing.</summary>
    public bool IsReadyFor(Resource resource) => !resource.IsView || IsReadyForViews;

    public bool IsReadyForViews => IsWhole && Families.All(family => family.IsIndexed);

    /// <summary>Whether all that a query asks for lies in blocks that nothing replaces: events of one id, or below a block, of families that are whole.</summary>
    public bool IsFinal(ListQuery query) =>
        !query.Resource.IsView && IsWhole && !Cursor.IsEmpty && RowId.FirstOf(Cursor.Final.Number + 1).Value is var open && query.Conditions.Any(condition =>
            condition is { Column: "id", Values: [long value] } && (condition.Operator is "=" or "<=" ? value < open : condition.Operator == "<" && value <= open));

    /// <summary>In the session of the answer itself, so that both are of one state.</summary>
    public static async Task<Moment> ReadAsync(DatabaseSession session, IReadOnlyCollection<string> families) => new(
        await Lanes.Table.ReadAsync(session, IndexSink.Head),
        [.. (await FamilyStore.ReadAsync(session)).Where(family => families.Contains(family.Name, StringComparer.Ordinal))]);

    public void WriteAsOf(Utf8JsonWriter json)
    {
        json.WriteStartObject("as_of");
        json.WriteNumber("block", Cursor.IsEmpty ? 0 : Cursor.Tip.Number.Value);
        json.WriteString("hash", Cursor.IsEmpty ? null : Cursor.Tip.Hash.ToString());
        json.WriteNumber("final", Cursor.IsEmpty ? 0 : Cursor.Final.Number.Value);
        if (GapLast is { } last)
            json.WriteNumber("gap_last", last);
        else
            json.WriteNull("gap_last");
        json.WriteEndObject();
    }
}
