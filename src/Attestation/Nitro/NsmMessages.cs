using System.Diagnostics.CodeAnalysis;

namespace OpenGradient.Attestation.Nitro;

/// <summary>What goes to AWS's Nitro Security Module and comes back, in CBOR. The device is asked elsewhere: here are only the bytes.</summary>
public static class NsmMessages
{
    /// <summary>The kernel takes no longer request.</summary>
    public const int MaxRequestBytes = 0x1000;

    /// <summary>The module gives no longer answer.</summary>
    public const int MaxResponseBytes = 0x3000;

    /// <summary>What user data and nonce may have.</summary>
    public const int MaxUserBytes = 512;

    public const int MaxKeyBytes = 1024;

    private const int MaxErrorLetters = 64;
    private const string Attestation = "Attestation";

    /// <summary>Asks for a document that holds these; what is empty is left out.</summary>
    public static byte[] EncodeRequest(ReadOnlySpan<byte> userData, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> publicKey)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(userData.Length, MaxUserBytes, nameof(userData));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nonce.Length, MaxUserBytes, nameof(nonce));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(publicKey.Length, MaxKeyBytes, nameof(publicKey));
        var writer = new CborWriter();
        writer.Map(1);
        writer.Text(Attestation);
        writer.Map(3);
        Write(writer, "user_data", userData);
        Write(writer, "nonce", nonce);
        Write(writer, "public_key", publicKey);
        return writer.ToArray();
    }

    /// <summary>Reads an answer: the document, or what the module says is wrong.</summary>
    public static bool TryReadResponse(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out byte[]? document, out string fault)
    {
        (document, fault) = (null, "The module's answer is none that is known here.");
        var reader = new CborReader(bytes);
        if (bytes.Length > MaxResponseBytes || reader.Map(1) != 1)
            return false;
        switch (reader.Text(MaxErrorLetters))
        {
            case Attestation:
                var isOne = reader.Map(1) == 1 && reader.Text(MaxErrorLetters) == "document";
                var content = reader.Bytes(MaxResponseBytes);
                if (!isOne || reader.Failed || !reader.Rest.IsEmpty || content.IsEmpty)
                    return false;
                (document, fault) = (content.ToArray(), string.Empty);
                return true;
            case "Error":
                var error = reader.Text(MaxErrorLetters);
                if (!reader.Failed && reader.Rest.IsEmpty && error.Length > 0 && error.All(char.IsAsciiLetter))
                    fault = $"The module refuses: {error}.";
                return false;
            default:
                return false;
        }
    }

    private static void Write(CborWriter writer, string name, ReadOnlySpan<byte> value)
    {
        writer.Text(name);
        if (value.IsEmpty)
            writer.Null();
        else
            writer.Bytes(value);
    }
}
