using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.PrivateRequests.Messages;

/// <summary>What is asked, as it is sealed: the input, the salt that the receipt commits to it with, and the request at the hub that it is the input of.</summary>
/// <param name="InputSalt">32 random bytes, used once.</param>
/// <param name="Input">Encoded tensors.</param>
public sealed record PrivateQuestion(Hash32 InputSalt, ReadOnlyMemory<byte> Input)
{
    private const byte Version = 2;
    private const int HeadBytes = 1 + (2 * Hash32.ByteLength);

    /// <summary>The longest input.</summary>
    public static int MostInputBytes { get; } = Padding.MostOf(Padding.Questions) - HeadBytes;

    /// <summary>What is opened at most.</summary>
    public static int MostBytes { get; } = Padding.Questions[^1];

    /// <summary>The request at the hub that this is the input of; null for one that never touches the chain. It is sealed: nobody on the way learns which of the two it is.</summary>
    public Hash32? HubRequest { get; init; }

    /// <summary>As it is sealed; null where the input is too long.</summary>
    public byte[]? TryWrite()
    {
        if (Input.Length > MostInputBytes)
            return null;
        var content = new byte[HeadBytes + Input.Length];
        content[0] = Version;
        InputSalt.CopyTo(content.AsSpan(1));
        (HubRequest ?? Hash32.Zero).CopyTo(content.AsSpan(1 + Hash32.ByteLength));
        Input.Span.CopyTo(content.AsSpan(HeadBytes));
        return Padding.TryPad(content, Padding.Questions);
    }

    /// <summary>Reads what was sealed; null where it is no question.</summary>
    public static PrivateQuestion? TryRead(ReadOnlySpan<byte> padded)
    {
        if (Padding.TryUnpad(padded, Padding.Questions) is not { Length: >= HeadBytes } content || content[0] != Version)
            return null;
        var hubRequest = new Hash32(content.AsSpan(1 + Hash32.ByteLength, Hash32.ByteLength));
        return new PrivateQuestion(new Hash32(content.AsSpan(1, Hash32.ByteLength)), content.AsMemory(HeadBytes))
        {
            // No request has this id: it is a hash.
            HubRequest = hubRequest == Hash32.Zero ? null : hubRequest,
        };
    }
}
