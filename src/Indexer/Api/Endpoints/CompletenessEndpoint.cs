using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenGradient.Database;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Proofs;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Endpoints;

/// <summary>Headers as a node tells them, ascending; null for each that the node does not have.</summary>
internal delegate Task<IReadOnlyList<BlockHeader?>> ReadHeaders(BlockRange range, CancellationToken cancellationToken);

/// <summary>
/// The certificate that a range of blocks holds these rows of an event and no others. It is made of what a node tells, held against the
/// index's own rows, and checked as any reader would before it is sent.
/// </summary>
internal sealed class CompletenessEndpoint(IndexApi api, ReadBlock? readBlock, ReadHeaders? readHeaders) : IDisposable
{
    public const int MaxRows = 2_000;

    // Each may ask a node for a thousand headers, and for all receipts of many blocks.
    private const int MaxAtOnce = 2;

    // So that the file stays within what `og verify` reads.
    private const int MaxTextLength = 12 << 20;

    private readonly SemaphoreSlim _running = new(MaxAtOnce, MaxAtOnce);

    public void Dispose() => _running.Dispose();

    public async Task<IResult> CertifyAsync(Resource resource, HttpContext context, CancellationToken cancellationToken)
    {
        if (readBlock is null || readHeaders is null)
            return Problems.NotReady(context, "This indexer has no node to ask for blocks.");
        var family = api.Families.Single(known => known.Name == resource.Families[0]);
        if (family.Tables.FirstOrDefault(known => known.Name == resource.Source) is not { } table)
            return Problems.BadRequest("What could not be decoded cannot be certified to be anything.");
        if (!TryNumber(context, "from", out var from) || !TryNumber(context, "to", out var to) || from > to || to - from >= CompletenessBundle.MaxBlocks)
            return Problems.BadRequest($"from and to are numbers of blocks, at most {CompletenessBundle.MaxBlocks} with both ends.");
        if (from < family.FirstBlock.Value)
            return Problems.BadRequest($"{family.Name} is indexed from block {family.FirstBlock} on.");

        var range = new BlockRange(new(from), new(to));
        if (!await _running.WaitAsync(TimeSpan.Zero, cancellationToken))
            return Problems.Busy(context, $"{MaxAtOnce} certificates are being made.");
        try
        {
            var held = await api.ReadAsync(session => ReadAsync(session, resource, family, range), api.Options.QueryTimeout, cancellationToken);
            if (held.Problem is not null)
                return held.Problem;
            var headers = await readHeaders(range, cancellationToken);
            var certificate = await CertifyAsync(readBlock, headers, table, family, held, range, cancellationToken);
            if (certificate is null)
                return Disagrees();
            context.Response.Headers.CacheControl = held.IsFinal && certificate.Gaps.Count == 0 ? Moment.FinalCaching : "no-cache";
            return Results.Bytes(certificate.ToUtf8(), "application/json; charset=utf-8");
        }
        finally
        {
            _running.Release();
        }
    }

    private static IResult Disagrees() => Problems.Of(
        StatusCodes.Status502BadGateway, "The node cannot show it.",
        "What the node tells is not what is indexed: it is on another branch, it does not have these blocks, or its chain's receipts or filters are no consensus data. Nothing is certified.");

