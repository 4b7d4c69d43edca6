using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rlp;

/// <summary>
/// Writes recursive length prefix encoding. Everything but the prefixes of lists is written at once; those depend on what follows, so
/// their places are kept, and one last copy puts them in: linear in the length, however deeply lists are nested. Buffers are pooled.
/// </summary>
public sealed class RlpWriter : IDisposable
{
    private const int InitialBytes = 512;
    private const int InitialLists = 8;
    private const int NoList = -1;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private ListPrefix[] _lists = ArrayPool<ListPrefix>.Shared.Rent(InitialLists);
    private int _byteCount;
    private int _listCount;
    private int _prefixBytes;
    private int _openList = NoList;

    /// <summary>The length of what was written, once every list is ended.</summary>
    public int Length => checked(_byteCount + _prefixBytes);

    /// <summary>Writes a byte string.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 1 && bytes[0] < RlpPrefix.EmptyBytes)
        {
            Reserve(1)[0] = bytes[0];
            _byteCount++;
            return;
        }

        var destination = Reserve(checked(bytes.Length + RlpPrefix.MaxLength));
        var prefixLength = RlpPrefix.Write(destination, isList: false, bytes.Length);
        bytes.CopyTo(destination[prefixLength..]);
        _byteCount += prefixLength + bytes.Length;
    }

    public void Write(ulong number)
    {
        Span<byte> digits = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(digits, number);
        Write(digits.TrimStart((byte)0));
    }

    public void Write(UInt256 number)
    {
        Span<byte> digits = stackalloc byte[UInt256.ByteLength];
        number.WriteBigEndian(digits);
        Write(digits.TrimStart((byte)0));
    }

    public void Write(Wei amount) => Write(amount.Value);

    /// <summary>Writes the number 0 or 1.</summary>
    public void Write(bool value) => Write(value ? 1UL : 0);

    public void Write(Hash32 hash) => Write(hash.Bytes);

    public void Write(Address address) => Write(address.Bytes);

    /// <summary>Writes an address, or the empty byte string for none.</summary>
    public void Write(Address? address) => Write(address is { } present ? present.Bytes : []);

    /// <summary>Writes an item that is encoded already, or several, as they are.</summary>
    public void WriteEncoded(ReadOnlySpan<byte> items)
    {
        items.CopyTo(Reserve(items.Length));
        _byteCount += items.Length;
    }

    /// <summary>Starts a list: what is written from now on belongs to it until <see cref="EndList"/>.</summary>
    public void StartList()
    {
        if (_listCount == _lists.Length)
            Grow(ref _lists, _listCount, _listCount + 1);

        _lists[_listCount] = new ListPrefix { Start = _byteCount, PrefixBytesBefore = _prefixBytes, Outer = _openList };
        _openList = _listCount;
        _listCount++;
    }

    public void EndList()
    {
        if (_openList == NoList)
            throw new InvalidOperationException("No list was started that could be ended.");

        ref var list = ref _lists[_openList];
        list.PayloadLength = checked(_byteCount - list.Start + _prefixBytes - list.PrefixBytesBefore);
        _prefixBytes += RlpPrefix.LengthFor(list.PayloadLength);
        _openList = list.Outer;
    }

    /// <summary>Copies what was written; the destination must have <see cref="Length"/> bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        if (_openList != NoList)
            throw new InvalidOperationException("A list was started and not ended.");

        var copied = 0;
        foreach (ref readonly var list in _lists.AsSpan(0, _listCount))
        {
            _bytes.AsSpan(copied, list.Start - copied).CopyTo(destination);
            destination = destination[(list.Start - copied)..];
            destination = destination[RlpPrefix.Write(destination, isList: true, list.PayloadLength)..];
            copied = list.Start;
        }

        _bytes.AsSpan(copied, _byteCount - copied).CopyTo(destination);
    }

    public void CopyTo(IBufferWriter<byte> destination)
    {
        CopyTo(destination.GetSpan(Length));
        destination.Advance(Length);
    }

    public byte[] ToArray()
    {
        var encoding = new byte[Length];
        CopyTo(encoding);
        return encoding;
    }

    /// <summary>The Keccak-256 hash of what was written.</summary>
    public Hash32 ToHash() => ToHash([]);

    /// <summary>
    /// The hash of <paramref name="tag"/> followed by what was written: the form of everything that is signed or typed.
    /// </summary>
    public Hash32 ToHash(ReadOnlySpan<byte> tag)
    {
        var length = checked(tag.Length + Length);
        var encoding = ArrayPool<byte>.Shared.Rent(length);
        tag.CopyTo(encoding);
        CopyTo(encoding.AsSpan(tag.Length));
        var hash = Keccak256.Hash(encoding.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(encoding);
        return hash;
    }

    /// <summary>Forgets what was written, so that the buffers serve again.</summary>
    public void Clear()
    {
        _byteCount = 0;
        _listCount = 0;
        _prefixBytes = 0;
        _openList = NoList;
    }

    public void Dispose()
    {
        Clear();
        Return(ref _bytes);
        Return(ref _lists);
    }

    private Span<byte> Reserve(int count)
    {
        var needed = checked(_byteCount + count);
        if (needed > _bytes.Length)
            Grow(ref _bytes, _byteCount, needed);
        return _bytes.AsSpan(_byteCount);
    }

    private static void Grow<T>(ref T[] array, int used, int needed)
    {
        var larger = ArrayPool<T>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * used)));
        array.AsSpan(0, used).CopyTo(larger);
        Return(ref array);
        array = larger;
    }

    private static void Return<T>(ref T[] array)
    {
        // An array is returned once, even when this is disposed of twice.
        var returned = array;
        array = [];
        if (returned.Length > 0)
            ArrayPool<T>.Shared.Return(returned);
    }

    [StructLayout(LayoutKind.Auto)]
    private struct ListPrefix
    {
        // Where the list's items start among the bytes written, which hold no prefixes of lists.
        public int Start;

        // The length of all prefixes of lists that had ended when this list started.
        public int PrefixBytesBefore;

        public int PayloadLength;

        // The list that this one stands in.
        public int Outer;
    }
}
