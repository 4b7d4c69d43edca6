using System.Buffers.Binary;
using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Blocks;

/// <summary>
/// The 2048-bit filter of a block or receipt: what it does not contain was certainly not logged. Immutable; equality is by content.
/// </summary>
public sealed class Bloom : IEquatable<Bloom>
{
    public const int ByteLength = 256;

    private readonly byte[] _bits;

    private Bloom(byte[] bits) => _bits = bits;

    public static Bloom Empty { get; } = new(new byte[ByteLength]);

    public ReadOnlySpan<byte> Bytes => _bits;

    public bool IsEmpty => !_bits.AsSpan().ContainsAnyExcept((byte)0);

    public static Bloom FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == ByteLength
            ? new Bloom(bytes.ToArray())
            : throw new ArgumentException($"A bloom filter has {ByteLength} bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>The filter of what these logs contain: each emitter's address and each topic.</summary>
    public static Bloom Of(IEnumerable<Log> logs)
    {
        var bits = new byte[ByteLength];
        var addresses = new Batch(stackalloc byte[Batch.Size * Address.ByteLength], Address.ByteLength, bits);
        var topics = new Batch(stackalloc byte[Batch.Size * Hash32.ByteLength], Hash32.ByteLength, bits);
        // Logs that follow each other are often of one contract and one event: what was hashed last is not hashed again.
        Log? before = null;
        foreach (var log in logs)
        {
            if (before is null || log.Address != before.Address)
                addresses.Add(log.Address.Bytes);
            for (var i = 0; i < log.Topics.Count; i++)
            {
                if (before is null || i >= before.Topics.Count || log.Topics[i] != before.Topics[i])
                    topics.Add(log.Topics[i].Bytes);
            }

            before = log;
        }

        addresses.Flush();
        topics.Flush();
        return new Bloom(bits);
    }

    /// <summary>False says that no log of this address is there; true says nothing.</summary>
    public bool MayContain(Address address) => MayContain(address.Bytes);

    /// <summary>False says that no log with this topic is there; true says nothing.</summary>
    public bool MayContain(Hash32 topic) => MayContain(topic.Bytes);

    /// <summary>False says that what the probe stands for is not there; true says nothing.</summary>
    public bool MayContain(BloomProbe probe) => Has(probe.First) && Has(probe.Second) && Has(probe.Third);

    public bool Equals(Bloom? other) => other is not null && Bytes.SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => Equals(obj as Bloom);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_bits);
        return hash.ToHashCode();
    }

    public override string ToString() => Hex.Encode(_bits);

    private bool MayContain(ReadOnlySpan<byte> item)
    {
        Span<byte> hash = stackalloc byte[Hash32.ByteLength];
        Keccak256.Hash(item, hash);
        for (var i = 0; i < 6; i += 2)
        {
            var (index, mask) = Position(hash, i);
            if ((_bits[index] & mask) == 0)
                return false;
        }

        return true;
    }

    private bool Has(int bit) => (_bits[ByteLength - 1 - (bit >> 3)] & (1 << (bit & 7))) != 0;

    // Three times: the low 11 bits of a pair of hash bytes name a bit, counted from the end.
    private static (int Index, byte Mask) Position(ReadOnlySpan<byte> hash, int pair)
    {
        var bit = ((hash[pair] << 8) | hash[pair + 1]) & 2047;
        return (ByteLength - 1 - (bit >> 3), (byte)(1 << (bit & 7)));
    }

    // Items of one length, gathered because many are hashed faster together than one by one.
    [StructLayout(LayoutKind.Auto)]
    private ref struct Batch(Span<byte> items, int itemLength, Span<byte> bits)
    {
        public const int Size = 16;

        private readonly Span<byte> _items = items;
        private readonly Span<byte> _bits = bits;
        private int _used;

        public void Add(scoped ReadOnlySpan<byte> item)
        {
            item.CopyTo(_items[_used..]);
            _used += itemLength;
            if (_used == _items.Length)
                Flush();
        }

        public void Flush()
        {
            Span<Hash32> hashes = stackalloc Hash32[Size];
            hashes = hashes[..(_used / itemLength)];
            Keccak256.HashMany(_items[.._used], itemLength, hashes);
            _used = 0;
            foreach (ref readonly var hash in hashes)
            {
                for (var i = 0; i < 6; i += 2)
                {
                    var (index, mask) = Position(hash.Bytes, i);
                    _bits[index] |= mask;
                }
            }
        }
    }
}

/// <summary>
/// The three bits that an address or topic sets in a <see cref="Bloom"/>: worth keeping where one thing is looked for in many of them, since
/// finding the bits takes a hash.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BloomProbe
{
    private const int BitMask = (Bloom.ByteLength * 8) - 1;

    private BloomProbe(ReadOnlySpan<byte> item)
    {
        Span<byte> hash = stackalloc byte[Hash32.ByteLength];
        Keccak256.Hash(item, hash);
        First = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(hash) & BitMask);
        Second = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(hash[2..]) & BitMask);
        Third = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(hash[4..]) & BitMask);
    }

    internal ushort First { get; }

    internal ushort Second { get; }

    internal ushort Third { get; }

    public static BloomProbe Of(Address address) => new(address.Bytes);

    public static BloomProbe Of(Hash32 topic) => new(topic.Bytes);
}
