namespace OpenGradient.Ethereum.Rlp;

/// <summary>Why an encoding was refused.</summary>
public enum RlpFault
{
    None = 0,

    /// <summary>An item claims more bytes than there are, or a list holds fewer items than it must.</summary>
    Truncated,

    /// <summary>Bytes are left over after the last item that belongs there.</summary>
    TrailingBytes,

    /// <summary>A length is written in more bytes than it needs, or a byte below 0x80 is not written as itself.</summary>
    NonCanonicalLength,

    /// <summary>A number has leading zeros.</summary>
    LeadingZero,

    /// <summary>A number has more bits than its field.</summary>
    NumberTooLarge,

    /// <summary>A byte string does not have the length of its field.</summary>
    WrongLength,

    /// <summary>A byte string stands where a list belongs.</summary>
    ExpectedList,

    /// <summary>A list stands where a byte string belongs.</summary>
    ExpectedBytes,

    /// <summary>Lists are nested more deeply than <see cref="RlpReader.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>The encoding is sound, but a field holds what its meaning forbids.</summary>
    InvalidValue,
}

/// <summary>
/// Says that bytes are not the one canonical encoding of what was to be read from them. The only exception that the decoders of
/// transactions, receipts, headers and accounts throw because of their input.
/// </summary>
public sealed class RlpException : FormatException
{
    private readonly string? _detail;

    public RlpException(RlpFault fault, int offset, string? detail = null)
        : base($"Refused at byte {offset}: {detail ?? Describe(fault)}")
    {
        Fault = fault;
        Offset = offset;
        _detail = detail;
    }

    public RlpFault Fault { get; }

    /// <summary>Where in the input the item starts that was refused.</summary>
    public int Offset { get; }

    /// <summary>The same refusal, where the input that was read is a part of a larger one.</summary>
    internal RlpException At(int offset) => new(Fault, offset, _detail);

    private static string Describe(RlpFault fault) => fault switch
    {
        RlpFault.Truncated => "the input ends before the item does.",
        RlpFault.TrailingBytes => "something follows the last item that belongs here.",
        RlpFault.NonCanonicalLength => "the item is not written in its shortest form.",
        RlpFault.LeadingZero => "the number has leading zeros.",
        RlpFault.NumberTooLarge => "the number is too large for its field.",
        RlpFault.WrongLength => "the byte string does not have the length of its field.",
        RlpFault.ExpectedList => "a list belongs here.",
        RlpFault.ExpectedBytes => "a byte string belongs here.",
        RlpFault.TooDeep => $"lists are nested more than {RlpReader.MaxDepth} deep.",
        _ => "the value is not allowed here.",
    };
}
