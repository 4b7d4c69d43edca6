using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace OpenGradient.Ethereum.Abi;

/// <content>Values that lie behind an offset: bytes, strings, lists, and tuples that hold such values.</content>
public ref partial struct AbiWriter
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes <c>bytes</c>, or a <c>string</c> given as its bytes.</summary>
    public void WriteBytes(scoped ReadOnlySpan<byte> value) => value.CopyTo(AppendBytes(value.Length));

    /// <summary>Writes a <c>string</c> as UTF-8. A lone surrogate has no UTF-8 and is refused.</summary>
    public void WriteString(string value, [CallerArgumentExpression(nameof(value))] string path = "")
    {
        try
        {
            StrictUtf8.GetBytes(value, AppendBytes(StrictUtf8.GetByteCount(value)));
        }
        catch (EncoderFallbackException wrong)
        {
            throw new AbiException(path, "The text has a lone surrogate, which UTF-8 cannot express.", wrong);
        }
    }

    /// <summary>Goes into a <c>T[]</c>: the next writes are its elements, each with a head of <paramref name="elementHeadBytes"/>.</summary>
    public AbiFrame EnterList(int count, int elementHeadBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(elementHeadBytes);
        var outer = Refer();
        var start = _length;
        var headBytes = (long)count * elementHeadBytes;
        Reserve(WordLength + headBytes);
        WriteSize(_buffer.Slice(start, WordLength), count);
        Enter(start + WordLength, (int)headBytes);
        return outer;
    }

    /// <summary>
    /// Goes into a tuple or a <c>T[k]</c> that is dynamic: the next writes are its members, whose heads take <paramref name="headBytes"/>
    /// together. A static one needs no entering: its members follow in place.
    /// </summary>
    public AbiFrame EnterTuple(int headBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(headBytes);
        var outer = Refer();
        var start = _length;
        Reserve(headBytes);
        Enter(start, headBytes);
        return outer;
    }

    /// <summary>Returns from a list or tuple to what surrounds it.</summary>
    public void Leave(AbiFrame outer)
    {
        if (_next != _head.End)
            throw new InvalidOperationException(FewerThanDeclared);

        _head = outer;
        _next = outer.Next;
    }

    private Span<byte> AppendBytes(int length)
    {
        Refer();
        var start = _length;
        var padded = (length + (WordLength - 1L)) / WordLength * WordLength;
        Reserve(WordLength + padded);
        WriteSize(_buffer.Slice(start, WordLength), length);
        var content = _buffer.Slice(start + WordLength, (int)padded);
        content[length..].Clear();
        return content[..length];
    }

    // Writes the offset of the tail's end, where the next value will be put, and tells the place after that offset.
    private AbiFrame Refer()
    {
        WriteSize(Word(), _length - _head.Start);
        return new AbiFrame(_head.Start, _next, _head.End);
    }

    private void Enter(int start, int headBytes)
    {
        _head = new AbiFrame(start, start, start + headBytes);
        _next = start;
    }

    private static void WriteSize(Span<byte> word, int size)
    {
        word.Clear();
        BinaryPrimitives.WriteInt32BigEndian(word[28..], size);
    }
}
