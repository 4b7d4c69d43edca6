using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>The messages of a batch, wherever they lie.</summary>
internal interface IKeccakMessages
{
    int Count { get; }

    ReadOnlySpan<byte> this[int index] { get; }
}

/// <summary>
/// Hashes several messages at once, one in each lane of the vectors that the processor has. A lane that is done takes the next message, so
/// messages may differ in length, and lanes idle only at the end.
/// </summary>
[SkipLocalsInit]
internal static class KeccakBatch
{
    /// <summary>Hashes every message, with the widest vectors there are.</summary>
    public static void Hash<TMessages>(TMessages messages, Span<Hash32> hashes)
        where TMessages : IKeccakMessages, allows ref struct
    {
        if (messages.Count > 1 && Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
            Hash<Vector512<ulong>, EightLanes, TMessages>(messages, hashes);
        else if (messages.Count > 1 && Vector256.IsHardwareAccelerated)
            Hash<Vector256<ulong>, FourLanes, TMessages>(messages, hashes);
        else
            Hash<ulong, OneLane, TMessages>(messages, hashes);
    }

    /// <summary>Hashes every message, with vectors of the given kind.</summary>
    public static void Hash<T, L, TMessages>(TMessages messages, Span<Hash32> hashes)
        where T : unmanaged
        where L : struct, IKeccakLanes<T>
        where TMessages : IKeccakMessages, allows ref struct
    {
        Span<T> state = stackalloc T[KeccakPermutation.LaneCount];
        // Word i of lane j is words[i · width + j].
        var words = MemoryMarshal.Cast<T, ulong>(state);
        words.Clear();
        var width = words.Length / KeccakPermutation.LaneCount;
        Span<Lane> lanes = stackalloc Lane[width];
        lanes.Fill(Lane.Idle);

        var next = 0;
        while (true)
        {
            var busy = false;
            for (var j = 0; j < width; j++)
            {
                ref var lane = ref lanes[j];
                var column = words[j..];
                if (lane.IsFinished)
                {
                    hashes[lane.Message] = Squeeze(column, width);
                    lane = Lane.Idle;
                }

                if (lane.IsIdle)
                {
                    if (next == messages.Count)
                        continue;
                    lane = new Lane(next++, 0);
                    Clear(column, width);
                }

                lane = lane with { Offset = Absorb(messages[lane.Message], lane.Offset, column, width) };
                busy = true;
            }

            if (!busy)
                return;

            KeccakPermutation.Permute<T, L>(state);
        }
    }

    // Mixes in the next block, or the padded last one, and gives where to go on.
    private static int Absorb(ReadOnlySpan<byte> message, int offset, Span<ulong> column, int width)
    {
        var rest = message[offset..];
        if (rest.Length >= KeccakSponge.RateBytes)
        {
            for (var i = 0; i < KeccakSponge.RateLanes; i++)
                column[i * width] ^= KeccakSponge.ReadLane(rest, i);
            return offset + KeccakSponge.RateBytes;
        }

        var whole = rest.Length / sizeof(ulong);
        for (var i = 0; i < whole; i++)
            column[i * width] ^= KeccakSponge.ReadLane(rest, i);
        column[whole * width] ^= KeccakSponge.ReadPaddedLane(rest);
        column[(KeccakSponge.RateLanes - 1) * width] ^= KeccakSponge.LastPadding;
        return Lane.Finished;
    }

    private static Hash32 Squeeze(ReadOnlySpan<ulong> column, int width)
    {
        Span<byte> hash = stackalloc byte[Hash32.ByteLength];
        for (var i = 0; i < hash.Length / sizeof(ulong); i++)
            BinaryPrimitives.WriteUInt64LittleEndian(hash[(i * sizeof(ulong))..], column[i * width]);
        return new Hash32(hash);
    }

    private static void Clear(Span<ulong> column, int width)
    {
        for (var i = 0; i < KeccakPermutation.LaneCount; i++)
            column[i * width] = 0;
    }

    /// <summary>How far a lane has come with its message.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Lane(int Message, int Offset)
    {
        /// <summary>The offset of a message whose last block was mixed in.</summary>
        public const int Finished = -1;

        public static Lane Idle => new(-1, 0);

        public bool IsIdle => Message < 0;

        public bool IsFinished => Offset == Finished;
    }
}
