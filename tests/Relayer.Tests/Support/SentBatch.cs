using System.Buffers.Binary;
using OpenGradient.Contracts;

namespace OpenGradient.Relayer.Tests.Support;

/// <summary>
/// Reads batches as they are sent: the offset of terms that there are none of points at words that are zero anyway. They are written out in the usual order,
/// which the generated reader demands.
/// </summary>
internal static class SentBatch
{
    private const int Word = 32;
    private const int SelectorBytes = 4;
    private const int HeadWords = 26;
    private const int TermsAt = 16;
    private const int EvidenceAt = 24;
    private const int OutputAt = 25;

    public static IReadOnlyList<IHubContract.Submission> Read(ReadOnlySpan<byte> call)
    {
        var list = call[(SelectorBytes + Word)..];
        var count = OffsetAt(list, 0);
        var items = list[Word..];
        List<byte[]> written = [];
        for (var i = 0; i < count; i++)
            written.Add(Usual(items[OffsetAt(items, i)..(i + 1 < count ? OffsetAt(items, i + 1) : items.Length)]));

        List<byte> usual = [.. call[..(SelectorBytes + Word)], .. OfWord(count)];
        var offset = count * Word;
        foreach (var item in written)
        {
            usual.AddRange(OfWord(offset));
            offset += item.Length;
        }

        usual.AddRange(written.SelectMany(item => item));
        Assert.True(IHubContract.SettleBatchCall.TryDecode([.. usual], out var read));
        return read.Submissions;
    }

    private static byte[] Usual(ReadOnlySpan<byte> item)
    {
        if (OffsetAt(item, TermsAt) >= HeadWords * Word)
            return item.ToArray();
        Assert.Equal(-1, item.Slice(OffsetAt(item, TermsAt), 2 * Word).IndexOfAnyExcept((byte)0));
        // Two empty lists, each behind its offset.
        byte[] terms = [.. OfWord(2 * Word), .. OfWord(3 * Word), .. OfWord(0), .. OfWord(0)];
        byte[] usual = [.. item[..(HeadWords * Word)], .. terms, .. item[(HeadWords * Word)..]];
        OfWord(HeadWords * Word).CopyTo(usual, TermsAt * Word);
        OfWord(OffsetAt(item, EvidenceAt) + terms.Length).CopyTo(usual, EvidenceAt * Word);
        OfWord(OffsetAt(item, OutputAt) + terms.Length).CopyTo(usual, OutputAt * Word);
        return usual;
    }

    private static int OffsetAt(ReadOnlySpan<byte> words, int index) => BinaryPrimitives.ReadInt32BigEndian(words[(((index + 1) * Word) - sizeof(int))..]);

    private static byte[] OfWord(int value)
    {
        var word = new byte[Word];
        BinaryPrimitives.WriteInt32BigEndian(word.AsSpan(Word - sizeof(int)), value);
        return word;
    }
}
