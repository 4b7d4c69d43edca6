using System.Buffers.Binary;
using System.Text;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.PrivateRequests.Messages;

/// <summary>Why there is no answer. The client alone reads it: to everyone else all answers look alike.</summary>
public enum AnswerRefusal : byte
{
    None = 0,

    /// <summary>What was sealed is no question.</summary>
    QuestionMalformed = 1,

    /// <summary>The node does not serve the version.</summary>
    VersionUnknown = 2,

    /// <summary>It costs more than the price cap.</summary>
    PriceCapTooLow = 3,

    /// <summary>As many requests are being answered as can be.</summary>
    Busy = 4,

    /// <summary>The model gave no answer, here and now.</summary>
    Unavailable = 5,

    /// <summary>The answer is longer than may be sent.</summary>
    AnswerTooLarge = 6,

    /// <summary>The hub has no such request that this node may answer, or it is of another version, commits to another input, or was answered otherwise.</summary>
    HubRequestUnknown = 7,
}

/// <summary>What an answer is made of: content in the chunks before the last, and in the last one a receipt or a refusal. Every frame is padded.</summary>
public abstract record AnswerFrame
{
    /// <summary>The longest explanation, in bytes of UTF-8.</summary>
    public const int MaxDetailBytes = 256;

    private const byte ContentKind = 1;
    private const byte ReceiptKind = 2;
    private const byte RefusalKind = 3;
    private const int MaxSignatureBytes = 128;
    private const int MaxReceiptBytes = 512;

    // A receipt and a refusal have one size.
    private static readonly int[] LastFrame = [1 << 10];

    private AnswerFrame()
    {
    }

    /// <summary>The most content of one frame.</summary>
    public static int MostContentBytes { get; } = Padding.MostOf(Padding.Frames) - 1;

    /// <summary>A part of the answer.</summary>
    public sealed record Content(ReadOnlyMemory<byte> Bytes) : AnswerFrame;

    /// <summary>The end of an answer: what its node signs about it.</summary>
    /// <param name="OutputSalt">What the receipt commits to the answer with.</param>
    /// <param name="Receipt">As the chain encodes it.</param>
    /// <param name="Signature">By the attested key.</param>
    /// <param name="Detail">Where the receipt says that the input cannot be run: why, for people.</param>
    public sealed record Receipted(Hash32 OutputSalt, ReadOnlyMemory<byte> Receipt, ReadOnlyMemory<byte> Signature, string Detail) : AnswerFrame;

    /// <summary>There is no answer.</summary>
    public sealed record Refused(AnswerRefusal Reason) : AnswerFrame;

    /// <summary>As it is sealed: a chunk's content.</summary>
    public byte[] ToBytes()
    {
        var (content, buckets) = this switch
        {
            Content part => ((byte[])[ContentKind, .. part.Bytes.Span], Padding.Frames),
            Receipted end => (Write(end), LastFrame),
            Refused refused => ([RefusalKind, (byte)refused.Reason], LastFrame),
            _ => throw new InvalidOperationException("There are three kinds of frames."),
        };
        return Padding.TryPad(content, buckets) ?? throw new InvalidOperationException("A frame has no more room than that.");
    }

    /// <summary>Reads a chunk's content; null where it is no frame, or has no business in this place.</summary>
    public static AnswerFrame? TryRead(ReadOnlySpan<byte> chunk, bool isLast)
    {
        if (Padding.TryUnpad(chunk, isLast ? LastFrame : Padding.Frames) is not { Length: > 0 } frame)
            return null;
        return (frame[0], isLast) switch
        {
            (ContentKind, false) => new Content(frame.AsMemory(1)),
            (ReceiptKind, true) => TryReadReceipt(frame.AsMemory(1)),
            (RefusalKind, true) when frame.Length == 2 && Enum.IsDefined((AnswerRefusal)frame[1]) && frame[1] != 0 => new Refused((AnswerRefusal)frame[1]),
            _ => null,
        };
    }

    private static byte[] Write(Receipted end)
    {
        var detail = Encoding.UTF8.GetBytes(end.Detail);
        if (detail.Length > MaxDetailBytes || end.Signature.Length > MaxSignatureBytes || end.Receipt.Length > MaxReceiptBytes)
            throw new InvalidOperationException("A receipt's frame has no more room than that.");
        var lengths = new byte[2 * sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(lengths, (ushort)end.Receipt.Length);
        BinaryPrimitives.WriteUInt16BigEndian(lengths.AsSpan(sizeof(ushort)), (ushort)end.Signature.Length);
        return [ReceiptKind, .. end.OutputSalt.Bytes, .. lengths, .. end.Receipt.Span, .. end.Signature.Span, .. detail];
    }

    private static Receipted? TryReadReceipt(ReadOnlyMemory<byte> frame)
    {
        const int HeadBytes = Hash32.ByteLength + (2 * sizeof(ushort));
        if (frame.Length < HeadBytes)
            return null;
        var (receipt, signature) = (BinaryPrimitives.ReadUInt16BigEndian(frame.Span[Hash32.ByteLength..]), BinaryPrimitives.ReadUInt16BigEndian(frame.Span[(Hash32.ByteLength + sizeof(ushort))..]));
        var detail = frame.Length - HeadBytes - receipt - signature;
        return receipt > MaxReceiptBytes || signature > MaxSignatureBytes || detail is < 0 or > MaxDetailBytes
            ? null
            : new Receipted(
                new Hash32(frame.Span[..Hash32.ByteLength]), frame.Slice(HeadBytes, receipt), frame.Slice(HeadBytes + receipt, signature),
                Encoding.UTF8.GetString(frame.Span[^detail..]));
    }
}
