using System.Security.Cryptography;
using OpenGradient.PrivateRequests.Hpke;

namespace OpenGradient.PrivateRequests.Oblivious;

/// <summary>Opens requests to one key. It keeps nothing of them: that none is answered twice is for whoever acts on them.</summary>
public sealed class ObliviousGateway(byte keyId, HpkeKeyPair key)
{
    private static ReadOnlySpan<byte> RequestLabel => "message/bhttp request"u8;

    /// <summary>What is published.</summary>
    public KeyConfiguration Configuration { get; } = new(keyId, key.PublicKey);

    /// <summary>Opens a request; null for one to another key, of other algorithms, or that was changed.</summary>
    public ReceivedRequest? TryOpen(ReadOnlySpan<byte> message)
    {
        var header = Configuration.Header;
        if (message.Length < header.Length + HpkePoint.Bytes || !message.StartsWith(header))
            return null;
        var encapsulated = message.Slice(header.Length, HpkePoint.Bytes);
        using var context = HpkeContext.TryReceive(HpkeAead.Aes256Gcm, key, encapsulated, InfoOf(header));
        return context?.TryOpen([], message[(header.Length + HpkePoint.Bytes)..]) is { } content
            ? new ReceivedRequest(content, encapsulated.ToArray(), ObliviousResponse.SecretOf(context))
            : null;
    }

    internal static byte[] InfoOf(byte[] header) => [.. RequestLabel, 0, .. header];
}

/// <summary>A request that was opened, and the way back to whoever sent it.</summary>
public sealed class ReceivedRequest : IDisposable
{
    private readonly byte[] _encapsulated;
    private readonly byte[] _secret;

    internal ReceivedRequest(byte[] content, byte[] encapsulated, byte[] secret) => (Content, _encapsulated, _secret) = (content, encapsulated, secret);

    public byte[] Content { get; }

    /// <summary>Encrypts a response: <c>message/ohttp-res</c>.</summary>
    public byte[] Encrypt(ReadOnlySpan<byte> response) =>
        ObliviousResponse.Seal(_secret, _encapsulated, RandomNumberGenerator.GetBytes(ObliviousResponse.NonceBytes), response);

    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);
}
