using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Tries;

/// <summary>
/// The root of a trie straight from its definition (appendix D of the yellow paper), with nothing of ours but the hash: a dictionary of
/// strings of hexadecimal digits, cut anew at every node.
/// </summary>
internal static class NaiveTrie
{
    public static Hash32 RootOf(IEnumerable<(byte[] Key, byte[] Value)> entries)
    {
        var texts = entries.ToDictionary(entry => Convert.ToHexStringLower(entry.Key), entry => entry.Value, StringComparer.Ordinal);
        return Keccak256.Hash(texts.Count == 0 ? [0x80] : Node(texts));
    }

    private static byte[] Node(Dictionary<string, byte[]> entries)
    {
        if (entries.Count == 1)
        {
            var (key, value) = entries.Single();
            return List(Bytes(Compact(key, flag: 2)), Bytes(value));
        }

        var shared = entries.Keys.Aggregate((left, right) => string.Concat(
            left.Zip(right).TakeWhile(pair => pair.First == pair.Second).Select(pair => pair.First)));
        if (shared.Length > 0)
            return List(Bytes(Compact(shared, flag: 0)), Child(Below(entries, shared)));

        var children = "0123456789abcdef".Select(digit => Child(Below(entries, digit.ToString())));
        return List([.. children, Bytes(entries.GetValueOrDefault("", []))]);
    }

    private static Dictionary<string, byte[]> Below(Dictionary<string, byte[]> entries, string prefix) =>
        entries.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value, StringComparer.Ordinal);

    private static byte[] Child(Dictionary<string, byte[]> entries)
    {
        if (entries.Count == 0)
            return Bytes([]);

        var node = Node(entries);
        return node.Length < 32 ? node : Bytes(Keccak256.Hash(node).ToArray());
    }

    private static byte[] Compact(string digits, int flag) => Convert.FromHexString(
        digits.Length % 2 == 0 ? $"{flag}0{digits}" : $"{flag + 1}{digits}");

    private static byte[] Bytes(byte[] bytes) => bytes.Length == 1 && bytes[0] < 128 ? bytes : [.. Prefix(128, bytes.Length), .. bytes];

    private static byte[] List(params byte[][] items)
    {
        var payload = items.SelectMany(item => item).ToArray();
        return [.. Prefix(192, payload.Length), .. payload];
    }

    private static byte[] Prefix(int tag, int length)
    {
        if (length < 56)
            return [(byte)(tag + length)];

        var digits = Convert.FromHexString(length.ToString(length < 256 ? "x2" : length < 65_536 ? "x4" : "x6"));
        return [(byte)(tag + 55 + digits.Length), .. digits];
    }
}
