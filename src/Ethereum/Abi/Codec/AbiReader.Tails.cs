using System.Text;

namespace OpenGradient.Ethereum.Abi;

/// <content>Values that lie behind an offset: bytes, strings, lists, and tuples that hold such values.</content>
public ref partial struct AbiReader
{
    /// <summary>Reads <c>bytes</c> as a part of the data; <see cref="ReadMemory"/> gives them memory of their own.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        if (!TryFollow(out var start) || !TryReadCount(start, out var length))
            return default;

        start += WordLength;
        var padded = (length + (WordLength - 1L)) / WordLength * WordLength;
        var taken = _decoding == AbiDecoding.Canonical ? padded : length;
        if (taken > _data.Length - start)
        {
            Fail(AbiFault.LengthOutOfRange, start - WordLength);
            return default;
        }

        if (_decoding == AbiDecoding.Canonical && _data[(start + length)..(int)(start + padded)].ContainsAnyExcept((byte)0))
        {
            Fail(AbiFault.DirtyPadding, start + length);
            return default;
        }

        if (!TrySpend(taken, start))
            return default;

        _tail = (int)(start + taken);
        return _data.Slice(start, length);
    }

    /// <summary>Reads <c>bytes</c> into memory of their own.</summary>
    public ReadOnlyMemory<byte> ReadMemory() => ReadBytes().ToArray();

    /// <summary>
    /// Reads a <c>string</c>. On the chain it is any bytes: solc neither checks nor promises UTF-8. So that nobody can make a log
    /// undecodable by what they put into a string, each ill-formed sequence becomes U+FFFD; whoever needs the bytes reads them with
    /// <see cref="ReadBytes"/>, which a string is encoded like.
    /// </summary>
    public string ReadString() => Encoding.UTF8.GetString(ReadBytes());

    /// <summary>
    /// Goes into a <c>T[]</c>: the next reads are its <paramref name="count"/> elements, each with a head of
    /// <paramref name="elementHeadBytes"/>. The count is never more than the data have room for.
    /// </summary>
    public AbiFrame EnterList(int elementHeadBytes, out int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(elementHeadBytes);
        var outer = Here();
        count = 0;
        if (!TryFollow(out var start) || !TryReadCount(start, out var promised))
            return outer;

        var headBytes = (long)promised * elementHeadBytes;
        if (headBytes > _data.Length - start - WordLength)
        {
            Fail(AbiFault.LengthOutOfRange, start);
            return outer;
        }

        if (!TrySpend(headBytes, start))
            return outer;

        count = promised;
        Enter(start + WordLength, (int)headBytes);
        return outer;
    }

    /// <summary>
    /// Goes into a tuple or a <c>T[k]</c> that is dynamic, because something in it is: the next reads are its members, whose heads take
    /// <paramref name="headBytes"/> together. A static one needs no entering: its members follow in place.
    /// </summary>
    public AbiFrame EnterTuple(int headBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(headBytes);
        var outer = Here();
        if (!TryFollow(out var start))
            return outer;

        if (headBytes > _data.Length - start)
        {
            Fail(AbiFault.DataTooShort, start);
            return outer;
        }

        if (TrySpend(headBytes, start))
            Enter(start, headBytes);
        return outer;
    }

    /// <summary>Returns from a list or tuple to what surrounds it.</summary>
    public void Leave(AbiFrame outer)
    {
        if (Fault != AbiFault.None)
            return;
        if (_next != _head.End)
            throw new InvalidOperationException(FewerThanDeclared);

        _head = outer;
        _next = outer.Next;
    }

    // The word of the offset belongs to the surrounding head, so it counts as read when one returns there.
    private readonly AbiFrame Here() => new(_head.Start, _next + WordLength, _head.End);

    private void Enter(int start, int headBytes)
    {
        _head = new AbiFrame(start, start, start + headBytes);
        _next = start;
        _tail = _head.End;
    }

    // Reads an offset and gives the place it points to. Canonically that is where the tail has come to: each tail starts where the one
    // before it ended, depth first. One comparison thus refuses gaps, overlaps and steps back.
    private bool TryFollow(out int start)
    {
        start = 0;
        if (!TryReadSize(Word(), out var offset) || offset > _data.Length - _head.Start)
        {
            Fail(AbiFault.OffsetOutOfRange, _next - WordLength);
            return false;
        }

        start = _head.Start + offset;
        if (_decoding == AbiDecoding.Canonical && start != _tail)
            Fail(AbiFault.OffsetNotCanonical, _next - WordLength);
        return Fault == AbiFault.None;
    }

    private bool TryReadCount(int start, out int count)
    {
        count = 0;
        if (_data.Length - start < WordLength)
            Fail(AbiFault.DataTooShort, start);
        else if (!TryReadSize(_data.Slice(start, WordLength), out count))
            Fail(AbiFault.LengthOutOfRange, start);
        return Fault == AbiFault.None && TrySpend(WordLength, start);
    }

    private static bool TryReadSize(ReadOnlySpan<byte> word, out int size)
    {
        var value = High(word, 24);
        var fits = (High(word, 0) | High(word, 8) | High(word, 16)) == 0 && value <= int.MaxValue;
        size = fits ? (int)value : 0;
        return fits;
    }

    // Canonically nothing is read twice, so there is nothing to limit.
    private bool TrySpend(long bytes, int position)
    {
        if (_decoding == AbiDecoding.Canonical)
            return true;

        _budget -= bytes;
        if (_budget < 0)
            Fail(AbiFault.TooMuchSharing, position);
        return _budget >= 0;
    }
}
