using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>
/// Keccak-256 of a message that comes in parts. One instance hashes any number of messages, one after the other; it is not for several
/// threads at once.
/// </summary>
public sealed class Keccak256Hasher
{
    private readonly ulong[] _state = new ulong[KeccakPermutation.LaneCount];
    private readonly byte[] _block = new byte[KeccakSponge.RateBytes];
    private int _buffered;

    /// <summary>Appends bytes to the message.</summary>
    public void Append(ReadOnlySpan<byte> part)
    {
        if (_buffered > 0)
        {
            var taken = Math.Min(part.Length, _block.Length - _buffered);
            part[..taken].CopyTo(_block.AsSpan(_buffered));
            part = part[taken..];
            _buffered += taken;
            if (_buffered < _block.Length)
                return;

            KeccakSponge.AbsorbBlock(_state, _block);
            _buffered = 0;
        }

        while (part.Length >= KeccakSponge.RateBytes)
        {
            KeccakSponge.AbsorbBlock(_state, part);
            part = part[KeccakSponge.RateBytes..];
        }

        part.CopyTo(_block);
        _buffered = part.Length;
    }

    /// <summary>Gives the hash of the message, and begins a new one.</summary>
    public Hash32 Finish()
    {
        Span<byte> hash = stackalloc byte[Hash32.ByteLength];
        Finish(hash);
        return new Hash32(hash);
    }

    /// <summary>Writes the hash of the message, 32 bytes, and begins a new one.</summary>
    public void Finish(Span<byte> destination)
    {
        // Before the state changes: a message must not be lost to a short span.
        destination = destination[..Hash32.ByteLength];
        KeccakSponge.AbsorbLast(_state, _block.AsSpan(0, _buffered));
        KeccakSponge.Squeeze(_state, destination);
        Reset();
    }

    /// <summary>Forgets the message so far, and begins a new one.</summary>
    public void Reset()
    {
        Array.Clear(_state);
        _buffered = 0;
    }
}
