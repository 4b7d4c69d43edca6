using System.Runtime.InteropServices;

namespace OpenGradient.Ethereum.Tries;

/// <summary>
/// A run of the half-bytes ("nibbles") of a key: the steps from one node of a trie to another, and the compact form ("hex prefix") in
/// which a node holds them.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly ref struct NibblePath
{
    private const byte OddFlag = 0x10;
    private const byte LeafFlag = 0x20;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _start;

    private NibblePath(ReadOnlySpan<byte> bytes, int start, int length)
    {
        _bytes = bytes;
        _start = start;
        Length = length;
    }

    public int Length { get; }

    public int this[int index] => NibbleOf(_bytes, _start + index);

    /// <summary>All nibbles of a key, the high one of each byte first.</summary>
    public static NibblePath OfKey(ReadOnlySpan<byte> key) => new(key, 0, key.Length * 2);

    public static int NibbleOf(ReadOnlySpan<byte> key, int index) => (index & 1) == 0 ? key[index >> 1] >> 4 : key[index >> 1] & 0xF;

    public NibblePath Slice(int start) => new(_bytes, _start + start, Length - start);

    public NibblePath Slice(int start, int length) => new(_bytes, _start + start, length);

    public int CommonPrefixLength(NibblePath other)
    {
        var limit = Math.Min(Length, other.Length);
        for (var i = 0; i < limit; i++)
        {
            if (this[i] != other[i])
                return i;
        }

        return limit;
    }

    /// <summary>The length of the compact form.</summary>
    public int CompactLength => 1 + (Length / 2);

    /// <summary>Writes the compact form: a nibble of flags, the first nibble when their count is odd, then two a byte.</summary>
    public void WriteCompact(Span<byte> destination, bool isLeaf)
    {
        var odd = Length & 1;
        destination[0] = (byte)((isLeaf ? LeafFlag : 0) | (odd != 0 ? OddFlag | this[0] : 0));
        for (var i = odd; i < Length; i += 2)
            destination[(i + 2 - odd) / 2] = (byte)((this[i] << 4) | this[i + 1]);
    }

    /// <summary>Reads the compact form; false when a flag or the padding is not what it must be.</summary>
    public static bool TryReadCompact(ReadOnlySpan<byte> compact, out NibblePath path, out bool isLeaf)
    {
        path = default;
        isLeaf = false;
        if (compact.IsEmpty || (compact[0] & ~(OddFlag | LeafFlag | 0xF)) != 0)
            return false;

        var isOdd = (compact[0] & OddFlag) != 0;
        if (!isOdd && (compact[0] & 0xF) != 0)
            return false;

        isLeaf = (compact[0] & LeafFlag) != 0;
        var start = isOdd ? 1 : 2;
        path = new NibblePath(compact, start, (compact.Length * 2) - start);
        return true;
    }
}
