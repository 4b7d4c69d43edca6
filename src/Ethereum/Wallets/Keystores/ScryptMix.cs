using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>
/// The inner functions of scrypt (RFC 7914): Salsa20/8, BlockMix and ROMix. A block of 64 bytes is held as four vectors whose lanes are the
/// diagonals of Salsa20's 4×4 matrix, so that each half of a double round is four vector steps. Blocks stay in that order from
/// <see cref="Load"/> to <see cref="Store"/>: mixing only XORs and copies them besides.
/// </summary>
internal static class ScryptMix
{
    /// <summary>Vectors in a block of 64 bytes.</summary>
    public const int BlockVectors = 4;

    // About a millisecond of work between two looks at the token.
    private const int StepsBetweenChecks = 1024;

    /// <summary>Reads blocks of 64 bytes into diagonal order.</summary>
    public static void Load(ReadOnlySpan<byte> bytes, Span<Vector128<uint>> blocks)
    {
        for (var i = 0; i < blocks.Length; i++)
        {
            var block = bytes.Slice(i / BlockVectors * 64, 64);
            var row = i % BlockVectors * 4;
            blocks[i] = Vector128.Create(Word(block, row), Word(block, row + 1), Word(block, row + 2), Word(block, row + 3));
        }

        static uint Word(ReadOnlySpan<byte> block, int position) =>
            BinaryPrimitives.ReadUInt32LittleEndian(block[(DiagonalWord(position) * 4)..]);
    }

    /// <summary>Writes blocks of 64 bytes back in their own order.</summary>
    public static void Store(ReadOnlySpan<Vector128<uint>> blocks, Span<byte> bytes)
    {
        for (var i = 0; i < blocks.Length * 4; i++)
        {
            var block = bytes.Slice(i / 16 * 64, 64);
            BinaryPrimitives.WriteUInt32LittleEndian(block[(DiagonalWord(i % 16) * 4)..], blocks[i / 4].GetElement(i % 4));
        }
    }

    /// <summary>ROMix: fills <paramref name="table"/> with successive blocks, then mixes in the ones that the data itself picks.</summary>
    /// <param name="block">2r blocks of 64 bytes, replaced by the result.</param>
    /// <param name="table">Memory for N such blocks, N a power of two.</param>
    /// <param name="scratch">Memory for one such block.</param>
    /// <param name="progressed">Told after every so many of the 2N steps.</param>
    /// <param name="cancellationToken">Looked at as often.</param>
    public static void RoMix(
        Span<Vector128<uint>> block,
        Span<Vector128<uint>> table,
        Span<Vector128<uint>> scratch,
        Action<int>? progressed,
        CancellationToken cancellationToken)
    {
        var size = block.Length;
        var count = table.Length / size;
        block.CopyTo(table);
        for (var i = 0; i < count; i++)
        {
            if (i % StepsBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progressed?.Invoke(i);
            }

            var next = i + 1 < count ? table.Slice((i + 1) * size, size) : block;
            BlockMix(table.Slice(i * size, size), default, next);
        }

        var from = block;
        var to = scratch;
        for (var i = 0; i < count; i++)
        {
            if (i % StepsBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progressed?.Invoke(count + i);
            }

            // The first word of a diagonal block is the first word of the block, and N never needs more than its 32 bits.
            var picked = (int)(from[size - BlockVectors].ToScalar() & (uint)(count - 1));
            BlockMix(from, table.Slice(picked * size, size), to);
            var swapped = from;
            from = to;
            to = swapped;
        }

        // After an even number of steps, and N is even, the result is back where it started.
    }

    /// <summary>BlockMix over <paramref name="input"/>, XORed with <paramref name="mask"/> if there is one. The output must not overlap.</summary>
    // Optimised at once: a program derives one key at its start, and would spend half of it in code that is still to be replaced.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BlockMix(ReadOnlySpan<Vector128<uint>> input, ReadOnlySpan<Vector128<uint>> mask, Span<Vector128<uint>> output)
    {
        var half = output.Length / 2;
        var last = input[^BlockVectors..];
        var (x0, x1, x2, x3) = (last[0], last[1], last[2], last[3]);
        if (!mask.IsEmpty)
        {
            var lastMask = mask[^BlockVectors..];
            x0 ^= lastMask[0];
            x1 ^= lastMask[1];
            x2 ^= lastMask[2];
            x3 ^= lastMask[3];
        }

        for (var i = 0; i < input.Length; i += BlockVectors)
        {
            var block = input.Slice(i, BlockVectors);
            x0 ^= block[0];
            x1 ^= block[1];
            x2 ^= block[2];
            x3 ^= block[3];
            if (!mask.IsEmpty)
            {
                var blockMask = mask.Slice(i, BlockVectors);
                x0 ^= blockMask[0];
                x1 ^= blockMask[1];
                x2 ^= blockMask[2];
                x3 ^= blockMask[3];
            }

            Salsa8(ref x0, ref x1, ref x2, ref x3);

            // Even results go to the first half, odd ones to the second.
            var target = output.Slice(((i >> 1) & ~(BlockVectors - 1)) + ((i & BlockVectors) == 0 ? 0 : half), BlockVectors);
            target[0] = x0;
            target[1] = x1;
            target[2] = x2;
            target[3] = x3;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Salsa8(ref Vector128<uint> x0, ref Vector128<uint> x1, ref Vector128<uint> x2, ref Vector128<uint> x3)
    {
        var (a, b, c, d) = (x0, x1, x2, x3);
        for (var doubleRound = 0; doubleRound < 4; doubleRound++)
        {
            b ^= Rotate(a + d, 7);
            c ^= Rotate(b + a, 9);
            d ^= Rotate(c + b, 13);
            a ^= Rotate(d + c, 18);
            b = Vector128.Shuffle(b, Vector128.Create(3u, 0, 1, 2));
            c = Vector128.Shuffle(c, Vector128.Create(2u, 3, 0, 1));
            d = Vector128.Shuffle(d, Vector128.Create(1u, 2, 3, 0));

            d ^= Rotate(a + b, 7);
            c ^= Rotate(d + a, 9);
            b ^= Rotate(c + d, 13);
            a ^= Rotate(b + c, 18);
            b = Vector128.Shuffle(b, Vector128.Create(1u, 2, 3, 0));
            c = Vector128.Shuffle(c, Vector128.Create(2u, 3, 0, 1));
            d = Vector128.Shuffle(d, Vector128.Create(3u, 0, 1, 2));
        }

        x0 += a;
        x1 += b;
        x2 += c;
        x3 += d;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Rotate(Vector128<uint> value, [ConstantExpected] byte bits) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateLeft(value, bits) : (value << bits) | (value >>> (32 - bits));

    // Position 4·i + j holds the j-th word of the i-th diagonal.
    private static int DiagonalWord(int position) => position * 5 % 16;
}
