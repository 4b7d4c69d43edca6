using System.Text.Json.Nodes;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Benchmarks.Ethereum;

/// <summary>Hashing and public-key recovery beside noble.</summary>
internal static class CryptoCases
{
    private const int MessageCount = 256;
    private const int SignatureCount = 64;
    private const string Keccak = "@noble/hashes keccak_256";

    private static readonly (string Name, int Length, double? Goal)[] Sizes =
        [("32 B", 32, 3), ("64 B", 64, 3), ("136 B", 136, 3), ("1 KiB", 1024, null)];

    private static readonly (Hash32 Digest, Signature Signature)[] Signatures = SampleData.Signatures(SignatureCount);

    public static IEnumerable<BenchmarkCase> All =>
    [
        .. Sizes.Select(size => Hashing($"keccak {size.Name}", SampleData.Messages(MessageCount, size.Length), size.Goal)),
        .. Sizes.Select(size => Batched($"keccak {size.Name}", size.Length)),
        Recovery(),
    ];

    public static void AddPeerData(JsonObject data)
    {
        foreach (var (_, length, _) in Sizes)
            data[$"messages{length}"] = new JsonArray([.. SampleData.Messages(MessageCount, length).Select(message => (JsonNode)Hex.Encode(message))]);
        data["signatures"] = new JsonArray(
        [
            .. Signatures.Select(item => new JsonObject
            {
                ["digest"] = item.Digest.ToString(),
                ["r"] = item.Signature.R.ToString(),
                ["s"] = item.Signature.S.ToString(),
                ["yParity"] = item.Signature.YParity ? 1 : 0,
            }),
        ]);
    }

    private static BenchmarkCase Hashing(string name, byte[][] messages, double? goal) =>
        new(name, Keccak, goal, messages.Length, () =>
        {
            Span<byte> hash = stackalloc byte[Hash32.ByteLength];
            ulong kept = 0;
            foreach (var message in messages)
            {
                Keccak256.Hash(message, hash);
                kept ^= hash[0];
            }

            return kept;
        })
        {
            Digest = () => SampleData.DigestOf(messages.Select(message => Keccak256.Hash(message).ToArray())),
        };

    private static BenchmarkCase Batched(string peerCase, int length)
    {
        var messages = SampleData.Messages(MessageCount, length);
        var joined = messages.SelectMany(message => message).ToArray();
        var hashes = new Hash32[MessageCount];
        return new BenchmarkCase($"{peerCase}, in a batch", Keccak, null, MessageCount, () =>
        {
            Keccak256.HashMany(joined, length, hashes);
            return hashes[^1].Bytes[0];
        })
        {
            PeerCase = peerCase,
            Digest = () =>
            {
                Keccak256.HashMany(joined, length, hashes);
                return SampleData.DigestOf(hashes.Select(hash => hash.ToArray()));
            },
        };
    }

    private static BenchmarkCase Recovery() =>
        new("secp256k1: recover a public key", "@noble/curves recoverPublicKey", 1, SignatureCount, () =>
        {
            ulong kept = 0;
            foreach (var (digest, signature) in Signatures)
                kept ^= (ulong)(Recover(digest, signature).X & ulong.MaxValue);
            return kept;
        })
        {
            Digest = () => SampleData.DigestOf(Signatures.Select(item => Recover(item.Digest, item.Signature).ToUncompressed())),
        };

    private static PublicKey Recover(Hash32 digest, Signature signature) =>
        Secp256k1.TryRecover(digest, signature, out var key) ? key : throw new InvalidOperationException("A good signature was refused.");
}
