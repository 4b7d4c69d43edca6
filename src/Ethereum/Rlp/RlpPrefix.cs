namespace OpenGradient.Ethereum.Rlp;

/// <summary>
/// What the first bytes of an item say of it: the form of a length in RLP, and the single place where it is read and written.
/// </summary>
internal readonly record struct RlpPrefix(bool IsList, int PrefixLength, int PayloadLength)
{
    public const byte EmptyBytes = 0x80;
    public const byte EmptyList = 0xC0;

    /// <summary>
    /// The longest prefix that <see cref="Write"/> writes: a tag and four bytes of a length that fits <see cref="int"/>.
    /// </summary>
    public const int MaxLength = 5;

    private const int MaxShortLength = 55;

    public int ItemLength => PrefixLength + PayloadLength;

    /// <summary>
    /// Reads the prefix of the item that <paramref name="data"/> starts with, and makes sure that the whole item is there.
    /// </summary>
    public static RlpFault Read(ReadOnlySpan<byte> data, out RlpPrefix prefix)
    {
        prefix = default;
        if (data.IsEmpty)
            return RlpFault.Truncated;

        var tag = data[0];
        if (tag < EmptyBytes)
        {
            prefix = new RlpPrefix(IsList: false, PrefixLength: 0, PayloadLength: 1);
            return RlpFault.None;
        }

        var isList = tag >= EmptyList;
        var length = tag - (isList ? EmptyList : EmptyBytes);
        if (length > MaxShortLength)
            return ReadLong(data, isList, lengthOfLength: length - MaxShortLength, out prefix);

        if (length > data.Length - 1)
            return RlpFault.Truncated;
        if (!isList && length == 1 && data[1] < EmptyBytes)
            return RlpFault.NonCanonicalLength;

        prefix = new RlpPrefix(isList, PrefixLength: 1, length);
        return RlpFault.None;
    }

    /// <summary>The length of the prefix of a list, or of a byte string that is not a single byte below 0x80.</summary>
    public static int LengthFor(int payloadLength) => payloadLength <= MaxShortLength ? 1 : 1 + BytesOf(payloadLength);

    /// <summary>Writes a prefix and returns its length. A single byte below 0x80 is its own encoding and has none.</summary>
    public static int Write(Span<byte> destination, bool isList, int payloadLength)
    {
        var tag = isList ? EmptyList : EmptyBytes;
        if (payloadLength <= MaxShortLength)
        {
            destination[0] = (byte)(tag + payloadLength);
            return 1;
        }

        var lengthOfLength = BytesOf(payloadLength);
        destination[0] = (byte)(tag + MaxShortLength + lengthOfLength);
        for (var i = lengthOfLength; i > 0; i--)
        {
            destination[i] = (byte)(payloadLength & 0xFF);
            payloadLength >>= 8;
        }

        return 1 + lengthOfLength;
    }

    private static int BytesOf(int length) => length switch
    {
        < 1 << 8 => 1,
        < 1 << 16 => 2,
        < 1 << 24 => 3,
        _ => 4,
    };

    private static RlpFault ReadLong(ReadOnlySpan<byte> data, bool isList, int lengthOfLength, out RlpPrefix prefix)
    {
        prefix = default;
        if (lengthOfLength > data.Length - 1)
            return RlpFault.Truncated;
        if (data[1] == 0)
            return RlpFault.NonCanonicalLength;

        var length = 0UL;
        foreach (var digit in data.Slice(1, lengthOfLength))
            length = (length << 8) | digit;

        if (length <= MaxShortLength)
            return RlpFault.NonCanonicalLength;
        if (length > (ulong)(data.Length - 1 - lengthOfLength))
            return RlpFault.Truncated;

        prefix = new RlpPrefix(isList, 1 + lengthOfLength, (int)length);
        return RlpFault.None;
    }
}
