using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>RIPEMD-160, which .NET no longer has: BIP-32 takes a key's fingerprint from it, and nothing else here does.</summary>
internal static class Ripemd160
{
    public const int HashLength = 20;

    private const int BlockLength = 64;
    private const int LengthOffset = BlockLength - sizeof(ulong);

    // Each step of the left and the right line: which word it adds, and how far it rotates.
    private static ReadOnlySpan<byte> LeftWords =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8,
        3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12,
        1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2,
        4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13,
    ];

    private static ReadOnlySpan<byte> RightWords =>
    [
        5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12,
        6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12, 4, 9, 1, 2,
        15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13,
        8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9, 7, 10, 14,
        12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11,
    ];

    private static ReadOnlySpan<byte> LeftRotations =>
    [
        11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8,
        7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12,
        11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5,
        11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12,
        9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6,
    ];

    private static ReadOnlySpan<byte> RightRotations =>
    [
        8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6,
        9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11,
        9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5,
        15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8,
        8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11,
    ];

    private static ReadOnlySpan<uint> LeftConstants => [0x00000000, 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xA953FD4E];

    private static ReadOnlySpan<uint> RightConstants => [0x50A28BE6, 0x5C4DD124, 0x6D703EF3, 0x7A6D76E9, 0x00000000];

    /// <summary>Hashes a message into 20 bytes of <paramref name="destination"/>.</summary>
    public static void Hash(ReadOnlySpan<byte> message, Span<byte> destination)
    {
        Span<uint> state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];
        var bits = (ulong)message.Length * 8;
        while (message.Length >= BlockLength)
        {
            Compress(state, message[..BlockLength]);
            message = message[BlockLength..];
        }

        // A single bit, zeros, and the length in the last eight bytes of a block: of this one or, where it is too full, of the next.
        Span<byte> last = stackalloc byte[2 * BlockLength];
        last.Clear();
        message.CopyTo(last);
        last[message.Length] = 0x80;
        var blocks = message.Length < LengthOffset ? 1 : 2;
        BinaryPrimitives.WriteUInt64LittleEndian(last[(((blocks - 1) * BlockLength) + LengthOffset)..], bits);
        for (var block = 0; block < blocks; block++)
            Compress(state, last.Slice(block * BlockLength, BlockLength));

        for (var i = 0; i < state.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(destination[(i * 4)..], state[i]);
    }

    private static void Compress(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[16];
        for (var i = 0; i < words.Length; i++)
            words[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(i * 4)..]);

        var left = new Line(state);
        var right = new Line(state);
        for (var step = 0; step < LeftWords.Length; step++)
        {
            var round = step / 16;
            left.Step(round, words[LeftWords[step]], LeftConstants[round], LeftRotations[step]);
            right.Step(4 - round, words[RightWords[step]], RightConstants[round], RightRotations[step]);
        }

        unchecked
        {
            var first = state[1] + left.C + right.D;
            state[1] = state[2] + left.D + right.E;
            state[2] = state[3] + left.E + right.A;
            state[3] = state[4] + left.A + right.B;
            state[4] = state[0] + left.B + right.C;
            state[0] = first;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Line(ReadOnlySpan<uint> state)
    {
        public uint A = state[0];
        public uint B = state[1];
        public uint C = state[2];
        public uint D = state[3];
        public uint E = state[4];

        public void Step(int function, uint word, uint constant, int rotation)
        {
            unchecked
            {
                var mixed = function switch
                {
                    0 => B ^ C ^ D,
                    1 => (B & C) | (~B & D),
                    2 => (B | ~C) ^ D,
                    3 => (B & D) | (C & ~D),
                    _ => B ^ (C | ~D),
                };
                var moved = BitOperations.RotateLeft(A + mixed + word + constant, rotation) + E;
                (A, E, D, C, B) = (E, D, BitOperations.RotateLeft(C, 10), B, moved);
            }
        }
    }
}
