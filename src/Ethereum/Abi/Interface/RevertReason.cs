using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Abi;

/// <summary>What a failed call returned, read as solc writes it. The cases are all there are.</summary>
public abstract record RevertReason
{
    private static readonly Selector ErrorSelector = new(0x08c379a0);
    private static readonly Selector PanicSelector = new(0x4e487b71);

    private RevertReason()
    {
    }

    /// <summary>Reads return data of a call that failed. Never throws: whatever the data are, one of the cases says so.</summary>
    public static RevertReason Decode(ReadOnlySpan<byte> returnData)
    {
        if (returnData.IsEmpty)
            return new None();
        if (returnData.Length < Selector.ByteLength)
            return new Malformed(returnData.ToArray());

        var selector = Selector.FromBytes(returnData[..Selector.ByteLength]);
        var arguments = returnData[Selector.ByteLength..];
        return selector == ErrorSelector ? DecodeMessage(returnData, arguments)
            : selector == PanicSelector ? DecodePanic(returnData, arguments)
            : new Custom(selector, arguments.ToArray());
    }

    // A reason is for people to read, so anything that solc itself would read as a message is taken.
    private static RevertReason DecodeMessage(ReadOnlySpan<byte> returnData, ReadOnlySpan<byte> arguments)
    {
        var reader = new AbiReader(arguments, AbiReader.WordLength, AbiDecoding.AsSolidity);
        var text = reader.ReadString();
        return reader.End() ? new Message(text) : new Malformed(returnData.ToArray());
    }

    private static RevertReason DecodePanic(ReadOnlySpan<byte> returnData, ReadOnlySpan<byte> arguments)
    {
        var reader = new AbiReader(arguments, AbiReader.WordLength, AbiDecoding.AsSolidity);
        var code = reader.ReadUInt256();
        return reader.End() ? new Panic(code) : new Malformed(returnData.ToArray());
    }

    /// <summary>Nothing was said: <c>revert()</c>, a <c>require</c> without a message, the gas ran out, or there is no such function.</summary>
    public sealed record None : RevertReason
    {
        public override string ToString() => "reverted without a reason";
    }

    /// <summary><c>revert("text")</c> or <c>require(condition, "text")</c>. The text is whatever the contract chose: hostile, perhaps.</summary>
    public sealed record Message(string Text) : RevertReason
    {
        public override string ToString() => $"reverted: {Text}";
    }

    /// <summary>A check that the compiler put in: a bug in the contract, or input that it did not guard against.</summary>
    public sealed record Panic(UInt256 Code) : RevertReason
    {
        /// <summary>What the code means, in words.</summary>
        public string Meaning => Code.FitsUInt64
            ? (ulong)Code switch
            {
                0x00 => "an error of the compiler's own code",
                0x01 => "an assertion failed",
                0x11 => "arithmetic overflowed or underflowed",
                0x12 => "division or remainder by zero",
                0x21 => "a number outside an enum's members was converted to it",
                0x22 => "a byte array in storage is encoded wrongly",
                0x31 => "pop of an empty array",
                0x32 => "an index is outside an array or bytes",
                0x41 => "too much memory was allocated",
                0x51 => "an internal function that was never set was called",
                _ => Unknown,
            }
            : Unknown;

        private const string Unknown = "a code that solc does not define";

        public override string ToString() => $"panicked with {Code.ToString("x")}: {Meaning}";
    }

    /// <summary>An error that the contract defines; its arguments follow the selector.</summary>
    /// <param name="Selector">Which error: the first four bytes.</param>
    /// <param name="Arguments">The encoding of the error's arguments.</param>
    public sealed record Custom(Selector Selector, ReadOnlyMemory<byte> Arguments) : RevertReason
    {
        public bool Equals(Custom? other) =>
            other is not null && Selector == other.Selector && Arguments.Span.SequenceEqual(other.Arguments.Span);

        public override int GetHashCode() => HashCode.Combine(Selector, Arguments.Length);

        public override string ToString() => $"reverted with error {Selector} and {Arguments.Length} bytes of arguments";
    }

    /// <summary>Less than a selector, or a message or panic whose encoding is broken.</summary>
    /// <param name="Data">All of the return data.</param>
    public sealed record Malformed(ReadOnlyMemory<byte> Data) : RevertReason
    {
        public bool Equals(Malformed? other) => other is not null && Data.Span.SequenceEqual(other.Data.Span);

        public override int GetHashCode() => Data.Length;

        public override string ToString() => $"reverted with {Data.Length} bytes that are no reason";
    }
}
