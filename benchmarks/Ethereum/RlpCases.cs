using System.Text.Json.Nodes;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Benchmarks.Ethereum;

/// <summary>RLP lists beside viem, from bytes to bytes on both sides.</summary>
internal static class RlpCases
{
    private const int ItemCount = 1_000;

    private static readonly byte[][] Items = SampleData.Messages(ItemCount, Hash32.ByteLength);
    private static readonly byte[] List = Encode();

    public static IEnumerable<BenchmarkCase> All =>
    [
        new("rlp: decode a list of 1,000", "viem fromRlp", null, 1, () =>
        {
            ulong kept = 0;
            foreach (var item in Decode())
                kept ^= item[0];
            return kept;
        })
        {
            Digest = () => SampleData.DigestOf(Decode()),
        },
        new("rlp: encode a list of 1,000", "viem toRlp", null, 1, () => Encode()[^1])
        {
            Digest = () => SampleData.DigestOf([Encode()]),
        },
    ];

    public static void AddPeerData(JsonObject data)
    {
        data["rlpList"] = Hex.Encode(List);
        data["rlpItems"] = new JsonArray([.. Items.Select(item => (JsonNode)Hex.Encode(item))]);
    }

    // The peer makes an array of byte arrays, so ours does too.
    private static List<byte[]> Decode()
    {
        var reader = new RlpReader(List);
        var list = reader.ReadList();
        List<byte[]> items = [];
        while (!list.IsAtEnd)
            items.Add(list.ReadBytes().ToArray());
        reader.ReadEnd();
        return items;
    }

    private static byte[] Encode()
    {
        using var writer = new RlpWriter();
        writer.StartList();
        foreach (var item in Items)
            writer.Write(item);
        writer.EndList();
        return writer.ToArray();
    }
}