    private static bool TryNumber(HttpContext context, string name, out ulong number) =>
        ulong.TryParse(context.Request.Query[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < RowId.MaxBlock;

    // The rows of the range and the hashes of their blocks, of one moment.
    private static async Task<Held> ReadAsync(DatabaseSession session, Resource resource, EventFamily family, BlockRange range)
    {
        var moment = await Moment.ReadAsync(session, resource.Families);
        if (moment.Cursor.IsEmpty || range.Last > moment.Cursor.Tip.Number)
            return new Held(Problems.NotFound($"Block {range.Last} is not indexed yet."));
        if (moment.GapLast is { } gap && (ulong)gap >= range.First.Value)
            return new Held(Problems.BadRequest($"{family.Name} is still being filled in up to block {gap}."));
        var query = new ListQuery
        {
            Resource = resource,
            Conditions = [new Condition("id", ">=", [RowId.FirstOf(range.First).Value]), new Condition("id", "<", [RowId.FirstOf(range.Last + 1).Value])],
            Descending = false,
        };
        var hashes = await session.QueryAsync<BlockRow>(
            "SELECT block_number AS Number, block_hash AS Hash FROM index_digests WHERE family = @Name AND block_number BETWEEN @First AND @Last",
            new { family.Name, range.First, range.Last });
        var rows = new List<IReadOnlyDictionary<string, JsonElement>>();
        await using var command = QueryText.Rows(query, MaxRows + 1).ToCommand(session);
        await using var reader = await command.ExecuteReaderAsync(session.Cancellation);
        while (await reader.ReadAsync(session.Cancellation))
        {
            if (rows.Count == MaxRows)
                return new Held(Problems.BadRequest($"There are more than {MaxRows} rows in these blocks: choose fewer."));
            using var buffer = new MemoryStream();
            await using (var json = new Utf8JsonWriter(buffer))
                RowJson.Write(json, reader, resource.Columns);
            using var document = JsonDocument.Parse(buffer.ToArray());
            rows.Add(document.RootElement.EnumerateObject().ToDictionary(column => column.Name, column => column.Value.Clone(), StringComparer.Ordinal));
        }

        return new Held(null)
        {
            Rows = rows.ToLookup(row => RowId.TryParse(row["id"].GetString(), out var id) ? id.Block.Value : 0),
            Hashes = hashes.ToDictionary(block => block.Number.Value, block => block.Hash),
            IsFinal = range.Last <= moment.Cursor.Final.Number,
        };
    }

    // From the last block down, as a reader checks it: what cannot be shown is a gap.
    private async Task<CompletenessBundle?> CertifyAsync(
        ReadBlock readBlock, IReadOnlyList<BlockHeader?> headers, EventTable table, EventFamily family, Held held, BlockRange range, CancellationToken cancellationToken)
    {
        if (headers.Count == 0 || headers[^1] is not { } last || last.Number != range.Last || !last.TryComputeHash(out var lastHash))
            return null;
        var filter = new LogFilter(family.Addresses, [[table.Topic0]]);
        var (blocks, gaps, expected, length) = (new List<ShownBlock>(), new List<CertificateGap>(), lastHash, 0);
        var rows = new List<IReadOnlyDictionary<string, JsonElement>>();
        for (var i = headers.Count - 1; i >= 0; i--)
        {
            var number = range.First.Value + (ulong)i;
            if (headers[i] is not { } header || !header.TryComputeHash(out var hash) || hash != expected || length > MaxTextLength)
            {
                Add(gaps, new CertificateGap(range.First.Value, number, length > MaxTextLength ? "They would make the file too large: ask for them by themselves." : "The node does not show these blocks."));
                break;
            }

            if (held.Hashes.TryGetValue(number, out var indexed) && indexed != hash)
                return null;
            var (shown, gap) = await ShowAsync(readBlock, header, hash, filter, cancellationToken);
            if (gap is not null)
                Add(gaps, gap);
            else if (shown.Receipts is { } receipts && Completeness.RowsOf(table, filter, header, receipts) is { } found)
                rows.InsertRange(0, Named(found, held.Rows[number]));
            else if (shown.Receipts is not null || held.Rows[number].Any())
                return null;
            blocks.Insert(0, shown);
            expected = header.ParentHash;
            length += shown.Header.Length + (shown.Receipts?.Sum(receipt => receipt.Length) ?? 0);
        }

        var bundle = new CompletenessBundle
        {
            Kind = CompletenessBundle.KindName,
            Version = CompletenessBundle.CurrentVersion,
            ChainId = api.Chain.Value,
            Table = table.Name,
            Event = table.Declaration,
            Emitters = [.. family.Addresses.Select(address => address.ToLowerHex())],
            From = range.First.Value,
            To = range.Last.Value,
            BlockHash = lastHash.ToString(),
            Blocks = blocks,
            Rows = rows,
            Gaps = gaps,
        };
        var isWholeIndex = rows.Count == held.Rows.Where(block => !gaps.Exists(gap => block.Key >= gap.From && block.Key <= gap.To)).Sum(block => block.Count());
        return isWholeIndex && Completeness.Verify(bundle, lastHash) is CompletenessVerdict.Holds ? bundle : null;
    }

    private static async Task<(ShownBlock Shown, CertificateGap? Gap)> ShowAsync(
        ReadBlock readBlock, BlockHeader header, Hash32 hash, LogFilter filter, CancellationToken cancellationToken)
    {
        var shown = new ShownBlock(Hex.Encode(header.Encode()));
        if (!filter.MayMatch(header.LogsBloom))
            return (shown, null);
        if (await readBlock(hash, cancellationToken) is not { } block || BlockCommitments.ReceiptsRoot(block.Receipts) != header.ReceiptsRoot)
            return (shown, new CertificateGap(header.Number.Value, header.Number.Value, "The node does not show the receipts of these blocks."));
        return (shown with { Receipts = [.. block.Receipts.Select(receipt => Hex.Encode(receipt.Encode()))] }, null);
    }

    // Rows as the index has them, with the hashes of their transactions, where the block says the same.
    private static IEnumerable<IReadOnlyDictionary<string, JsonElement>> Named(
        IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> found, IEnumerable<IReadOnlyDictionary<string, JsonElement>> indexed)
    {
        var known = indexed.ToDictionary(row => row["id"].GetString()!, StringComparer.Ordinal);
        return found.Select(row => known.GetValueOrDefault(row["id"].GetString()!, row));
    }

    // Neighbours are one gap: a certificate's reader counts them so.
    private static void Add(List<CertificateGap> gaps, CertificateGap gap)
    {
        if (gaps.Count > 0 && gaps[0].From == gap.To + 1)
            gaps[0] = gaps[0] with { From = gap.From };
        else
            gaps.Insert(0, gap);
    }

    private sealed record Held(IResult? Problem)
    {
        public ILookup<ulong, IReadOnlyDictionary<string, JsonElement>> Rows { get; init; } =
            Enumerable.Empty<IReadOnlyDictionary<string, JsonElement>>().ToLookup(_ => 0UL);

        public Dictionary<ulong, Hash32> Hashes { get; init; } = [];

        public bool IsFinal { get; init; }
    }

    private sealed class BlockRow
    {
        public BlockNumber Number { get; init; }

        public Hash32 Hash { get; init; }
    }
}
