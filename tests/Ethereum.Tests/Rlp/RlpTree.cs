using System.Text.Json;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Tests.Rlp;

/// <summary>
/// Any RLP item, in memory: the form in which the tests state, draw and compare items. Text is JSON of hexadecimal strings.
/// </summary>
internal sealed class RlpTree
{
    private readonly byte[]? _bytes;
    private readonly IReadOnlyList<RlpTree> _items;

    private RlpTree(byte[]? bytes, IReadOnlyList<RlpTree> items)
    {
        _bytes = bytes;
        _items = items;
    }

    public static RlpTree Bytes(byte[] bytes) => new(bytes, []);

    public static RlpTree List(params IReadOnlyList<RlpTree> items) => new(null, items);

    public static RlpTree FromJson(JsonElement json) => json.ValueKind == JsonValueKind.Array
        ? List([.. json.EnumerateArray().Select(FromJson)])
        : Bytes(Hex.Decode(json.GetString()));

    public static RlpTree Decode(ReadOnlySpan<byte> encoding)
    {
        var reader = new RlpReader(encoding);
        var tree = Read(ref reader);
        reader.ReadEnd();
        return tree;
    }

    /// <summary>Draws a tree of at most this many levels, with byte strings about every length at which the encoding changes.</summary>
    public static RlpTree Random(Random random, int levels)
    {
        if (levels == 0 || random.Next(3) == 0)
        {
            int[] lengths = [0, 1, 1, 1, 2, 20, 32, 54, 55, 56, 57, 255, 256, 300];
            var bytes = new byte[lengths[random.Next(lengths.Length)]];
            random.NextBytes(bytes);
            if (random.Next(4) == 0)
                bytes.AsSpan(0, Math.Min(bytes.Length, 1)).Clear();
            return Bytes(bytes);
        }

        return List([.. Enumerable.Range(0, random.Next(7)).Select(_ => Random(random, levels - 1))]);
    }

    public byte[] Encode()
    {
        using var writer = new RlpWriter();
        Write(writer);
        return writer.ToArray();
    }

    public void Write(RlpWriter writer)
    {
        if (_bytes is not null)
        {
            writer.Write(_bytes);
            return;
        }

        writer.StartList();
        foreach (var item in _items)
            item.Write(writer);
        writer.EndList();
    }

    public override string ToString() =>
        _bytes is not null ? $"\"{Hex.Encode(_bytes)}\"" : $"[{string.Join(',', _items)}]";

    private static RlpTree Read(ref RlpReader reader)
    {
        if (!reader.NextIsList)
            return Bytes(reader.ReadBytes().ToArray());

        var list = reader.ReadList();
        List<RlpTree> items = [];
        while (!list.IsAtEnd)
            items.Add(Read(ref list));
        return List(items);
    }
}
