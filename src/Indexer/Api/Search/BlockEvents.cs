using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Search;

/// <summary>What a node says about where a transaction is.</summary>
/// <param name="IsAnswered">Whether it said anything.</param>
/// <param name="Block">The block; null where the node knows no such transaction, or none that was mined.</param>
internal sealed record TransactionPlace(bool IsAnswered, BlockNumber? Block);

/// <summary>Asks a node for a transaction's block.</summary>
internal delegate Task<TransactionPlace> FindTransaction(Hash32 hash, CancellationToken cancellationToken);

/// <summary>
/// Every event of one block, or of one transaction. Rows lie in the order of the chain, so that no index over transactions is needed: a node is
/// asked for the block, and what is told is what is indexed of it.
/// </summary>
internal sealed class BlockEvents(IndexApi api, FindTransaction? find)
{
    private const int MaxRows = 500;

    public async Task<IResult> OfBlockAsync(string number, HttpContext context, CancellationToken cancellationToken)
    {
        if (!ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var block) || block >= RowId.MaxBlock)
            return Problems.BadRequest($"A block is a number below {RowId.MaxBlock}.");
        return await api.AskAsync(context, session => TellAsync(session, new(block), null), cancellationToken);
    }

    public async Task<IResult> OfTransactionAsync(string hash, HttpContext context, CancellationToken cancellationToken)
    {
        if (!Hash32.TryParse(hash, out var transaction))
            return Problems.BadRequest("A transaction's hash is 0x and 64 hexadecimal digits.");
        if (find is null)
            return Problems.NotReady(context, "This indexer has no node to ask for transactions.");
        var place = await find(transaction, cancellationToken);
        if (!place.IsAnswered)
            return Problems.Of(StatusCodes.Status502BadGateway, "The node does not say.", "It was asked in which block the transaction is, and gave no answer.");
        return place.Block is { } block
            ? await api.AskAsync(context, session => TellAsync(session, block, transaction), cancellationToken)
            : Problems.NotFound("No block has this transaction.");
    }

    private async Task<IResult> TellAsync(DatabaseSession session, BlockNumber block, Hash32? transaction)
    {
        var moment = await Moment.ReadAsync(session, [.. api.Families.Select(family => family.Name)]);
        if (moment.Cursor.IsEmpty || block > moment.Cursor.Tip.Number)
            return Problems.NotFound($"Block {block} is not indexed yet.");
        var digests = await session.QueryAsync<Digest>(
            "SELECT family AS Family, block_hash AS Hash, block_time AS Time FROM index_digests WHERE block_number = @block", new { block });
        var (rows, isTruncated) = await GatherAsync(session, api.Resources.Where(resource => !resource.IsView && digests.Any(digest => digest.Family == resource.Families[0])), block, transaction);
        var buffer = new ArrayBufferWriter<byte>();
        await using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("block", block.Value);
        // Of blocks without events nothing is kept.
        json.WriteString("hash", digests.Count > 0 ? digests[0].Hash.ToString() : null);
        if (digests.Count > 0)
            json.WriteNumber("time", digests[0].Time);
        else
            json.WriteNull("time");
        json.WriteStartArray("events");
        foreach (var (id, table, row) in rows)
        {
            json.WriteStartObject();
            json.WriteString("event", table);
            json.WriteString("id", new RowId(id).ToString());
            json.WriteString("proof", $"/v1/events/{table}/{new RowId(id)}/proof");
            json.WritePropertyName("row");
            json.WriteRawValue(row);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("truncated", isTruncated);
        moment.WriteAsOf(json);
        json.WriteEndObject();
        await json.FlushAsync(session.Cancellation);
        return Results.Bytes(buffer.WrittenSpan.ToArray(), "application/json; charset=utf-8");
    }

    // The first rows in the order of the chain, whichever tables they are of, up to a number of rows and of bytes.
    private static async Task<(List<Event> Events, bool IsTruncated)> GatherAsync(DatabaseSession session, IEnumerable<Resource> resources, BlockNumber block, Hash32? transaction)
    {
        var (events, whole) = (new List<Event>(), RowId.FirstOf(block + 1).Value);
        var end = whole;
        foreach (var resource in resources)
        {
            end = await ReadAsync(session, resource, RowId.FirstOf(block).Value, end, transaction, events);
            events.Sort(static (one, other) => one.Id.CompareTo(other.Id));
            var (kept, length) = (0, 0L);
            while (kept < events.Count && events[kept].Id < end && kept < MaxRows && length < ListQuery.MaxPageBytes)
                length += events[kept++].Json.Length;
            if (kept < events.Count)
                end = Math.Min(end, events[kept].Id);
            events.RemoveRange(kept, events.Count - kept);
        }

        return (events, end < whole);
    }

    // Gives where the rows that were read end: the place of the first for which there was no room, or the end that was given.
    private static async Task<long> ReadAsync(DatabaseSession session, Resource resource, long first, long end, Hash32? transaction, List<Event> events)
    {
        List<Condition> conditions = [new Condition("id", ">=", [first]), new Condition("id", "<", [end])];
        if (transaction is { } hash)
            conditions.Add(new Condition("transaction_hash", "=", [hash.ToArray()]));
        var query = new ListQuery { Resource = resource, Conditions = conditions, Descending = false };
        await using var command = QueryText.Rows(query, MaxRows + 1).ToCommand(session);
        await using var reader = await command.ExecuteReaderAsync(session.Cancellation);
        for (var (count, length) = (0, 0L); await reader.ReadAsync(session.Cancellation); count++)
        {
            var id = reader.GetInt64(0);
            if (count == MaxRows || length >= ListQuery.MaxPageBytes)
                return id;
            var buffer = new ArrayBufferWriter<byte>();
            await using (var json = new Utf8JsonWriter(buffer))
                RowJson.Write(json, reader, resource.Columns);
            events.Add(new Event(id, resource.Source, buffer.WrittenSpan.ToArray()));
            length += buffer.WrittenCount;
        }

        return end;
    }

    private sealed record Event(long Id, string Table, byte[] Json);

    private sealed class Digest
    {
        public string Family { get; init; } = "";

        public Hash32 Hash { get; init; }

        public long Time { get; init; }
    }
}
