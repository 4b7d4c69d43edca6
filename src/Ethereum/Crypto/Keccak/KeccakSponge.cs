using System.Buffers.Binary;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>The sponge of Keccak-256 over a state of 25 lanes: blocks of 17 lanes are mixed in, four lanes come out.</summary>
internal static class KeccakSponge
{
    /// <summary>The length of a block.</summary>
    public const int RateBytes = RateLanes * sizeof(ulong);

    /// <summary>The lanes that a block is mixed into.</summary>
    public const int RateLanes = 17;

    /// <summary>The last bit of the last block, in its last lane.</summary>
    public const ulong LastPadding = 0x8000000000000000;

    // The bit after the message.
    private const ulong FirstPadding = 0x01;

    /// <summary>Mixes in one block and permutes.</summary>
    public static void AbsorbBlock(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (var i = 0; i < RateLanes; i++)
            state[i] ^= ReadLane(block, i);
        KeccakPermutation.Permute<ulong, OneLane>(state);
    }

    /// <summary>Mixes in what is left of the message after its last whole block, pads, and permutes.</summary>
    public static void AbsorbLast(Span<ulong> state, ReadOnlySpan<byte> rest)
    {
        var lanes = rest.Length / sizeof(ulong);
        for (var i = 0; i < lanes; i++)
            state[i] ^= ReadLane(rest, i);
        state[lanes] ^= ReadPaddedLane(rest);
        state[RateLanes - 1] ^= LastPadding;
        KeccakPermutation.Permute<ulong, OneLane>(state);
    }

    /// <summary>Writes the hash, which is the beginning of the state.</summary>
    public static void Squeeze(ReadOnlySpan<ulong> state, Span<byte> destination)
    {
        for (var i = 0; i < Hash32.ByteLength / sizeof(ulong); i++)
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(i * sizeof(ulong))..], state[i]);
    }

    /// <summary>The lane at an index of a block.</summary>
    public static ulong ReadLane(ReadOnlySpan<byte> block, int index) =>
        BinaryPrimitives.ReadUInt64LittleEndian(block[(index * sizeof(ulong))..]);

    /// <summary>The lane after the whole lanes of a last block: up to seven bytes and the first bit of the padding.</summary>
    public static ulong ReadPaddedLane(ReadOnlySpan<byte> rest)
    {
        var lane = FirstPadding;
        for (var i = rest.Length - 1; i >= (rest.Length & ~7); i--)
            lane = (lane << 8) | rest[i];
        return lane;
    }
}
