using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>
/// The way from one key of a BIP-32 tree to a descendant: <c>m/44'/60'/0'/0/0</c>. Strict: <c>m</c>, then numbers below 2^31 without leading
/// zeros, an apostrophe behind those that are hardened, at most 255 of them.
/// </summary>
public sealed class HdPath : IEquatable<HdPath>
{
    /// <summary>An index from here on is a hardened one: its child needs the private key.</summary>
    public const uint HardenedOffset = 0x8000_0000;

    /// <summary>The depth of a key is a byte.</summary>
    public const int MaxDepth = byte.MaxValue;

    private const int MaxTextLength = 1 + (MaxDepth * 12);

    private HdPath(ImmutableArray<uint> indices) => Indices = indices;

    /// <summary>The path from a key to itself, <c>m</c>.</summary>
    public static HdPath Root { get; } = new([]);

    /// <summary>One number for each step; hardened ones from <see cref="HardenedOffset"/> on.</summary>
    public ImmutableArray<uint> Indices { get; }

    /// <summary>Where wallets keep the accounts of one mnemonic (BIP-44): <c>m/44'/60'/0'/0/index</c>.</summary>
    public static HdPath EthereumAccount(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new HdPath([44 + HardenedOffset, 60 + HardenedOffset, HardenedOffset, 0, (uint)index]);
    }

    public static HdPath Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var path)
            ? path
            : throw new FormatException(
                $"'{text[..Math.Min(text.Length, 60)]}' is not a path: m, then at most {MaxDepth} numbers below 2^31, each after a slash and"
                + " with an apostrophe behind it if it is hardened, as in m/44'/60'/0'/0/0.");

    public static HdPath Parse(string text) => Parse(text.AsSpan());

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out HdPath? path)
    {
        path = null;
        if (text.Length is 0 or > MaxTextLength || text[0] != 'm')
            return false;

        var indices = ImmutableArray.CreateBuilder<uint>();
        for (var rest = text[1..]; !rest.IsEmpty;)
        {
            if (rest[0] != '/' || indices.Count == MaxDepth)
                return false;

            rest = rest[1..];
            var end = rest.IndexOf('/') is var slash and >= 0 ? slash : rest.Length;
            if (!TryParseIndex(rest[..end], out var index))
                return false;
            indices.Add(index);
            rest = rest[end..];
        }

        path = new HdPath(indices.ToImmutable());
        return true;
    }

    public bool Equals(HdPath? other) => other is not null && Indices.AsSpan().SequenceEqual(other.Indices.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as HdPath);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var index in Indices)
            hash.Add(index);
        return hash.ToHashCode();
    }

    public override string ToString() => "m" + string.Concat(Indices.Select(static index =>
        index >= HardenedOffset ? $"/{index - HardenedOffset}'" : $"/{index}"));

    private static bool TryParseIndex(ReadOnlySpan<char> text, out uint index)
    {
        var hardened = text.EndsWith("'", StringComparison.Ordinal);
        var digits = hardened ? text[..^1] : text;
        if (!uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out index)
            || index >= HardenedOffset || (digits[0] == '0' && digits.Length > 1))
            return false;

        index += hardened ? HardenedOffset : 0;
        return true;
    }
}
