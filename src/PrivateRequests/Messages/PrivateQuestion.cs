using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.PrivateRequests.Messages;

/// <summary>What is asked, as it is sealed: the input, and the salt that the receipt commits to it with.</summary>
/// <param name="InputSalt">32 random bytes, used once.</param>
/// <param name="Input">Encoded tensors.</param>
public sealed record PrivateQuestion(Hash32 InputSalt, ReadOnlyMemory<byte> Input)
{
    /// <summary>The longest input.</summary>
    public static int MostInputBytes { get; } = Padding.MostOf(Padding.Questions) - HeadBytes;

    /// <summary>What is opened at most.</summary>
    public static int MostBytes { get; } = Padding.Questions[^1];

    private const byte Version = 1;
    private const int HeadBytes = 1 + Hash32.ByteLength;

    /// <summary>As it is sealed; null where the input is too long.</summary>
    public byte[]? TryWrite()
    {
        if (Input.Length > MostInputBytes)
            return null;
        var content = new byte[HeadBytes + Input.Length];
        content[0] = Version;
        InputSalt.CopyTo(content.AsSpan(1));
        Input.Span.CopyTo(content.AsSpan(HeadBytes));
        return Padding.TryPad(content, Padding.Questions);
    }

    /// <summary>Reads what was sealed; null where it is no question.</summary>
    public static PrivateQuestion? TryRead(ReadOnlySpan<byte> padded) =>
        Padding.TryUnpad(padded, Padding.Questions) is { Length: >= HeadBytes } content && content[0] == Version
            ? new PrivateQuestion(new Hash32(content.AsSpan(1, Hash32.ByteLength)), content.AsMemory(HeadBytes))
            : null;
}
