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

    public async Task<IResult> OfBlockAsync(string number, CancellationToken cancellationToken)
    {
        if (!ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var block) || block >= RowId.MaxBlock)
            return Problems.BadRequest("A block is a number.");
        return await api.ReadAsync(session => TellAsync(session, new(block), null), api.Options.QueryTimeout, cancellationToken);
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
            ? await api.ReadAsync(session => TellAsync(session, block, transaction), api.Options.QueryTimeout, cancellationToken)
            : Problems.NotFound("No block has this transaction.");
    }

    private async Task<IResult> TellAsync(DatabaseSession session, BlockNumber block, Hash32? transaction)
    {
        var moment = await Moment.ReadAsync(session, [.. api.Families.Select(family => family.Name)]);
        if (moment.Cursor.IsEmpty || block > moment.Cursor.Tip.Number)
            return Problems.NotFound($"Block {block} is not indexed yet.");
        var digests = await session.QueryAsync<Digest>(
            "SELECT family AS Family, block_hash AS Hash, block_time AS Time FROM index_digests WHERE block_number = @block", new { block });
        var rows = new List<(long Id, string Table, byte[] Json)>();
        foreach (var resource in api.Resources.Where(resource => !resource.IsView && digests.Any(digest => digest.Family == resource.Families[0])))
            await ReadAsync(session, resource, block, transaction, rows);
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
        foreach (var (id, table, row) in rows.OrderBy(row => row.Id).Take(MaxRows))
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
        json.WriteBoolean("truncated", rows.Count > MaxRows);
        moment.WriteAsOf(json);
        json.WriteEndObject();
        await json.FlushAsync(session.Cancellation);
        return Results.Bytes(buffer.WrittenSpan.ToArray(), "application/json; charset=utf-8");
    }

    private static async Task ReadAsync(DatabaseSession session, Resource resource, BlockNumber block, Hash32? transaction, List<(long, string, byte[])> rows)
    {
        List<Condition> conditions = [new Condition("id", ">=", [RowId.FirstOf(block).Value]), new Condition("id", "<", [RowId.FirstOf(block + 1).Value])];
        if (transaction is { } hash)
            conditions.Add(new Condition("transaction_hash", "=", [hash.ToArray()]));
        var query = new ListQuery { Resource = resource, Conditions = conditions, Descending = false };
        await using var command = QueryText.Rows(query, MaxRows + 1).ToCommand(session);
        await using var reader = await command.ExecuteReaderAsync(session.Cancellation);
        var length = 0L;
        while (rows.Count <= MaxRows && length < ListQuery.MaxPageBytes && await reader.ReadAsync(session.Cancellation))
        {
            var buffer = new ArrayBufferWriter<byte>();
            await using (var json = new Utf8JsonWriter(buffer))
                RowJson.Write(json, reader, resource.Columns);
            rows.Add((reader.GetInt64(0), resource.Source, buffer.WrittenSpan.ToArray()));
            length += buffer.WrittenCount;
        }
    }

    private sealed class Digest
    {
        public string Family { get; init; } = "";

        public Hash32 Hash { get; init; }

        public long Time { get; init; }
    }
}
