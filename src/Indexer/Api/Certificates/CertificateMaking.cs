using System.Text.Json;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Proofs;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Certificates;

/// <summary>Headers as a node tells them, ascending; null for each that the node does not have.</summary>
/// <exception cref="NodeBusyException">The node has no time, or does not answer.</exception>
internal delegate Task<IReadOnlyList<BlockHeader?>> ReadHeaders(BlockRange range, CancellationToken cancellationToken);

/// <summary>Makes a certificate of what a node tells, held against the index's own rows, and checks it as any reader would.</summary>
internal sealed class CertificateMaking(ChainId chain, ReadBlock readBlock)
{
    // So that the file stays within what `og verify` reads.
    private const int MaxTextLength = 12 << 20;

    /// <summary>From the last block down, as a reader checks it: what cannot be shown is a gap. Null where node and index tell different things.</summary>
    public async Task<CompletenessBundle?> MakeAsync(
        IReadOnlyList<BlockHeader?> headers, EventTable table, EventFamily family, HeldRows held, BlockRange range, CancellationToken cancellationToken)
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
            var (shown, gap) = await ShowAsync(header, hash, filter, cancellationToken);
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
            ChainId = chain.Value,
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

    private async Task<(ShownBlock Shown, CertificateGap? Gap)> ShowAsync(BlockHeader header, Hash32 hash, LogFilter filter, CancellationToken cancellationToken)
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
}
