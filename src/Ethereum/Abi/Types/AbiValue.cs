using System.Collections.Immutable;
using System.Text;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Abi;

/// <summary>
/// A value of some <see cref="AbiType"/>, for code that learns types only at run time. The nested records are all there are; they compare by
/// content. An integer of either kind is taken for both, as long as it fits.
/// </summary>
public abstract record AbiValue
{
    private AbiValue()
    {
    }

    public static implicit operator AbiValue(UInt256 value) => new UInt(value);

    public static implicit operator AbiValue(Int256 value) => new Int(value);

    public static implicit operator AbiValue(ulong value) => new UInt(value);

    public static implicit operator AbiValue(long value) => new Int(value);

    public static implicit operator AbiValue(int value) => new Int(value);

    public static implicit operator AbiValue(bool value) => Bool.Of(value);

    public static implicit operator AbiValue(Primitives.Address value) => new Address(value);

    public static implicit operator AbiValue(Hash32 value) => new Bytes(value.ToArray());

    public static implicit operator AbiValue(byte[] value) => new Bytes(value);

    public static implicit operator AbiValue(string value) => new String(value);

    /// <summary>The elements of an array.</summary>
    public static Array ArrayOf(params ReadOnlySpan<AbiValue> items) => new([.. items]);

    /// <summary>The members of a struct.</summary>
    public static Tuple TupleOf(params ReadOnlySpan<AbiValue> items) => new([.. items]);

    // Records would each write a ToString of their own over this one's if it were not sealed.
    public sealed override string ToString()
    {
        var text = new StringBuilder();
        Show(text);
        return text.ToString();
    }

    private protected abstract void Show(StringBuilder text);

    public sealed record UInt(UInt256 Value) : AbiValue
    {
        private protected override void Show(StringBuilder text) => text.Append(Value.ToString());
    }

    public sealed record Int(Int256 Value) : AbiValue
    {
        private protected override void Show(StringBuilder text) => text.Append(Value.ToString());
    }

    public sealed record Bool : AbiValue
    {
        private static readonly Bool True = new(true);
        private static readonly Bool False = new(false);

        private Bool(bool value) => Value = value;

        public bool Value { get; }

        public static Bool Of(bool value) => value ? True : False;

        private protected override void Show(StringBuilder text) => text.Append(Value ? "true" : "false");
    }

    public sealed record Address(Primitives.Address Value) : AbiValue
    {
        private protected override void Show(StringBuilder text) => text.Append(Value.ToString());
    }

    /// <summary>A value of <c>bytes</c>, of <c>bytes1</c> to <c>bytes32</c>, or the 24 bytes of a <c>function</c>.</summary>
    public sealed record Bytes(ReadOnlyMemory<byte> Value) : AbiValue
    {
        public bool Equals(Bytes? other) => other is not null && Value.Span.SequenceEqual(other.Value.Span);

        public override int GetHashCode() => HashOf(Value);

        private protected override void Show(StringBuilder text) => text.Append(Hex.Encode(Value.Span));
    }

    /// <summary>A value of <c>string</c>: on the chain any bytes, so they are kept, and encode to the same bytes again.</summary>
    /// <param name="Utf8">The bytes, which need not be well-formed UTF-8.</param>
    public sealed record String(ReadOnlyMemory<byte> Utf8) : AbiValue
    {
        /// <summary>Takes text; a lone surrogate becomes U+FFFD.</summary>
        public String(string text)
            : this(Encoding.UTF8.GetBytes(text))
        {
        }

        /// <summary>The text; each ill-formed sequence of bytes becomes U+FFFD.</summary>
        public string Text => Encoding.UTF8.GetString(Utf8.Span);

        public bool Equals(String? other) => other is not null && Utf8.Span.SequenceEqual(other.Utf8.Span);

        public override int GetHashCode() => HashOf(Utf8);

        private protected override void Show(StringBuilder text) => text.Append('"').Append(Text).Append('"');
    }

    /// <summary>The elements of an array of either kind.</summary>
    public sealed record Array(ImmutableArray<AbiValue> Items) : AbiValue
    {
        public bool Equals(Array? other) => other is not null && Items.AsSpan().SequenceEqual(other.Items.AsSpan());

        public override int GetHashCode() => HashOf(Items);

        private protected override void Show(StringBuilder text) => ShowAll(text.Append('['), Items).Append(']');
    }

    /// <summary>The members of a struct, or the values of a parameter list.</summary>
    public sealed record Tuple(ImmutableArray<AbiValue> Items) : AbiValue
    {
        public AbiValue this[int index] => Items[index];

        public bool Equals(Tuple? other) => other is not null && Items.AsSpan().SequenceEqual(other.Items.AsSpan());

        public override int GetHashCode() => HashOf(Items);

        private protected override void Show(StringBuilder text) => ShowAll(text.Append('('), Items).Append(')');
    }

    /// <summary>What an event tells of an indexed value that does not fit a topic: the hash of its encoding. The value is not known.</summary>
    public sealed record Hashed(Hash32 Hash) : AbiValue
    {
        private protected override void Show(StringBuilder text) => text.Append("keccak256:").Append(Hash.ToString());
    }

    private static StringBuilder ShowAll(StringBuilder text, ImmutableArray<AbiValue> items)
    {
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0)
                text.Append(", ");
            items[i].Show(text);
        }

        return text;
    }

    private static int HashOf(ReadOnlyMemory<byte> bytes)
    {
        var hash = default(HashCode);
        hash.AddBytes(bytes.Span);
        return hash.ToHashCode();
    }

    private static int HashOf(ImmutableArray<AbiValue> items)
    {
        var hash = default(HashCode);
        foreach (var item in items)
            hash.Add(item);
        return hash.ToHashCode();
    }
}
