using System.Text.Json.Nodes;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Transactions;

namespace OpenGradient.Benchmarks.Ethereum;

/// <summary>Parsing signed transactions beside viem, from the hexadecimal text in which nodes give them.</summary>
internal static class TransactionCases
{
    private const int Count = 64;
    private const int DataLength = 196;

    private static readonly string[] Encoded = Sign();

    public static IEnumerable<BenchmarkCase> All =>
    [
        new("transactions: parse a signed one", "viem parseTransaction", null, Count, () =>
        {
            ulong kept = 0;
            foreach (var text in Encoded)
                kept ^= Parse(text).Nonce;
            return kept;
        })
        {
            Digest = () => SampleData.DigestOf(Encoded.Select(Parse).SelectMany(transaction => (byte[][])
            [
                ((UInt256)transaction.Nonce).ToBigEndian(),
                transaction.To!.Value.ToArray(),
                transaction.Value.Value.ToBigEndian(),
                transaction.Data.ToArray(),
            ])),
        },
    ];

    public static void AddPeerData(JsonObject data) =>
        data["transactions"] = new JsonArray([.. Encoded.Select(text => (JsonNode)text)]);

    private static Transaction Parse(string text) => SignedTransaction.Decode(Hex.Decode(text)).Transaction;

    private static string[] Sign()
    {
        using var key = PrivateKey.FromSecret(SampleData.Messages(1, PrivateKey.ByteLength)[0]);
        return
        [
            .. SampleData.Messages(Count, DataLength).Select((data, i) => Hex.Encode(new FeeMarketTransaction
            {
                ChainId = new ChainId(1),
                Nonce = 1000 + (ulong)i,
                To = new Address(data.AsSpan(0, Address.ByteLength)),
                Value = Wei.FromEther("0.125"),
                Data = data,
                GasLimit = 210_000,
                MaxPriorityFeePerGas = Wei.FromGwei("1.5"),
                MaxFeePerGas = Wei.FromGwei("40"),
            }.Sign(key).Encoding.Span)),
        ];
    }
}
