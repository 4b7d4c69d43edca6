using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using OpenGradient.Database;
using OpenGradient.Database.Cursors;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Fetching;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Api.Endpoints;

/// <summary>The state of the index that an answer is of, and how much of what is asked about is there.</summary>
/// <param name="Cursor">Where the head's follower stands.</param>
/// <param name="Families">Those that the answer looks at.</param>
/// <param name="Place">From where a stream goes on with what came later.</param>
internal sealed record Moment(ChainCursor Cursor, IReadOnlyList<FamilyEntry> Families, StreamPlace Place)
{
    /// <summary>What no block can change any more may be kept; an operator may still index other columns.</summary>
    public const string FinalCaching = "public, max-age=3600";

    /// <summary>The last block of which anything is told: the tip, or one below it that was asked about; null where nothing is indexed yet.</summary>
    public BlockNumber? AsOf => Cursor.IsEmpty ? null : Past ?? Cursor.Tip.Number;

    private BlockNumber? Past { get; init; }

    /// <summary>The last block of which rows are still missing; null when none are.</summary>
    public long? GapLast => Families.Max(GapLastOf);

    public bool IsWhole => GapLast is null;

    /// <summary>Views over half of the events would tell what is not so, and so would balances; of events themselves it is told what is missing.</summary>
    public bool IsReadyFor(Resource resource) => !resource.IsView || (resource.IsBalances ? IsWhole : IsReadyForViews);

    public bool IsReadyForViews => IsWhole && IsIndexed;

    /// <summary>Whether the secondary indexes are there: they are made after a family was filled in.</summary>
    public bool IsIndexed => Families.All(family => family.IsIndexed);

    /// <summary>Whether all that a query asks for lies in blocks that nothing replaces: events of one id, or below a block, of families that are whole.</summary>
    public bool IsFinal(ListQuery query) =>
        !query.Resource.IsView && IsWhole && !Cursor.IsEmpty && RowId.FirstOf(Cursor.Final.Number + 1).Value is var open && query.Conditions.Any(condition =>
            condition is { Column: "id", Values: [long value] } && (condition.Operator is "=" or "<=" ? value < open : condition.Operator == "<" && value <= open));

    /// <summary>In the session of the answer itself, so that both are of one state.</summary>
    public static async Task<Moment> ReadAsync(DatabaseSession session, IReadOnlyCollection<string> families)
    {
        // In one message: every page begins with it.
        var (row, entries, lastReorg) = await session.QueryTogetherAsync(
            $"{Lanes.Table.Question}; {FamilyStore.Entries} ORDER BY name; {StreamPlace.LastReorg}", new { follower = IndexSink.Head },
            static async answers => (await answers.ReadSingleOrDefaultAsync<CursorRow>(), (await answers.ReadAsync<FamilyEntry>()).AsList(), await answers.ReadSingleAsync<long>()));
        var cursor = row?.ToCursor() ?? ChainCursor.None;
        return new Moment(cursor, [.. entries.Where(family => families.Contains(family.Name, StringComparer.Ordinal))], StreamPlace.Of(cursor, lastReorg));
    }

    /// <summary>
    /// The last block that is missing of one family. Of one that is stored in order it is the tip: the head does not store it before all below is there.
    /// </summary>
    public long? GapLastOf(FamilyEntry family) =>
        family is { GapLast: { } gap, IsInOrder: true } && !Cursor.IsEmpty ? Math.Max(gap, (long)Cursor.Tip.Number.Value) : family.GapLast;

    /// <summary>The tag of an answer: nothing that is answered changes while the tip does not, unless families below it are being filled in.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="beside">How far something is on which the answer rests, too.</param>
    public string TagOf(HttpRequest request, string beside = "")
    {
        var text = $"{request.Path}{request.QueryString}\n{(Cursor.IsEmpty ? "" : $"{Cursor.Tip} {Cursor.Final}")}\n{beside}"
            + string.Join(' ', Families.Select(family => $"{family.Name}{family.Fingerprint}{family.GapLast}"));
        return $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16))}\"";
    }

    /// <summary>The tag of an answer about a resource, whatever is told of it: of models also what comes beside the chain.</summary>
    public async Task<string> TagOfAsync(HttpRequest request, Resource resource, DatabaseSession session) =>
        TagOf(request, resource.HasMetadata ? $"{await BlobTable.MetadataCountAsync(session)}" : "");

    /// <summary>Whether who asks has the answer with this tag, and it is still good.</summary>
    public bool IsKnown(HttpRequest request, string tag)
    {
        var known = new EntityTagHeaderValue(tag);
        return IsWhole && EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var given)
            && given.Any(entry => entry.Equals(EntityTagHeaderValue.Any) || entry.Compare(known, useStrongComparison: false));
    }

    /// <summary>What is told of this moment by a query that may be about an earlier block: that one, and from where a stream goes on with what came after it.</summary>
    public Moment Of(ListQuery query) => query.End is { } end && !Cursor.IsEmpty && new RowId(end - 1).Block is var past && past < Cursor.Tip.Number
        ? this with { Past = past, Place = Place with { Last = StreamPlace.LastOf(past) } }
        : this;

    /// <summary>The hash of a block that is final at the earliest; null for one below, which nothing replaces.</summary>
    public string? HashOf(BlockNumber block) => Cursor.At(block)?.Hash.ToString();

    public void WriteAsOf(Utf8JsonWriter json)
    {
        json.WriteStartObject("as_of");
        json.WriteNumber("block", AsOf?.Value ?? 0);
        json.WriteString("hash", AsOf is { } block ? HashOf(block) : null);
        json.WriteNumber("final", Cursor.IsEmpty ? 0 : Cursor.Final.Number.Value);
        if (GapLast is { } last)
            json.WriteNumber("gap_last", last);
        else
            json.WriteNull("gap_last");
        json.WriteString("place", Place.ToString());
        json.WriteEndObject();
    }
}
