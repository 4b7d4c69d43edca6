namespace OpenGradient.Ethereum.Abi;

public abstract partial class AbiType
{
    /// <summary>An unsigned integer of 8 to 256 bits.</summary>
    public sealed class UInt(int bits = 256) : AbiType(false, WordLength)
    {
        public int Bits { get; } = Sized(bits, "uint");

        private protected override string Compose() => $"uint{Bits}";
    }

    /// <summary>A signed integer of 8 to 256 bits.</summary>
    public sealed class Int(int bits = 256) : AbiType(false, WordLength)
    {
        public int Bits { get; } = Sized(bits, "int");

        private protected override string Compose() => $"int{Bits}";
    }

    public sealed class Bool() : AbiType(false, WordLength)
    {
        private protected override string Compose() => "bool";
    }

    public sealed class Address() : AbiType(false, WordLength)
    {
        private protected override string Compose() => "address";
    }

    /// <summary>One to 32 bytes.</summary>
    public sealed class FixedBytes(int length) : AbiType(false, WordLength)
    {
        public int Length { get; } = length is >= 1 and <= 32
            ? length
            : throw new AbiException(string.Empty, $"bytes{length} is no type: fixed bytes are 1 to 32 long.");

        private protected override string Compose() => $"bytes{Length}";
    }

    /// <summary>A function of a contract: its address and its selector, 24 bytes.</summary>
    public sealed class Function() : AbiType(false, WordLength)
    {
        public const int Length = 24;

        private protected override string Compose() => "function";
    }

    /// <summary>Any number of bytes.</summary>
    public sealed class Bytes() : AbiType(true, WordLength)
    {
        private protected override string Compose() => "bytes";
    }

    /// <summary>Text, which contracts do not check to be UTF-8.</summary>
    public sealed class String() : AbiType(true, WordLength)
    {
        private protected override string Compose() => "string";
    }

    /// <summary>Any number of elements.</summary>
    public sealed class Array(AbiType element) : AbiType(true, WordLength, element.Nesting + 1)
    {
        public AbiType Element { get; } = WithSize(element);

        private protected override string Compose() => Element.Name + "[]";
    }

    /// <summary>A known number of elements. None is refused, as in Solidity.</summary>
    public sealed class FixedArray(AbiType element, int length)
        : AbiType(element.IsDynamic, Static((long)element.HeadBytes * length), element.Nesting + 1)
    {
        public AbiType Element { get; } = WithSize(element);

        public int Length { get; } = length > 0
            ? length
            : throw new AbiException(string.Empty, "An array of a fixed length has at least one element.");

        /// <summary>What the elements' heads take together.</summary>
        internal int BodyBytes { get; } = Static((long)element.HeadBytes * length);

        private protected override string Compose() => $"{Element.Name}[{Length}]";
    }

    /// <summary>A struct, or the parameters of a function, event or error.</summary>
    public sealed class Tuple : AbiType
    {
        public Tuple(IReadOnlyList<AbiParameter> components)
            : base(
                components.Any(c => c.Type.IsDynamic),
                Static(components.Sum(c => (long)c.Type.HeadBytes)),
                components.Count == 0 ? 1 : components.Max(c => c.Type.Nesting) + 1)
        {
            Components = [.. components];
            BodyBytes = components.Sum(c => c.Type.HeadBytes);
        }

        public IReadOnlyList<AbiParameter> Components { get; }

        /// <summary>What the members' heads take together.</summary>
        internal int BodyBytes { get; }

        private protected override string Compose() => $"({string.Join(',', Components.Select(c => c.Type.Name))})";
    }

    // Elements that take no bytes could be promised by the billion for nothing.
    private static AbiType WithSize(AbiType element) =>
        element.HeadBytes > 0
            ? element
            : throw new AbiException(string.Empty, "An array's elements must take up space; an empty tuple does not.");
}
