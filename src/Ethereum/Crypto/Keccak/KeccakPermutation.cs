using System.Runtime.CompilerServices;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>The permutation Keccak-f[1600] of FIPS 202, over one state or over several at once.</summary>
internal static class KeccakPermutation
{
    /// <summary>The lanes of a state.</summary>
    public const int LaneCount = 25;

    private static ReadOnlySpan<ulong> RoundConstants =>
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800A, 0x800000008000000A, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    /// <summary>Permutes the state in place.</summary>
    /// <remarks>
    /// The lane in column x and row y is number x + 5y. A pass of the loop makes two rounds, from a to e and back to a, so that no lane is
    /// moved for the sake of its name. In a round, c and d are the parities of θ; then every row is gathered (θ, ρ and π at once) into b
    /// and combined (χ), the first lane with the constant (ι).
    /// </remarks>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Permute<T, L>(Span<T> state)
        where T : unmanaged
        where L : struct, IKeccakLanes<T>
    {
        state = state[..LaneCount];
        var a0 = state[0]; var a1 = state[1]; var a2 = state[2]; var a3 = state[3]; var a4 = state[4];
        var a5 = state[5]; var a6 = state[6]; var a7 = state[7]; var a8 = state[8]; var a9 = state[9];
        var a10 = state[10]; var a11 = state[11]; var a12 = state[12]; var a13 = state[13]; var a14 = state[14];
        var a15 = state[15]; var a16 = state[16]; var a17 = state[17]; var a18 = state[18]; var a19 = state[19];
        var a20 = state[20]; var a21 = state[21]; var a22 = state[22]; var a23 = state[23]; var a24 = state[24];
        for (var round = 0; round < RoundConstants.Length; round += 2)
        {
            var c0 = L.Parity(a0, a5, a10, a15, a20);
            var c1 = L.Parity(a1, a6, a11, a16, a21);
            var c2 = L.Parity(a2, a7, a12, a17, a22);
            var c3 = L.Parity(a3, a8, a13, a18, a23);
            var c4 = L.Parity(a4, a9, a14, a19, a24);
            var d0 = L.Xor(c4, L.RotateLeft(c1, 1));
            var d1 = L.Xor(c0, L.RotateLeft(c2, 1));
            var d2 = L.Xor(c1, L.RotateLeft(c3, 1));
            var d3 = L.Xor(c2, L.RotateLeft(c4, 1));
            var d4 = L.Xor(c3, L.RotateLeft(c0, 1));

            var b0 = L.Xor(a0, d0);
            var b1 = L.RotateLeft(L.Xor(a6, d1), 44);
            var b2 = L.RotateLeft(L.Xor(a12, d2), 43);
            var b3 = L.RotateLeft(L.Xor(a18, d3), 21);
            var b4 = L.RotateLeft(L.Xor(a24, d4), 14);
            var e0 = L.Xor(L.Chi(b0, b1, b2), L.Constant(RoundConstants[round]));
            var e1 = L.Chi(b1, b2, b3);
            var e2 = L.Chi(b2, b3, b4);
            var e3 = L.Chi(b3, b4, b0);
            var e4 = L.Chi(b4, b0, b1);

            b0 = L.RotateLeft(L.Xor(a3, d3), 28);
            b1 = L.RotateLeft(L.Xor(a9, d4), 20);
            b2 = L.RotateLeft(L.Xor(a10, d0), 3);
            b3 = L.RotateLeft(L.Xor(a16, d1), 45);
            b4 = L.RotateLeft(L.Xor(a22, d2), 61);
            var e5 = L.Chi(b0, b1, b2);
            var e6 = L.Chi(b1, b2, b3);
            var e7 = L.Chi(b2, b3, b4);
            var e8 = L.Chi(b3, b4, b0);
            var e9 = L.Chi(b4, b0, b1);

            b0 = L.RotateLeft(L.Xor(a1, d1), 1);
            b1 = L.RotateLeft(L.Xor(a7, d2), 6);
            b2 = L.RotateLeft(L.Xor(a13, d3), 25);
            b3 = L.RotateLeft(L.Xor(a19, d4), 8);
            b4 = L.RotateLeft(L.Xor(a20, d0), 18);
            var e10 = L.Chi(b0, b1, b2);
            var e11 = L.Chi(b1, b2, b3);
            var e12 = L.Chi(b2, b3, b4);
            var e13 = L.Chi(b3, b4, b0);
            var e14 = L.Chi(b4, b0, b1);

            b0 = L.RotateLeft(L.Xor(a4, d4), 27);
            b1 = L.RotateLeft(L.Xor(a5, d0), 36);
            b2 = L.RotateLeft(L.Xor(a11, d1), 10);
            b3 = L.RotateLeft(L.Xor(a17, d2), 15);
            b4 = L.RotateLeft(L.Xor(a23, d3), 56);
            var e15 = L.Chi(b0, b1, b2);
            var e16 = L.Chi(b1, b2, b3);
            var e17 = L.Chi(b2, b3, b4);
            var e18 = L.Chi(b3, b4, b0);
            var e19 = L.Chi(b4, b0, b1);

            b0 = L.RotateLeft(L.Xor(a2, d2), 62);
            b1 = L.RotateLeft(L.Xor(a8, d3), 55);
            b2 = L.RotateLeft(L.Xor(a14, d4), 39);
            b3 = L.RotateLeft(L.Xor(a15, d0), 41);
            b4 = L.RotateLeft(L.Xor(a21, d1), 2);
            var e20 = L.Chi(b0, b1, b2);
            var e21 = L.Chi(b1, b2, b3);
            var e22 = L.Chi(b2, b3, b4);
            var e23 = L.Chi(b3, b4, b0);
            var e24 = L.Chi(b4, b0, b1);

            c0 = L.Parity(e0, e5, e10, e15, e20);
            c1 = L.Parity(e1, e6, e11, e16, e21);
            c2 = L.Parity(e2, e7, e12, e17, e22);
            c3 = L.Parity(e3, e8, e13, e18, e23);
            c4 = L.Parity(e4, e9, e14, e19, e24);
            d0 = L.Xor(c4, L.RotateLeft(c1, 1));
            d1 = L.Xor(c0, L.RotateLeft(c2, 1));
            d2 = L.Xor(c1, L.RotateLeft(c3, 1));
            d3 = L.Xor(c2, L.RotateLeft(c4, 1));
            d4 = L.Xor(c3, L.RotateLeft(c0, 1));

            b0 = L.Xor(e0, d0);
            b1 = L.RotateLeft(L.Xor(e6, d1), 44);
            b2 = L.RotateLeft(L.Xor(e12, d2), 43);
            b3 = L.RotateLeft(L.Xor(e18, d3), 21);
            b4 = L.RotateLeft(L.Xor(e24, d4), 14);
            a0 = L.Xor(L.Chi(b0, b1, b2), L.Constant(RoundConstants[round + 1]));
            a1 = L.Chi(b1, b2, b3);
            a2 = L.Chi(b2, b3, b4);
            a3 = L.Chi(b3, b4, b0);
            a4 = L.Chi(b4, b0, b1);

            b0 = L.RotateLeft(L.Xor(e3, d3), 28);
            b1 = L.RotateLeft(L.Xor(e9, d4), 20);
            b2 = L.RotateLeft(L.Xor(e10, d0), 3);
            b3 = L.RotateLeft(L.Xor(e16, d1), 45);
            b4 = L.RotateLeft(L.Xor(e22, d2), 61);
            a5 = L.Chi(b0, b1, b2);
            a6 = L.Chi(b1, b2, b3);
            a7 = L.Chi(b2, b3, b4);
            a8 = L.Chi(b3, b4, b0);
            a9 = L.Chi(b4, b0, b1);

            b0 = L.RotateLeft(L.Xor(e1, d1), 1);
            b1 = L.RotateLeft(L.Xor(e7, d2), 6);
            b2 = L.RotateLeft(L.Xor(e13, d3), 25);
            b3 = L.RotateLeft(L.Xor(e19, d4), 8);
            b4 = L.RotateLeft(L.Xor(e20, d0), 18);
            a10 = L.Chi(b0, b1, b2);
            a11 = L.Chi(b1, b2, b3);
            a12 = L.Chi(b2, b3, b4);
            a13 = L.Chi(b3, b4, b0);
            a14 = L.Chi(b4, b0, b1);

            b0 = L.RotateLeft(L.Xor(e4, d4), 27);
            b1 = L.RotateLeft(L.Xor(e5, d0), 36);
            b2 = L.RotateLeft(L.Xor(e11, d1), 10);
            b3 = L.RotateLeft(L.Xor(e17, d2), 15);
            b4 = L.RotateLeft(L.Xor(e23, d3), 56);
            a15 = L.Chi(b0, b1, b2);
            a16 = L.Chi(b1, b2, b3);
            a17 = L.Chi(b2, b3, b4);
            a18 = L.Chi(b3, b4, b0);
            a19 = L.Chi(b4, b0, b1);

            b0 = L.RotateLeft(L.Xor(e2, d2), 62);
            b1 = L.RotateLeft(L.Xor(e8, d3), 55);
            b2 = L.RotateLeft(L.Xor(e14, d4), 39);
            b3 = L.RotateLeft(L.Xor(e15, d0), 41);
            b4 = L.RotateLeft(L.Xor(e21, d1), 2);
            a20 = L.Chi(b0, b1, b2);
            a21 = L.Chi(b1, b2, b3);
            a22 = L.Chi(b2, b3, b4);
            a23 = L.Chi(b3, b4, b0);
            a24 = L.Chi(b4, b0, b1);
        }

        state[0] = a0; state[1] = a1; state[2] = a2; state[3] = a3; state[4] = a4;
        state[5] = a5; state[6] = a6; state[7] = a7; state[8] = a8; state[9] = a9;
        state[10] = a10; state[11] = a11; state[12] = a12; state[13] = a13; state[14] = a14;
        state[15] = a15; state[16] = a16; state[17] = a17; state[18] = a18; state[19] = a19;
        state[20] = a20; state[21] = a21; state[22] = a22; state[23] = a23; state[24] = a24;
    }
}
