using System.Security.Cryptography;
using OpenGradient.PrivateRequests.Hpke;
using OpenGradient.PrivateRequests.Oblivious;

namespace OpenGradient.PrivateRequests.Chunked;

/// <summary>Encrypts one request to a gateway's key in chunks, and opens the response to it while it comes.</summary>
public sealed class ChunkedRequest : IDisposable
{
    private readonly byte[] _encapsulated;
    private readonly byte[] _secret;
    private readonly byte[] _associated;

    private ChunkedRequest(byte[] message, byte[] encapsulated, byte[] secret, byte[] associated) =>
        (Message, _encapsulated, _secret, _associated) = (message, encapsulated, secret, associated);

    /// <summary>What is sent.</summary>
    public byte[] Message { get; }

    /// <summary>Encrypts a request; null where the gateway's key is no point of the curve.</summary>
    /// <param name="gateway">Whose key.</param>
    /// <param name="labels">What kind of content it is.</param>
    /// <param name="associated">What both sides must hold in the same words, and is not encrypted. Empty in the draft; always of one length, so that it is not taken for the mark of the final chunk.</param>
    /// <param name="content">What is asked.</param>
    public static ChunkedRequest? TrySeal(KeyConfiguration gateway, ChunkLabels labels, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> content)
    {
        var header = gateway.Header;
        if (HpkeContext.TrySend(HpkeAead.Aes256Gcm, gateway.PublicKey.Span, labels.InfoOf(header)) is not { } sending)
            return null;
        using var context = sending.Context;
        using var message = new MemoryStream(header.Length + sending.Encapsulated.Length + content.Length + (content.Length / ChunkFraming.MaxContentBytes * 32) + 64);
        message.Write(header);
        message.Write(sending.Encapsulated);
        for (; content.Length > ChunkFraming.MaxContentBytes; content = content[ChunkFraming.MaxContentBytes..])
            message.Write(ChunkFraming.Frame(context.Seal(associated, content[..ChunkFraming.MaxContentBytes])));
        message.Write(ChunkFraming.FrameFinal(context.Seal([.. associated, .. ChunkFraming.Final], content)));
        return new ChunkedRequest(
            message.ToArray(), sending.Encapsulated, context.Export(labels.Response, ResponseKeys.NonceBytes(context.Aead)), associated.ToArray());
    }

    /// <summary>Opens the response to this request, and no other.</summary>
    /// <param name="most">The most content that is taken, in bytes.</param>
    public ChunkedResponseReader Read(long most) => new(_secret, _encapsulated, _associated, most);

    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);
}
