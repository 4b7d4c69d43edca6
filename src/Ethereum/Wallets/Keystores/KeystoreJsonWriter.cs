using System.Buffers;
using System.Text.Json;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>Writes a keystore's JSON as geth does, with one field more that geth and others ignore.</summary>
internal static class KeystoreJsonWriter
{
    public const string ChecksumName = "x-checksum";

    public static byte[] Write(KeystoreContent content)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 3);
            json.WriteString("id", content.Id);
            if (content.Address is { } address)
                json.WriteString("address", Digits(address.Bytes));
            json.WriteStartObject("crypto");
            json.WriteString("cipher", "aes-128-ctr");
            json.WriteString("ciphertext", Digits(content.Ciphertext));
            json.WriteStartObject("cipherparams");
            json.WriteString("iv", Digits(content.Iv));
            json.WriteEndObject();
            WriteKdf(json, content);
            json.WriteString("mac", Digits(content.Mac.Bytes));
            json.WriteEndObject();
            json.WriteString(ChecksumName, Digits(content.ComputeChecksum().Bytes));
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private static void WriteKdf(Utf8JsonWriter json, KeystoreContent content)
    {
        json.WriteString("kdf", content.Kdf is KeystoreKdf.Scrypt ? "scrypt" : "pbkdf2");
        json.WriteStartObject("kdfparams");
        switch (content.Kdf)
        {
            case KeystoreKdf.Scrypt(var n, var r, var p):
                json.WriteNumber("n", n);
                json.WriteNumber("r", r);
                json.WriteNumber("p", p);
                break;
            case KeystoreKdf.Pbkdf2(var iterations):
                json.WriteNumber("c", iterations);
                json.WriteString("prf", "hmac-sha256");
                break;
            default:
                throw new InvalidOperationException($"Unknown key derivation {content.Kdf}.");
        }

        json.WriteNumber("dklen", KeystoreContent.DerivedLength);
        json.WriteString("salt", Digits(content.Salt));
        json.WriteEndObject();
    }

    // geth's own reader refuses 0x here.
    private static string Digits(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
