using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Certificates;

/// <summary>What the index holds of a range: the rows of one event and the hashes of their blocks, of one moment; or why it cannot be certified.</summary>
internal sealed record HeldRows(IResult? Problem)
{
    public const int MaxRows = 2_000;

    // They are held in memory until the certificate is sent, and stand in it.
    private const int MaxBytes = 8 << 20;

    /// <summary>By the block's number.</summary>
    public ILookup<ulong, IReadOnlyDictionary<string, JsonElement>> Rows { get; private init; } =
        Enumerable.Empty<IReadOnlyDictionary<string, JsonElement>>().ToLookup(_ => 0UL);

    public IReadOnlyDictionary<ulong, Hash32> Hashes { get; private init; } = new Dictionary<ulong, Hash32>();

    public bool IsFinal { get; private init; }

    public static async Task<HeldRows> ReadAsync(DatabaseSession session, Resource resource, EventFamily family, BlockRange range)
    {
        var moment = await Moment.ReadAsync(session, resource.Families);
        if (moment.Cursor.IsEmpty || range.Last > moment.Cursor.Tip.Number)
            return new HeldRows(Problems.NotFound($"Block {range.Last} is not indexed yet."));
        if (moment.GapLast is { } gap && (ulong)gap >= range.First.Value)
            return new HeldRows(Problems.BadRequest($"{family.Name} is still being filled in up to block {gap}."));
        var hashes = await session.QueryAsync<BlockRow>(
            "SELECT block_number AS Number, block_hash AS Hash FROM index_digests WHERE family = @Name AND block_number BETWEEN @First AND @Last",
            new { family.Name, range.First, range.Last });
        var query = new ListQuery
        {
            Resource = resource,
            Conditions = [new Condition("id", ">=", [RowId.FirstOf(range.First).Value]), new Condition("id", "<", [RowId.FirstOf(range.Last + 1).Value])],
            Descending = false,
        };
        var (rows, bytes) = (new List<IReadOnlyDictionary<string, JsonElement>>(), 0L);
        await using var command = QueryText.Rows(query, MaxRows + 1).ToCommand(session);
        await using var reader = await command.ExecuteReaderAsync(session.Cancellation);
        while (await reader.ReadAsync(session.Cancellation))
        {
            if (rows.Count == MaxRows)
                return new HeldRows(Problems.BadRequest($"There are more than {MaxRows} rows in these blocks: choose fewer."));
            var (row, length) = RowJson.Read(reader, resource.Columns);
            bytes += length;
            if (bytes > MaxBytes)
                return new HeldRows(Problems.BadRequest($"The rows of these blocks take more than {MaxBytes >> 20} MiB: choose fewer blocks."));
            rows.Add(row);
        }

        return new HeldRows(Problem: null)
        {
            Rows = rows.ToLookup(row => RowId.TryParse(row["id"].GetString(), out var id) ? id.Block.Value : 0),
            Hashes = hashes.ToDictionary(block => block.Number.Value, block => block.Hash),
            IsFinal = range.Last <= moment.Cursor.Final.Number,
        };
    }

    private sealed class BlockRow
    {
        public BlockNumber Number { get; init; }

        public Hash32 Hash { get; init; }
    }
}
