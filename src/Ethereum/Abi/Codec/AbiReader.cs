using System.Buffers.Binary;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Abi;

/// <summary>
/// Reads ABI-encoded values in the order of their types, without allocation of its own. This is what generated code uses.
/// </summary>
/// <remarks>
/// <para>
/// A fault in the data does not throw. The reader remembers the first one, every later read gives a zero, an empty list or no bytes, and
/// <see cref="End"/> says whether everything went well: decoded values mean nothing until it did. So decoding is straight code without a
/// branch for each value, and hostile data cost no exception.
/// </para>
/// <para>
/// In <see cref="AbiDecoding.Canonical"/> each byte is read once, which bounds time and memory by the length of the data. In
/// <see cref="AbiDecoding.AsSolidity"/> values may share bytes; there a budget of <see cref="SharingLimit"/> times the data bounds both.
/// </para>
/// </remarks>
public ref partial struct AbiReader
{
    /// <summary>How many times over shared bytes may be read in <see cref="AbiDecoding.AsSolidity"/>.</summary>
    public const int SharingLimit = 8;

    internal const int WordLength = 32;
    private const string MoreThanDeclared = "More words were read than the head was declared to have.";
    private const string FewerThanDeclared = "Fewer words were read than the head was declared to have.";

    private readonly ReadOnlySpan<byte> _data;
    private readonly AbiDecoding _decoding;
    private AbiFrame _head;
    private int _next;
    private int _tail;
    private long _budget;

    /// <summary>Starts at the first of a sequence of values whose heads take <paramref name="headBytes"/> together.</summary>
    /// <param name="data">The encoding alone: for calldata and errors, what follows the selector.</param>
    /// <param name="headBytes">The sum of the values' head sizes: 32 for each dynamic one, the full size of each static one.</param>
    /// <param name="decoding">How much may differ from the canonical encoding.</param>
    public AbiReader(ReadOnlySpan<byte> data, int headBytes, AbiDecoding decoding = AbiDecoding.Canonical)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(headBytes);
        _data = data;
        _decoding = decoding;
        _head = new AbiFrame(0, 0, headBytes);
        _tail = headBytes;
        _budget = (long)SharingLimit * data.Length;
        if (data.Length < headBytes)
            Fail(AbiFault.DataTooShort, data.Length);
    }

    /// <summary>The first fault, or <see cref="AbiFault.None"/>.</summary>
    public AbiFault Fault { get; private set; }

    /// <summary>At which byte the first fault was found.</summary>
    public int FaultPosition { get; private set; }

    /// <summary>
    /// Reads the indexed values of an event from a log's topics. They are copied to <paramref name="words"/>, of 32 bytes each, because
    /// topics do not lie side by side; the log must have been checked to have as many.
    /// </summary>
    /// <param name="log">The log.</param>
    /// <param name="skipped">1 when the first topic is the event's signature, 0 for an anonymous event.</param>
    /// <param name="words">Memory for the words.</param>
    public static AbiReader OverTopics(Log log, int skipped, Span<byte> words)
    {
        for (var i = 0; i < words.Length / WordLength; i++)
            log.Topics[i + skipped].CopyTo(words[(i * WordLength)..]);
        return new AbiReader(words, words.Length);
    }

    /// <summary>Whether everything was there, was well formed and, in the canonical form, nothing is left over.</summary>
    public bool End()
    {
        if (Fault == AbiFault.None && _next != _head.End)
            throw new InvalidOperationException(FewerThanDeclared);
        if (Fault == AbiFault.None && _decoding == AbiDecoding.Canonical && _tail != _data.Length)
            Fail(AbiFault.TrailingData, _tail);
        return Fault == AbiFault.None;
    }

    /// <summary>Reads a <c>bool</c>.</summary>
    public bool ReadBool()
    {
        var value = ReadUInt64(64, AbiFault.NotABoolean);
        if (value > 1)
            Fail(AbiFault.NotABoolean, _next - WordLength);
        return value == 1;
    }

    public byte ReadUInt8() => (byte)ReadUInt64(8);

    public ushort ReadUInt16() => (ushort)ReadUInt64(16);

    /// <summary>Reads a <c>uint24</c> or <c>uint32</c>.</summary>
    public uint ReadUInt32(int bits = 32) => (uint)ReadUInt64(bits);

    /// <summary>Reads a <c>uint</c> of at most 64 bits.</summary>
    public ulong ReadUInt64(int bits = 64) => ReadUInt64(bits, AbiFault.ValueOutOfRange);

    /// <summary>Reads a <c>uint</c> of any size.</summary>
    public UInt256 ReadUInt256(int bits = 256)
    {
        var value = UInt256.FromBigEndian(Word());
        if (bits == 256 || value.BitLength <= bits)
            return value;

        Fail(AbiFault.ValueOutOfRange, _next - WordLength);
        return default;
    }

    public sbyte ReadInt8() => (sbyte)ReadInt64(8);

    public short ReadInt16() => (short)ReadInt64(16);

    /// <summary>Reads an <c>int24</c> or <c>int32</c>.</summary>
    public int ReadInt32(int bits = 32) => (int)ReadInt64(bits);

    /// <summary>Reads an <c>int</c> of at most 64 bits.</summary>
    public long ReadInt64(int bits = 64)
    {
        var word = Word();
        var value = BinaryPrimitives.ReadInt64BigEndian(word[24..]);
        var sign = unchecked((ulong)(value >> 63));
        if (value >> (bits - 1) == value >> 63 && ((High(word, 0) ^ sign) | (High(word, 8) ^ sign) | (High(word, 16) ^ sign)) == 0)
            return value;

        Fail(AbiFault.ValueOutOfRange, _next - WordLength);
        return 0;
    }

    /// <summary>Reads an <c>int</c> of any size.</summary>
    public Int256 ReadInt256(int bits = 256)
    {
        var value = Int256.FromBits(UInt256.FromBigEndian(Word()));
        var magnitude = value.IsNegative ? ~value.Bits : value.Bits;
        if (magnitude.BitLength < bits)
            return value;

        Fail(AbiFault.ValueOutOfRange, _next - WordLength);
        return default;
    }

    public Address ReadAddress()
    {
        var word = Word();
        if ((High(word, 0) | BinaryPrimitives.ReadUInt32BigEndian(word[8..])) == 0)
            return new Address(word[12..]);

        Fail(AbiFault.DirtyPadding, _next - WordLength);
        return default;
    }

    public Hash32 ReadBytes32() => new(Word());

    /// <summary>Reads a <c>bytes1</c> to <c>bytes32</c>.</summary>
    public FixedBytes ReadFixedBytes(int length) => new(ReadLeftAligned(length));

    /// <summary>Reads a <c>function</c>.</summary>
    public ExternalFunction ReadFunction() => ExternalFunction.FromBytes(ReadLeftAligned(ExternalFunction.ByteLength));

    /// <summary>Reads up to 32 bytes as a part of the data.</summary>
    internal ReadOnlySpan<byte> ReadLeftAligned(int length)
    {
        var word = Word();
        if (word[length..].ContainsAnyExcept((byte)0))
        {
            Fail(AbiFault.DirtyPadding, _next - WordLength);
            word = Zero;
        }

        return word[..length];
    }

    private ulong ReadUInt64(int bits, AbiFault fault)
    {
        var word = Word();
        var value = BinaryPrimitives.ReadUInt64BigEndian(word[24..]);
        if ((High(word, 0) | High(word, 8) | High(word, 16)) == 0 && (bits == 64 || value >> bits == 0))
            return value;

        Fail(fault, _next - WordLength);
        return 0;
    }

    private static ReadOnlySpan<byte> Zero => "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"u8;

    private static ulong High(ReadOnlySpan<byte> word, int start) => BinaryPrimitives.ReadUInt64BigEndian(word[start..]);

    private ReadOnlySpan<byte> Word()
    {
        if (Fault != AbiFault.None)
            return Zero;
        if (_next > _head.End - WordLength)
            throw new InvalidOperationException(MoreThanDeclared);

        var word = _data.Slice(_next, WordLength);
        _next += WordLength;
        return word;
    }

    private void Fail(AbiFault fault, int position)
    {
        if (Fault != AbiFault.None)
            return;

        Fault = fault;
        FaultPosition = position;
    }
}
