using System.Buffers.Binary;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Contracts.Hub;

/// <summary>
/// Batches in fewer bytes. Nearly no submission has terms, and each would spend four words on saying so: two offsets, two lengths. An offset may point anywhere,
/// and two words that are zero are terms without anything, since both lists then begin at the first of them: so the offset points at two such words that are there
/// anyway. Whoever follows offsets, as the hub, solc and viem do, reads the same submissions; only a reader that demands the usual order does not, ours among them.
/// </summary>
public static class CompactSubmissions
{
    private const int Word = UInt256.ByteLength;
    private const int SelectorBytes = 4;
    private const int HeadWords = 26;
    private const int TermsOffsetAt = 16;
    private const int EvidenceOffsetAt = 24;
    private const int OutputOffsetAt = 25;
    private const int EmptyTermsBytes = 4 * Word;

    /// <summary>A transaction that settles many.</summary>
    public static ContractCall PrepareSettleBatchCompactly(this IHubContract hub, IReadOnlyList<IHubContract.Submission> submissions)
    {
        ArgumentNullException.ThrowIfNull(hub);
        var usual = hub.PrepareSettleBatch(submissions);
        // The list's offset, then the list.
        return usual with { Data = (byte[])[.. usual.Data.Span[..(SelectorBytes + Word)], .. CompactList(usual.Data.Span[(SelectorBytes + Word)..])] };
    }

    /// <summary>A transaction that settles many by one proof.</summary>
    public static ContractCall PrepareSettleProvenCompactly(
        this IHubContract hub, IReadOnlyList<IHubContract.Submission> submissions, ReadOnlyMemory<byte> proof)
    {
        ArgumentNullException.ThrowIfNull(hub);
        var usual = hub.PrepareSettleProven(submissions, proof);
        // Two offsets, the list, the proof.
        var parameters = usual.Data.Span[SelectorBytes..];
        var proofAt = OffsetAt(parameters, 1);
        var list = CompactList(parameters[(2 * Word)..proofAt]);
        byte[] data = [.. usual.Data.Span[..(SelectorBytes + (2 * Word))], .. list, .. parameters[proofAt..]];
        WriteOffset(data.AsSpan(SelectorBytes), 1, (2 * Word) + list.Length);
        return usual with { Data = data };
    }

    // A list as it is written usually: how many, where each is, and all of them one after the other.
    private static byte[] CompactList(ReadOnlySpan<byte> list)
    {
        var count = OffsetAt(list, 0);
        var items = list[Word..];
        var compact = new byte[list.Length];
        list[..Word].CopyTo(compact);
        var written = compact.AsSpan(Word);
        var end = count * Word;
        for (var i = 0; i < count; i++)
        {
            var item = items[OffsetAt(items, i)..(i + 1 < count ? OffsetAt(items, i + 1) : items.Length)];
            WriteOffset(written, i, end);
            end += Compact(item, written[end..]);
        }

        return compact[..(Word + end)];
    }

    // Writes one submission, and says how many bytes it takes.
    private static int Compact(ReadOnlySpan<byte> item, Span<byte> written)
    {
        var head = item[..(HeadWords * Word)];
        var nothing = FindTwoEmptyWords(head);
        var evidenceAt = OffsetAt(head, EvidenceOffsetAt);
        if (nothing < 0 || evidenceAt != head.Length + EmptyTermsBytes)
        {
            item.CopyTo(written);
            return item.Length;
        }

        head.CopyTo(written);
        item[evidenceAt..].CopyTo(written[head.Length..]);
        WriteOffset(written, TermsOffsetAt, nothing * Word);
        WriteOffset(written, EvidenceOffsetAt, head.Length);
        WriteOffset(written, OutputOffsetAt, OffsetAt(head, OutputOffsetAt) - EmptyTermsBytes);
        return item.Length - EmptyTermsBytes;
    }

    private static int FindTwoEmptyWords(ReadOnlySpan<byte> head)
    {
        for (var i = 0; i + 1 < HeadWords; i++)
        {
            if (head.Slice(i * Word, 2 * Word).IndexOfAnyExcept((byte)0) < 0)
                return i;
        }

        return -1;
    }

    private static int OffsetAt(ReadOnlySpan<byte> words, int index) => BinaryPrimitives.ReadInt32BigEndian(words[(((index + 1) * Word) - sizeof(int))..]);

    private static void WriteOffset(Span<byte> words, int index, int offset)
    {
        words.Slice(index * Word, Word).Clear();
        BinaryPrimitives.WriteInt32BigEndian(words[(((index + 1) * Word) - sizeof(int))..], offset);
    }
}
