using System.Buffers.Binary;
using System.Numerics;

namespace OpenGradient.Prover.Setup;

/// <summary>BLAKE2b of 64 bytes, without a key (RFC 7693): by it ceremonies announce their files, and the platform has none.</summary>
internal sealed class Blake2b
{
    public const int HashLength = 64;

    private const int BlockLength = 128;
    private const int WordsPerBlock = 16;
    private const int Rounds = 12;

    private readonly ulong[] _state = [.. Start];
    private readonly byte[] _block = new byte[BlockLength];
    private int _held;
    private ulong _length;

    // The length of the hash, no key, and one leaf of depth one.
    public Blake2b() => _state[0] ^= 0x0101_0000 ^ HashLength;

    private static ReadOnlySpan<ulong> Start =>
    [
        0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
        0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
    ];

    // In which order each round takes the words; after ten it begins again.
    private static ReadOnlySpan<byte> Orders =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
        11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
        7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
        9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
        2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
        12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
        13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
        6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
        10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
    ];

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            // The last block is hashed in another way: a full one is held until it is known that more follows.
            if (_held == BlockLength)
            {
                Compress(_block, BlockLength, isLast: false);
                _held = 0;
            }

            while (_held == 0 && bytes.Length > BlockLength)
            {
                Compress(bytes[..BlockLength], BlockLength, isLast: false);
                bytes = bytes[BlockLength..];
            }

            var taken = Math.Min(BlockLength - _held, bytes.Length);
            bytes[..taken].CopyTo(_block.AsSpan(_held));
            _held += taken;
            bytes = bytes[taken..];
        }
    }

    /// <summary>The hash of all that was appended. Nothing can be appended after it.</summary>
    public byte[] Finish()
    {
        _block.AsSpan(_held).Clear();
        Compress(_block, _held, isLast: true);
        var hash = new byte[HashLength];
        for (var i = 0; i < _state.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(hash.AsSpan(sizeof(ulong) * i), _state[i]);
        return hash;
    }

    private void Compress(ReadOnlySpan<byte> block, int counted, bool isLast)
    {
        _length += (ulong)counted;
        Span<ulong> words = stackalloc ulong[WordsPerBlock];
        for (var i = 0; i < words.Length; i++)
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(block[(sizeof(ulong) * i)..]);
        Span<ulong> v = stackalloc ulong[2 * 8];
        _state.CopyTo(v);
        Start.CopyTo(v[8..]);
        v[12] ^= _length;
        if (isLast)
            v[14] = ~v[14];
        for (var round = 0; round < Rounds; round++)
        {
            var order = Orders.Slice(WordsPerBlock * (round % 10), WordsPerBlock);
            Mix(ref v[0], ref v[4], ref v[8], ref v[12], words[order[0]], words[order[1]]);
            Mix(ref v[1], ref v[5], ref v[9], ref v[13], words[order[2]], words[order[3]]);
            Mix(ref v[2], ref v[6], ref v[10], ref v[14], words[order[4]], words[order[5]]);
            Mix(ref v[3], ref v[7], ref v[11], ref v[15], words[order[6]], words[order[7]]);
            Mix(ref v[0], ref v[5], ref v[10], ref v[15], words[order[8]], words[order[9]]);
            Mix(ref v[1], ref v[6], ref v[11], ref v[12], words[order[10]], words[order[11]]);
            Mix(ref v[2], ref v[7], ref v[8], ref v[13], words[order[12]], words[order[13]]);
            Mix(ref v[3], ref v[4], ref v[9], ref v[14], words[order[14]], words[order[15]]);
        }

        for (var i = 0; i < _state.Length; i++)
            _state[i] ^= v[i] ^ v[i + 8];
    }

    private static void Mix(ref ulong a, ref ulong b, ref ulong c, ref ulong d, ulong first, ulong second)
    {
        unchecked
        {
            a += b + first;
            d = BitOperations.RotateRight(d ^ a, 32);
            c += d;
            b = BitOperations.RotateRight(b ^ c, 24);
            a += b + second;
            d = BitOperations.RotateRight(d ^ a, 16);
            c += d;
            b = BitOperations.RotateRight(b ^ c, 63);
        }
    }
}
