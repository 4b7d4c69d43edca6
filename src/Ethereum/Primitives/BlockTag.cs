namespace OpenGradient.Ethereum.Primitives;

/// <summary>Which block a question is about: a number, a hash, or one of the names that nodes resolve.</summary>
public readonly record struct BlockTag
{
    private readonly string? _name;

    private BlockTag(string? name, BlockNumber? number, Hash32? hash)
    {
        _name = name;
        Number = number;
        Hash = hash;
    }

    /// <summary>The head of the chain as the node sees it; may be replaced.</summary>
    public static BlockTag Latest => new("latest", null, null);

    /// <summary>The head with the node's own pending transactions on top.</summary>
    public static BlockTag Pending => new("pending", null, null);

    /// <summary>A block that is unlikely to be replaced.</summary>
    public static BlockTag Safe => new("safe", null, null);

    /// <summary>A block that is never replaced while the chain's rules hold.</summary>
    public static BlockTag Finalized => new("finalized", null, null);

    public static BlockTag Earliest => new("earliest", null, null);

    public BlockNumber? Number { get; }

    public Hash32? Hash { get; }

    public static BlockTag At(BlockNumber number) => new(null, number, null);

    public static BlockTag At(Hash32 hash) => new(null, null, hash);

    public static implicit operator BlockTag(BlockNumber number) => At(number);

    /// <summary>The text that JSON-RPC takes for names and numbers; a hash needs the object form of EIP-1898.</summary>
    public override string ToString() => Number is { } number ? Hex.EncodeQuantity(number.Value) : Hash?.ToString() ?? _name ?? "latest";
}
