using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using OpenGradient.Attestation.Certificates;

namespace OpenGradient.Attestation.Collateral;

/// <summary>A JSON object that is signed as it was sent, byte for byte: <c>{"tcbInfo":{…},"signature":"…"}</c>.</summary>
/// <param name="Body">The signed bytes.</param>
/// <param name="Signature">r and s of P-256.</param>
internal sealed record SignedJson(ReadOnlyMemory<byte> Body, ReadOnlyMemory<byte> Signature)
{
    public const int SignatureBytes = 64;

    private const int MaxDepth = 16;

    private readonly SignatureMemory _memory = new();

    public bool IsSignedBy(PublicKey key) =>
        key.Curve == Oids.P256 && _memory.Recall(key, () => key.VerifiesRaw(HashAlgorithmName.SHA256, Body.Span, Signature.Span));

    /// <summary>Cuts the object of this name out of its wrapping; false where there is none, or anything else beside it.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, string name, out SignedJson signed)
    {
        signed = null!;
        try
        {
            ReadOnlyMemory<byte>? body = null;
            byte[]? signature = null;
            var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals(name) && body is null)
                    body = ReadObject(ref reader, json);
                else if (reader.ValueTextEquals("signature") && signature is null && reader.Read() && reader.TokenType == JsonTokenType.String)
                    signature = ReadSignature(reader.GetString()!);
                else
                    return false;
                if (body is null && signature is null)
                    return false;
            }

            // The reader refuses whatever follows the object.
            if (reader.TokenType != JsonTokenType.EndObject || reader.Read() || body is null || signature is null)
                return false;
            signed = new SignedJson(body.Value, signature);
            return true;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>64 bytes in hexadecimal; null for anything else.</summary>
    public static byte[]? ReadSignature(string text)
    {
        var signature = new byte[SignatureBytes];
        return text.Length == SignatureBytes * 2 && Convert.FromHexString(text, signature, out _, out _) == OperationStatus.Done ? signature : null;
    }

    private static ReadOnlyMemory<byte>? ReadObject(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return null;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }
}
