using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>Keccak-256 as Ethereum uses it: the original padding (0x01), not the one of SHA3-256 (0x06).</summary>
public static class Keccak256
{
    /// <summary>Hashes a message.</summary>
    public static Hash32 Hash(ReadOnlySpan<byte> message)
    {
        Span<byte> hash = stackalloc byte[Hash32.ByteLength];
        Hash(message, hash);
        return new Hash32(hash);
    }

    /// <summary>Hashes a message into the first 32 bytes of <paramref name="destination"/>, which may lie over the message.</summary>
    [SkipLocalsInit]
    public static void Hash(ReadOnlySpan<byte> message, Span<byte> destination)
    {
        Span<ulong> state = stackalloc ulong[KeccakPermutation.LaneCount];
        state.Clear();
        while (message.Length >= KeccakSponge.RateBytes)
        {
            KeccakSponge.AbsorbBlock(state, message);
            message = message[KeccakSponge.RateBytes..];
        }

        KeccakSponge.AbsorbLast(state, message);
        KeccakSponge.Squeeze(state, destination);
    }

    /// <summary>
    /// Hashes many messages, several at a time where the processor has vectors for it. The hashes must not lie over the messages.
    /// </summary>
    /// <param name="messages">The messages, of any lengths.</param>
    /// <param name="hashes">Takes the hash of each message at the same place.</param>
    public static void HashMany(ReadOnlySpan<ReadOnlyMemory<byte>> messages, Span<Hash32> hashes)
    {
        if (hashes.Length < messages.Length)
            throw new ArgumentException($"There is room for {hashes.Length} hashes of {messages.Length} messages.", nameof(hashes));

        KeccakBatch.Hash(new SeparateMessages(messages), hashes);
    }

    /// <summary>
    /// Hashes many messages of one length that lie one after the other, such as the nodes of a binary tree. The hashes must not lie over
    /// the messages.
    /// </summary>
    /// <param name="messages">The messages.</param>
    /// <param name="messageLength">The length of each message in bytes, which divides that of all of them.</param>
    /// <param name="hashes">Takes the hash of each message at the same place.</param>
    public static void HashMany(ReadOnlySpan<byte> messages, int messageLength, Span<Hash32> hashes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(messageLength);
        var (count, rest) = Math.DivRem(messages.Length, messageLength);
        if (rest != 0)
            throw new ArgumentException($"{messages.Length} bytes are no whole number of messages of {messageLength}.", nameof(messages));
        if (hashes.Length < count)
            throw new ArgumentException($"There is room for {hashes.Length} hashes of {count} messages.", nameof(hashes));

        KeccakBatch.Hash(new AdjacentMessages(messages, messageLength), hashes);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly ref struct SeparateMessages(ReadOnlySpan<ReadOnlyMemory<byte>> messages) : IKeccakMessages
    {
        private readonly ReadOnlySpan<ReadOnlyMemory<byte>> _messages = messages;

        public int Count => _messages.Length;

        public ReadOnlySpan<byte> this[int index] => _messages[index].Span;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly ref struct AdjacentMessages(ReadOnlySpan<byte> messages, int length) : IKeccakMessages
    {
        private readonly ReadOnlySpan<byte> _messages = messages;

        public int Count => _messages.Length / length;

        public ReadOnlySpan<byte> this[int index] => _messages.Slice(index * length, length);
    }
}
