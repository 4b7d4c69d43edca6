using System.Security.Cryptography;
using OpenGradient.PrivateRequests.Hpke;

namespace OpenGradient.PrivateRequests.Oblivious;

/// <summary>Encrypts one request to a gateway's key, and opens the response to it.</summary>
public sealed class ObliviousRequest : IDisposable
{
    private readonly byte[] _encapsulated;
    private readonly byte[] _secret;

    private ObliviousRequest(byte[] message, byte[] encapsulated, byte[] secret) => (Message, _encapsulated, _secret) = (message, encapsulated, secret);

    /// <summary>What is sent: <c>message/ohttp-req</c>.</summary>
    public byte[] Message { get; }

    /// <summary>Encrypts a request; null where the gateway's key is no point of the curve.</summary>
    public static ObliviousRequest? TryEncrypt(KeyConfiguration gateway, ReadOnlySpan<byte> request)
    {
        var header = gateway.Header;
        if (HpkeContext.TrySend(HpkeAead.Aes256Gcm, gateway.PublicKey.Span, ObliviousGateway.InfoOf(header)) is not { } sending)
            return null;
        using var context = sending.Context;
        return new ObliviousRequest(
            [.. header, .. sending.Encapsulated, .. context.Seal([], request)], sending.Encapsulated, ObliviousResponse.SecretOf(context));
    }

    /// <summary>Opens the response to this request; null for anything else.</summary>
    public byte[]? TryOpen(ReadOnlySpan<byte> response) => ObliviousResponse.TryOpen(_secret, _encapsulated, response);

    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);
}
