using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Benchmarks.Ethereum;

/// <summary>Values that are the same in every run: a figure should change with the code, not with the dice.</summary>
internal static class SampleData
{
    private const int Seed = 20_261_121;

    public static AbiEvent Transfer { get; } = AbiEvent.Parse("event Transfer(address indexed from, address indexed to, uint256 value)");

    public static byte[][] Messages(int count, int length)
    {
        var random = new Random(Seed + length);
        return [.. Enumerable.Range(0, count).Select(_ => Bytes(random, length))];
    }

    public static Log[] TransferLogs(int count)
    {
        var random = new Random(Seed);
        return
        [
            .. Enumerable.Range(0, count).Select(_ => Transfer.Encode(
                new Address(Bytes(random, Address.ByteLength)),
                new AbiValue.Address(new Address(Bytes(random, Address.ByteLength))),
                new AbiValue.Address(new Address(Bytes(random, Address.ByteLength))),
                new AbiValue.UInt(UInt256.FromShortBigEndian(Bytes(random, random.Next(1, 17)))))),
        ];
    }

    public static (Hash32 Digest, Signature Signature)[] Signatures(int count)
    {
        using var key = PrivateKey.FromSecret(Bytes(new Random(Seed), PrivateKey.ByteLength));
        return [.. Messages(count, Hash32.ByteLength).Select(message => new Hash32(message)).Select(digest => (digest, key.Sign(digest)))];
    }

    /// <summary>The hash over all parts: what both sides must have computed alike.</summary>
    public static string DigestOf(IEnumerable<byte[]> parts) => Keccak256.Hash([.. parts.SelectMany(part => part)]).ToString();

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
